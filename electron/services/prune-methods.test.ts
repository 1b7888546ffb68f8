import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Operation } from '../contract/operations.ts';
import { type DemoCloud, startDemoCloud } from '../demo/simulated-cloud.ts';
import { testServices, until } from './testing/test-services.ts';

const limitBytes = 5_000;
const hour = 3_600_000;
const specs = [
  { name: 'native', release: '33' },
  { name: 'of-25', release: '25' },
  { name: 'legacy', release: '23' },
] as const;

describe('the prune methods', () => {
  let cloud: DemoCloud;
  let console: Awaited<ReturnType<typeof testServices>>;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    cloud = await startDemoCloud({
      hosts: specs.map((spec) => ({ ...spec, fill: 'small' as const, images: 0, limitBytes })),
      images: 0,
      traffic: false,
    });
    console = await testServices();
    const { username, password, userDomain, projectName, projectDomain } = cloud.login.admin;
    const login = {
      kind: 'password' as const,
      authUrl: cloud.authUrl,
      username,
      userDomain,
      projectName,
      projectDomain,
    };
    const source = { kind: 'typed' as const, login, connection: {} };
    const { id: cloudId } = await console.client.clouds.add({ name: 'Lab', source, secret: password });
    await console.client.preferences.update({ refreshPaused: true });
    for (const { name, address } of cloud.hosts) {
      const host = await console.client.hosts.add({ cloudId, address, name, limitBytes });
      ids.set(name, host.id);
    }
  });
  beforeEach(() => {
    for (const host of cloud.control.hosts) host.empty();
  });
  afterAll(async () => {
    await console[Symbol.asyncDispose]();
    await cloud.close();
  });

  const idOf = (name: string) => ids.get(name) ?? '';

  /** Fills all hosts alike: sizes and hours since the last access. */
  function fill(images: readonly { size: number; age: number }[]): string[] {
    const now = Date.now();
    return images.map(({ size, age }, index) => {
      const { id } = cloud.control.addImage({ name: `image-${index}`, size });
      for (const host of cloud.control.hosts) {
        host.cache(id, size, { lastAccessed: now - age * hour, lastModified: now - 1_000 * hour });
      }
      return id;
    });
  }

  function left(name: string): string[] {
    return cloud.control
      .host(name)
      .state()
      .cached.map(({ imageId }) => imageId)
      .sort();
  }

  async function plan(names: readonly string[], more: { method?: 'native' | 'delete' | 'ssh' } = {}) {
    await console.client.hosts.refresh({});
    return console.client.operations.plan({ kind: 'prune', hostIds: names.map(idOf), ...more });
  }

  async function start(planId: string): Promise<Operation> {
    const stream = await console.client.events({});
    const { id } = await console.client.operations.start({ planId });
    const over = (operation: Operation) => operation.id === id && operation.endedAt !== null;
    for (;;) {
      const event = await until(stream, ({ type }) => type === 'operation' || type === 'state');
      const operations =
        event.type === 'state' ? event.operations : event.type === 'operation' ? [event.operation] : [];
      const ended = operations.find(over);
      if (!ended) continue;
      await stream.return?.();
      return ended;
    }
  }

  it('leave the same images in the same cache, and remove exactly the previewed ones', async () => {
    const image = fc.record({ size: fc.integer({ min: 1, max: 3_000 }), age: fc.integer({ min: 1, max: 900 }) });
    const images = fc.uniqueArray(image, { maxLength: 8, selector: ({ age }) => age });
    await fc.assert(
      fc.asyncProperty(images, async (filled) => {
        for (const host of cloud.control.hosts) host.empty();
        fill(filled);
        const planned = await plan(['native', 'of-25', 'legacy']);
        expect(planned.targets.map(({ method }) => method)).toEqual(['native', 'delete', 'delete']);
        const all = left('native');
        await start(planned.id);
        for (const { hostName, preview, estimated, method } of planned.targets) {
          const goes = new Set(preview?.goes.map(({ imageId }) => imageId));
          expect(left(hostName)).toEqual(all.filter((id) => !goes.has(id)));
          expect(preview?.left.images).toBe(left(hostName).length);
          expect(estimated).toBe(method === 'native');
        }
      }),
      { numRuns: 12 },
    );
  });

  it('by deletion list each image in the account, least recently accessed first', async () => {
    const [first, second, third] = fill([
      { size: 3_000, age: 30 },
      { size: 3_000, age: 20 },
      { size: 3_000, age: 10 },
    ]);
    const { id: planId } = await plan(['of-25']);
    const { id } = await start(planId);
    const { targets, operation } = await console.client.operations.targets({ id });
    expect(targets).toMatchObject([
      { imageId: first, state: 'done', method: 'delete', actual: { images: 1, bytes: 3_000 } },
      { imageId: second, state: 'done' },
    ]);
    expect(operation).toMatchObject({ kind: 'prune', title: 'Prune of-25', actual: { images: 2, bytes: 6_000 } });
    expect(left('of-25')).toEqual([third]);
  });

  it('by deletion keep an image that was accessed since the plan, and report it', async () => {
    const [first, second, third] = fill([
      { size: 3_000, age: 30 },
      { size: 3_000, age: 20 },
      { size: 3_000, age: 10 },
    ]);
    const planned = await plan(['of-25']);
    cloud.control.host('of-25').cache(first ?? '', 3_000, { lastAccessed: Date.now() });
    const { id } = await start(planned.id);
    expect((await console.client.operations.targets({ id })).targets).toMatchObject([
      { imageId: first, state: 'refused', text: expect.stringContaining('accessed after the plan') },
      { imageId: second, state: 'done' },
    ]);
    expect(left('of-25')).toEqual([first, third].sort());
  });

  it('by deletion stop when the host is within its limit meanwhile', async () => {
    const [first, , third] = fill([
      { size: 3_000, age: 30 },
      { size: 1_000, age: 20 },
      { size: 4_500, age: 10 },
    ]);
    const planned = await plan(['of-25']);
    expect(planned.targets[0]?.preview?.goes).toHaveLength(2);
    const host = cloud.control.host('of-25');
    host.node.cache.evict(third ?? '');
    const { id } = await start(planned.id);
    expect((await console.client.operations.targets({ id })).targets).toMatchObject([
      { imageId: first, state: 'alreadyDone', text: expect.stringContaining('within its limit') },
      { state: 'alreadyDone' },
    ]);
    expect(host.state().cached).toHaveLength(2);
  });

  it('can be chosen; a method that a host does not support is refused with the remedy', async () => {
    fill([{ size: 6_000, age: 1 }]);
    expect((await plan(['native'], { method: 'delete' })).targets).toMatchObject([
      { method: 'delete', verdict: 'willDo' },
    ]);
    const [old] = (await plan(['of-25'], { method: 'native' })).targets;
    expect(old).toMatchObject({ verdict: 'refused', method: null, reason: expect.stringContaining('2.18') });
    await console.client.hosts.update({ id: idOf('of-25'), limitBytes: null });
    const { hosts } = await console.state();
    const { prune } = hosts.find(({ name }) => name === 'of-25')?.maintenance ?? { prune: [] };
    expect(prune.find(({ method }) => method === 'delete')).toMatchObject({
      usable: false,
      remedy: expect.stringContaining('Set the cache limit'),
    });
    expect((await plan(['of-25'])).refused).toBe(1);
    await console.client.hosts.update({ id: idOf('of-25'), limitBytes });
  });

  it('by deletion have nothing to do within the limit', async () => {
    fill([{ size: 4_000, age: 1 }]);
    expect((await plan(['legacy'])).targets).toMatchObject([{ verdict: 'alreadyDone', method: 'delete' }]);
  });
});
