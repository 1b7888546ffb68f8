import { expect, it } from 'vitest';
import { testServices } from './testing/test-services.ts';

const demo = { hosts: 4, images: 20, seed: 1 };

/** A console over the demo cloud, with access to its simulated hosts. */
async function overDemo() {
  const console = await testServices({ demo });
  await console.client.preferences.update({ refreshPaused: true });
  const { control } = await console.demo();
  return {
    console,
    control,
    /** The host as the page shows it after a poll. */
    async poll(name: string) {
      const id = `demo-${name}`;
      await console.client.hosts.refresh({ ids: [id] });
      const summary = (await console.state()).hosts.find((host) => host.id === id);
      if (!summary) throw new Error(`There is no host ${name}`);
      return { summary, images: await console.client.hosts.images({ id }) };
    },
    [Symbol.asyncDispose]: () => console[Symbol.asyncDispose](),
  };
}

it('hosts of every release are listed with their own API', async () => {
  await using cloud = await overDemo();
  expect((await cloud.poll('glance-01')).summary).toMatchObject({
    state: 'reachable',
    capabilities: { dialect: 'cacheApi' },
  });
  expect((await cloud.poll('glance-04')).summary).toMatchObject({
    state: 'reachable',
    capabilities: { dialect: 'legacy' },
  });
  const { summary } = await cloud.poll('glance-03');
  expect(summary.warnings.map((warning) => warning.kind)).toContain('overLimit');
});

it('invalid data of a host is reported, and no other data is lost', async () => {
  await using cloud = await overDemo();
  const { node } = cloud.control.host('glance-01');
  const before = await cloud.poll('glance-01');
  cloud.control.host('glance-01').cache(cloud.control.addImage().id, 1_000);
  node.oddCached = [{ size: 7 }, { image_id: ['nothing'] }];
  node.timeShift = 5 * 3_600;
  const odd = await cloud.poll('glance-01');
  expect(odd.images.odd).toHaveLength(2);
  expect(odd.images.cached).toHaveLength(before.images.cached.length + 1);
  expect(odd.summary.warnings.map((warning) => warning.kind)).toEqual(
    expect.arrayContaining(['oddRecords', 'clockShifted']),
  );
  node.oddCached = [];
  node.timeShift = 0;
  node.nullList = true;
  const unread = await cloud.poll('glance-01');
  expect(unread.summary.warnings.map((warning) => warning.kind)).toEqual(['nullList']);
  expect(unread.images.revision).toBeGreaterThan(odd.images.revision);
});

it('a host that goes down keeps its last known state; one that comes back without caching says so', async () => {
  await using cloud = await overDemo();
  const host = cloud.control.host('glance-02');
  const { summary } = await cloud.poll('glance-02');
  await host.down();
  const down = (await cloud.poll('glance-02')).summary;
  expect(down).toMatchObject({
    state: 'failed',
    failedTries: 1,
    failure: { code: 'unreachable' },
    totals: summary.totals,
  });
  host.node.cachingOn = false;
  await host.up();
  expect((await cloud.poll('glance-02')).summary).toMatchObject({ failure: { code: 'cachingDisabled' } });
  host.node.cachingOn = true;
  expect((await cloud.poll('glance-02')).summary).toMatchObject({ state: 'reachable', failure: null });
});

it('an image that Glance deletes becomes an orphan on the hosts that have it', async () => {
  await using cloud = await overDemo();
  const image = cloud.control.addImage({ name: 'soon gone' });
  cloud.control.host('glance-01').cache(image.id, 1_000);
  cloud.control.deleteImage(image.id);
  const stream = await cloud.console.client.events({});
  for (;;) {
    const { images } = await cloud.poll('glance-01');
    const catalogStatus = images.cached.find((one) => one.imageId === image.id)?.catalogStatus;
    if (catalogStatus === 'orphan') break;
    expect(catalogStatus).toBe('unchecked');
    await stream.next();
  }
  await stream.return?.();
});

it('an expired token is renewed silently', async () => {
  await using cloud = await overDemo();
  await cloud.poll('glance-01');
  cloud.control.expireTokens();
  expect((await cloud.poll('glance-01')).summary).toMatchObject({ state: 'reachable', failure: null });
});

it('closes while hosts hang, long before their deadlines', async () => {
  const cloud = await overDemo();
  for (const host of cloud.control.hosts) host.fault({ kind: 'hang' });
  const refreshed = cloud.console.client.hosts.refresh({});
  await cloud[Symbol.asyncDispose]();
  await Promise.allSettled([refreshed]);
});

it.each(['glance-01', 'glance-04'])('an image whose record has no valid size is listed: %s', async (name) => {
  await using cloud = await overDemo();
  const host = cloud.control.host(name);
  const hostId = `demo-${name}`;
  host.empty();
  const sizes = [{ size: null }, { size: -5 }, { size: undefined }, { size: 1e300 }, { size: '12', hits: 'many' }];
  const ids = sizes.map((values) => {
    const { id } = cloud.control.addImage();
    host.cache(id, 1_000);
    host.damageRecord(id, values);
    return id;
  });
  const whole = cloud.control.addImage().id;
  host.cache(whole, 1_000);
  const { summary, images } = await cloud.poll(name);
  expect(summary.totals).toMatchObject({ cachedImages: 6, sizeBytes: 1_000, unsized: 5, oddRecords: 5 });
  expect(images.cached.filter(({ sizeBytes }) => sizeBytes === null).map(({ imageId }) => imageId)).toEqual(
    expect.arrayContaining(ids),
  );

  const { operations } = cloud.console.client;
  const targets = [...ids, whole].map((imageId) => ({ hostId, imageId }));
  expect(await operations.plan({ kind: 'queue', targets })).toMatchObject({ willDo: 0, alreadyDone: 6 });
  const plan = await operations.plan({ kind: 'delete', targets });
  expect(plan).toMatchObject({ willDo: 6, expected: { images: 6, bytes: 1_000, unsized: 5 } });
  const { id } = await operations.start({ planId: plan.id });
  await expect.poll(async () => (await operations.targets({ id })).operation.state).toBe('finished');
  const { operation } = await operations.targets({ id });
  expect(operation).toMatchObject({ counts: { done: 6 }, actual: { images: 6, bytes: 1_000, unsized: 5 } });
  expect(host.state().cached).toEqual([]);
});

it.each([
  ['503', { kind: 'status', status: 503 }, 'returned an error'],
  ['the page of a proxy', { kind: 'html' }, 'returned an error'],
  ['401', { kind: 'status', status: 401 }, 'rejected the login'],
] as const)('a plan says how a host fails without calling it unreachable: %s', async (_, fault, trouble) => {
  await using cloud = await overDemo();
  const host = cloud.control.host('glance-01');
  const { images } = await cloud.poll('glance-01');
  const imageId = images.cached[0]?.imageId ?? '';
  host.fault(fault);
  await cloud.poll('glance-01');
  const action = { kind: 'delete' as const, targets: [{ hostId: 'demo-glance-01', imageId }] };
  const plan = await cloud.console.client.operations.plan(action);
  expect(plan.warnings).toEqual([`1 host skipped: glance-01 ${trouble}.`]);
  expect(plan.targets[0]?.reason).toContain(`The host ${trouble}: `);
  expect(plan.targets[0]?.reason).not.toMatch(/\bdown\b/);
});
