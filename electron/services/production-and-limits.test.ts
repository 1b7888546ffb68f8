import { expect, it } from 'vitest';
import { testServices, until } from './testing/test-services.ts';

const demo = { hosts: 2, images: 30, seed: 1 };
const hostId = 'demo-glance-01';
const none = { kind: 'typed', login: { kind: 'none' }, connection: {} } as const;

it('a read-only cloud is polled and planned, but receives no request', async () => {
  await using console = await testServices({ demo });
  const { client } = console;
  await client.preferences.update({ refreshPaused: true });
  await client.hosts.refresh({});
  const changed = await client.clouds.update({ id: 'demo', readOnly: true });
  expect(changed).toMatchObject({ readOnly: true, production: false });
  expect((await console.state()).clouds).toMatchObject([{ id: 'demo', readOnly: true }]);
  const { targets } = await client.operations.select({ kind: 'idle', hostIds: [hostId], days: 1 });
  expect(targets.length).toBeGreaterThan(0);
  const plan = await client.operations.plan({ kind: 'delete', targets });
  expect(plan).toMatchObject({ willDo: 0, refused: targets.length });
  expect(plan.targets[0]?.reason).toContain('Demo cloud is read-only');
  const { control } = await console.demo();
  const host = control.host('glance-01');
  const lists = host.countRequests('GET', '/v2/cache');
  await client.hosts.refresh({ ids: [hostId] });
  expect(host.countRequests('GET', '/v2/cache')).toBe(lists + 1);
  expect(host.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  await client.clouds.update({ id: 'demo', readOnly: false });
  expect(await client.operations.plan({ kind: 'delete', targets })).toMatchObject({ refused: 0 });
});

it('on production, an action that removes a whole cache requires the host’s name', async () => {
  await using console = await testServices({ demo });
  const { client } = console;
  await client.preferences.update({ refreshPaused: true, confirmAbove: 2 });
  await client.hosts.refresh({});
  await client.clouds.update({ id: 'demo', production: true });
  const { cached } = await client.hosts.images({ id: hostId });
  const some = (count: number) => cached.slice(0, count).map(({ imageId }) => ({ hostId, imageId }));
  expect((await client.operations.plan({ kind: 'delete', targets: some(2) })).typedName).toBeNull();
  const plan = await client.operations.plan({ kind: 'delete', targets: some(3) });
  expect(plan.typedName).toBe('glance-01');
  const start = (typedName?: string) =>
    client.operations.start({ planId: plan.id, ...(typedName === undefined ? {} : { typedName }) });
  for (const typed of [undefined, 'glance-02']) {
    await expect(start(typed)).rejects.toMatchObject({
      code: 'invalidInput',
      defined: true,
      data: { remedy: expect.stringContaining('Type glance-01') },
    });
  }
  const stream = await client.events({});
  const { id } = await start('glance-01');
  await until(stream, (event) => event.type === 'operation' && event.operation.state === 'finished');
  await stream.return?.();
  const { entries } = await client.operations.history({ hostId });
  expect(entries).toMatchObject([{ operation: { id }, matching: 3, counts: { done: 3 } }]);
  const [first] = some(1);
  expect((await client.operations.list({ image: first?.imageId ?? '' })).operations.map((one) => one.id)).toEqual([id]);
});

it('production marks and thresholds survive a restart', async () => {
  await using console = await testServices();
  const { client } = console;
  const { id } = await client.clouds.add({ name: 'Prod', source: none, production: true });
  await client.clouds.update({ id, readOnly: true });
  await client.clouds.update({ id, name: 'Production' });
  await client.preferences.update({ confirmAbove: 5, keepOperationsDays: 7, hostConcurrency: 3, requestsPerHost: 1 });
  await console.restart();
  expect(await console.state()).toMatchObject({
    preferences: {
      confirmAbove: 5,
      keepOperationsDays: 7,
      keepOperations: 1_000,
      hostConcurrency: 3,
      requestsPerHost: 1,
    },
    clouds: [{ name: 'Production', readOnly: true, production: true }],
  });
});

it('the operator’s request limits apply, also to running operations', async () => {
  await using console = await testServices({ demo });
  const { client } = console;
  await client.preferences.update({ refreshPaused: true, requestsPerHost: 1 });
  await client.hosts.refresh({});
  const { control } = await console.demo();
  const host = control.host('glance-01');
  // Longer than the interval between events, so that running requests are seen.
  host.fault({ kind: 'slow', ms: 150 }, { method: 'DELETE' });
  const { cached } = await client.hosts.images({ id: hostId });
  const targets = cached.map(({ imageId }) => ({ hostId, imageId }));
  const plan = await client.operations.plan({ kind: 'delete', targets });
  const stream = await client.events({});
  const { id } = await client.operations.start({ planId: plan.id });
  const sent: number[] = [];
  await until(stream, (event) => {
    if (event.type !== 'operation' || event.operation.id !== id) return false;
    sent.push(event.operation.counts.sent);
    return event.operation.counts.done >= 5;
  });
  expect(Math.max(...sent)).toBeLessThanOrEqual(1);
  await client.preferences.update({ requestsPerHost: 4 });
  sent.length = 0;
  await until(stream, (event) => {
    if (event.type !== 'operation' || event.operation.id !== id) return false;
    sent.push(event.operation.counts.sent);
    return event.operation.state === 'finished';
  });
  expect(Math.max(...sent)).toBeGreaterThan(1);
  expect(Math.max(...sent)).toBeLessThanOrEqual(4);
  await stream.return?.();
  expect(host.state().cached).toEqual([]);
});
