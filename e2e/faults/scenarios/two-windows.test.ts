import { expect, test } from 'vitest';
import type { Plan } from '../../../electron/contract/operations.ts';
import type { ConsoleClient } from '../../../renderer/bridge/client.ts';
import { hasEnded, untilOperation } from '../killable-console.ts';
import { act, images, Scenario } from './scenario.ts';

// Two pages of one console plan operations for the same images of the same host.

const hostId = 'glance-01';
const shared = images(160, 900_000_000);
const targets = shared.map(({ id }) => ({ hostId, imageId: id }));

async function ended(client: ConsoleClient, id: string) {
  await untilOperation(client, id, hasEnded);
  return client.operations.targets({ id });
}

/** Each target that another operation works on says so, and no target counts as done already. */
function expectToName(plan: Plan, title: string): void {
  expect(plan.alreadyDone).toBe(0);
  const refused = plan.targets.filter(({ verdict }) => verdict === 'refused');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(reason).toContain(title);
}

test('a delete planned during a queue of the same images names the operation that queues them, and its result is correct', async () => {
  await using scenario = await Scenario.open({
    images: shared,
    hosts: [{ name: hostId, release: '33' }],
    fetchBytesPerSecond: 60_000_000_000,
  });
  const { served, client } = await scenario.start();
  const other = await served.client();
  await scenario.cloud.setRules([{ method: 'PUT', before: [5, 10], after: [5, 10] }]);
  const some = scenario.moment('answered', 12);
  const queue = await act(client, { kind: 'queue', targets });
  await some;
  const plan = await other.operations.plan({ kind: 'delete', targets });
  expectToName(plan, queue.title);
  const deletion = await other.operations.start({ planId: plan.id });
  const [queued, deleted] = await Promise.all([ended(client, queue.id), ended(other, deletion.id)]);
  await scenario.cloud.quiet();
  const { hosts } = await scenario.cloud.truth();
  const cached = new Set(hosts[0]?.cached.map(({ imageId }) => imageId));
  for (const { imageId, state } of deleted.targets) {
    if (state === 'done' || state === 'alreadyDone') expect(cached).not.toContain(imageId);
  }
  expect(queued.operation.counts).toMatchObject({ done: targets.length });
  expect(cached.size).toBe(targets.length - deleted.operation.counts.done);
});

test('a queue planned during a delete of the same images names the operation that deletes them, and its result is correct', async () => {
  await using scenario = await Scenario.open({
    images: shared,
    hosts: [{ name: hostId, release: '33', cached: shared.map(({ id }) => id) }],
  });
  const { served, client } = await scenario.start();
  const other = await served.client();
  await scenario.cloud.setRules([{ method: 'DELETE', before: [5, 10], after: [5, 10] }]);
  const some = scenario.moment('answered', 12);
  const deletion = await act(client, { kind: 'delete', targets });
  await some;
  const plan = await other.operations.plan({ kind: 'queue', targets });
  expectToName(plan, deletion.title);
  const queue = await other.operations.start({ planId: plan.id });
  const [deleted, queued] = await Promise.all([ended(client, deletion.id), ended(other, queue.id)]);
  await scenario.cloud.quiet();
  const { hosts } = await scenario.cloud.truth();
  const cached = new Set(hosts[0]?.cached.map(({ imageId }) => imageId));
  for (const { imageId, state } of queued.targets) {
    if (state === 'done' || state === 'alreadyDone') expect(cached).toContain(imageId);
  }
  expect(deleted.operation.counts).toMatchObject({ done: targets.length });
  expect(cached.size).toBe(queued.operation.counts.done);
});

test('two deletes of the same images count each removed image once, and the second names the first', async () => {
  await using scenario = await Scenario.open({
    images: shared,
    hosts: [{ name: hostId, release: '33', cached: shared.map(({ id }) => id) }],
  });
  const { served, client } = await scenario.start();
  const other = await served.client();
  await scenario.cloud.setRules([{ method: 'DELETE', before: [0, 10], after: [0, 10] }]);
  // Both are planned before either starts.
  const plans = [
    await client.operations.plan({ kind: 'delete', targets }),
    await other.operations.plan({ kind: 'delete', targets }),
  ];
  const [first, second] = plans;
  const one = await client.operations.start({ planId: first?.id ?? '' });
  const two = await other.operations.start({ planId: second?.id ?? '' });
  const accounts = [await ended(client, one.id), await ended(other, two.id)];
  await scenario.cloud.quiet();
  const { entries } = await scenario.cloud.truth();
  const removed = entries.flatMap((entry) => entry.removed);
  const reportedSum = (field: 'images' | 'bytes') =>
    accounts.reduce((sum, { operation }) => sum + operation.actual[field], 0);
  expect(reportedSum('images')).toBe(removed.length);
  expect(reportedSum('bytes')).toBe(removed.reduce((sum, { bytes }) => sum + bytes, 0));
  const of = accounts[1]?.targets.filter(({ state }) => state === 'alreadyDone') ?? [];
  expect(of).toHaveLength(targets.length);
  expect(of.filter(({ text }) => text?.includes(one.title)).length).toBeGreaterThan(0);
});
