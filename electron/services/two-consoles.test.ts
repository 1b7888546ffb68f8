import { expect, test } from 'vitest';
import { scheduleDraft } from '../contract/schedules.ts';
import { type DemoCloud, startDemoCloud } from '../demo/simulated-cloud.ts';
import { testServices, until } from './testing/test-services.ts';

async function consoleOf(cloud: DemoCloud, consoleName: string) {
  const console = await testServices({ consoleName, timings: { earlierRequests: 0 } });
  const { client } = console;
  await client.preferences.update({ refreshPaused: true });
  const { password, ...login } = cloud.login.admin;
  const { id: cloudId } = await client.clouds.add({
    name: 'Lab',
    source: { kind: 'typed', login: { kind: 'password', authUrl: cloud.authUrl, ...login }, connection: {} },
    secret: password,
  });
  const [one] = cloud.hosts;
  const host = await client.hosts.add({ cloudId, name: 'one', address: one?.address ?? '', limitBytes: 1 });
  await client.hosts.refresh({});
  await expect.poll(() => console.services.fleet.images(host.id).cached[0]?.catalogStatus).toBe('known');
  return Object.assign(console, { hostId: host.id });
}

test('what the schedule of one console prunes is shown by another one on the same cloud, and by no other', async () => {
  const hosts = [{ name: 'one', release: '33', fill: 'ordinary' }] as const;
  const cloud = await startDemoCloud({ hosts, images: 12, traffic: false });
  try {
    await using first = await consoleOf(cloud, 'ops-1');
    await using second = await consoleOf(cloud, 'ops-2');
    const prune = (hostId: string, name: string) =>
      scheduleDraft.parse({
        name,
        action: { kind: 'prune', toPercent: 50 },
        targets: { hosts: { kind: 'named', hostIds: [hostId] } },
        trigger: { kind: 'daily', at: '02:30' },
        limits: { images: null, percent: null },
      });
    const { id } = await first.client.schedules.save({ draft: prune(first.hostId, 'Prune of one') });
    await second.client.schedules.save({ draft: prune(second.hostId, 'Prune of two') });
    const before = second.services.fleet.images(second.hostId).cached;
    await first.client.schedules.runNow({ id });
    await expect
      .poll(async () => (await first.client.schedules.runs({ limit: 1 })).runs[0]?.outcome, { timeout: 20_000 })
      .toBe('done');
    const { cached } = await first.client.hosts.images({ id: first.hostId });
    const left = new Set(cached.map(({ imageId }) => imageId));
    // Orphans do not count: the host may have removed them when they were deleted in Glance.
    const gone = before.filter(({ imageId, catalogStatus }) => catalogStatus === 'known' && !left.has(imageId));
    expect(gone.length).toBeGreaterThan(0);

    const events = await second.client.events({});
    for (const { client } of [first, first, second, second]) await client.hosts.refresh({});
    // The catalogue, which is read again, says that the images were not deleted in Glance.
    for (let seen = ''; seen !== 'hostJobs'; ) {
      seen = (await until(events, ({ type }) => type === 'catalogue' || type === 'hostJobs')).type;
      if (seen === 'catalogue') await second.client.hosts.refresh({});
    }
    await events.return?.();
    await first.client.hosts.refresh({});
    expect((await first.client.hostJobs.list({})).removals).toEqual([]);
    const { removals } = await second.client.hostJobs.list({});
    expect(removals).toMatchObject([{ hostId: second.hostId, removed: { images: gone.length } }]);
    const conflicts = async (one: typeof first) =>
      (await one.client.schedules.list({})).schedules.map((state) => state.conflicts.map(({ text }) => text));
    expect(await conflicts(first)).toEqual([[]]);
    expect(await conflicts(second)).toMatchObject([
      [expect.stringMatching(/^Something else removed images from 1 host/)],
    ]);

    // Each journal names its own console.
    const plan = await second.client.operations.plan({ kind: 'clear', hostIds: [second.hostId], what: 'cache' });
    await second.client.operations.start({ planId: plan.id, typedName: plan.typedName ?? undefined });
    const consoles = async (one: typeof first) =>
      (await one.client.operations.list({})).operations.map((operation) => [operation.kind, operation.console]);
    expect(await consoles(first)).toEqual([['prune', 'ops-1']]);
    expect(await consoles(second)).toEqual([['clear', 'ops-2']]);
    await second.restart({ consoleName: 'ops-2' });
    expect((await second.client.hostJobs.list({})).removals).toEqual(removals);
  } finally {
    await cloud.close();
  }
});
