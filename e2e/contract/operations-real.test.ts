import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ImageTarget, Operation, Plan, TargetOutcome, TargetState } from '../../electron/contract/operations.ts';
import { testServices } from '../../electron/services/testing/test-services.ts';
import { RealServers } from '../real/real-cloud.ts';
import type { RealHost } from '../real/servers/description.ts';
import { sendRaw } from './raw.ts';
import { until } from './traps/operator.ts';
import { Recorder } from './traps/recorder.ts';

/**
 * Operations over several real hosts, each with a different fault. The console's outcomes are compared with the hosts'
 * own lists. Uses the hosts that `npm run test:real` started, and leaves them empty.
 */
const servers = await RealServers.connect();
const hosts = servers.cachingHosts();
const imagesPerHost = 10;
const bytes = 20_000;

/**
 * Decides about the n-th change request (from 1) to a path. `busy`: the host's proxy answers 503. `lose`: the host
 * acts, but its answer is lost. A promise delays the request until it resolves.
 */
type Fault = (count: number, path: string) => 'pass' | 'busy' | 'lose' | Promise<'pass'>;
const noFault: Fault = () => 'pass';
/** Affects only the first request for each of these images. */
const firstOf = (imageIds: readonly string[], fate: 'busy' | 'lose'): Fault => {
  const harmed = new Set(imageIds.map((imageId) => `/v2/cache/${imageId}`));
  return (_, path) => (harmed.delete(path) ? fate : 'pass');
};

/** A route to a real host: a recorder that can be stopped, and behind it a proxy that can fail single requests. */
class HostRoute {
  readonly host: RealHost;
  readonly imageIds: readonly string[];
  readonly recorder: Recorder;
  readonly #proxy: Server;
  #fault: Fault = noFault;
  #count = 0;
  hostId = '';

  private constructor(host: RealHost, imageIds: readonly string[], door: Recorder, harm: Server) {
    this.host = host;
    this.imageIds = imageIds;
    this.recorder = door;
    this.#proxy = harm;
  }

  static async to(host: RealHost, imageIds: readonly string[]): Promise<HostRoute> {
    const harm = createServer((incoming, outgoing) => {
      const { method = '', url: path = '' } = incoming;
      const { host: _, connection: __, ...kept } = incoming.headers;
      const headers = Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]));
      const hand = async () => {
        const fate = method === 'GET' ? 'pass' : await way.#next(path);
        if (fate === 'busy') return outgoing.writeHead(503, { 'Retry-After': '1' }).end();
        // The caller may have disconnected while the request was delayed.
        if (outgoing.destroyed) return outgoing;
        const answer = await sendRaw(host.address, { method, path, headers });
        if (fate === 'lose') return outgoing.destroy();
        const { 'content-type': type = 'text/html' } = answer.headers;
        return outgoing.writeHead(answer.status, { 'Content-Type': type }).end(answer.text);
      };
      hand().catch(() => outgoing.destroy());
    });
    await new Promise<void>((resolve) => harm.listen(0, '127.0.0.1', resolve));
    const bound = harm.address();
    const port = typeof bound === 'object' && bound ? bound.port : 0;
    const way = new HostRoute(host, imageIds, await Recorder.start(`http://127.0.0.1:${port}`), harm);
    return way;
  }

  /** Applies a fault from now on. */
  fail(fault: Fault): void {
    this.#fault = fault;
    this.#count = 0;
    this.recorder.exchanges = [];
  }

  #next(path: string) {
    this.#count += 1;
    return this.#fault(this.#count, path);
  }

  get targets(): ImageTarget[] {
    return this.imageIds.map((imageId) => ({ hostId: this.hostId, imageId }));
  }

  /** The statuses of the change requests, in order of arrival. */
  get answers(): (number | null)[] {
    return this.recorder.of('DELETE', /./).map(({ status }) => status);
  }

  /** Makes the host cache its images, one after the other. */
  async fill(): Promise<void> {
    for (const imageId of this.imageIds) await servers.download(this.host, imageId);
  }

  async close(): Promise<void> {
    await this.recorder.down();
    this.#proxy.closeAllConnections();
    await new Promise((resolve) => this.#proxy.close(resolve));
  }
}

const skipped = servers.description.skipped.map(({ what, why }) => ` (${what}: ${why})`).join('');

describe.runIf(hosts.length >= 3)(`operations on real hosts that fail${skipped}`, () => {
  const imagesOf = new Map<RealHost, string[]>();
  let ways: HostRoute[] = [];
  let console: Awaited<ReturnType<typeof testServices>>;

  beforeAll(async () => {
    // One after the other: the hosts of one Glance share a database with a single writer.
    for (const host of hosts) {
      const imageIds: string[] = [];
      imagesOf.set(host, imageIds);
      await servers.clear(host);
      for (let count = 1; count <= imagesPerHost; count += 1) {
        imageIds.push(await servers.uploadImage(host, `faults-${count}`, bytes, { visibility: 'public' }));
      }
    }
  });

  beforeEach(async () => {
    ways = await Promise.all([...imagesOf].map(([host, imageIds]) => HostRoute.to(host, imageIds)));
    await Promise.all(ways.map((way) => way.fill()));
    const limits = { firstBackOff: 50, minFollowInterval: 100, maxFollowInterval: 200 };
    console = await testServices({ env: { NO_PROXY: '*' }, limits });
    await console.client.preferences.update({ refreshPaused: true });
    const clouds = new Map<string, string>();
    for (const way of ways) {
      const cloudId = clouds.get(way.host.region) ?? (await addCloud(way.host.region));
      clouds.set(way.host.region, cloudId);
      const { name } = way.host;
      const added = await console.client.hosts.add({ cloudId, address: way.recorder.address, name, limitBytes: null });
      way.hostId = added.id;
    }
    await console.client.hosts.refresh({});
  });

  afterEach(async () => {
    await console[Symbol.asyncDispose]();
    await Promise.all(ways.map((way) => way.close()));
  });

  afterAll(async () => {
    for (const [host, imageIds] of imagesOf) {
      await servers.clear(host);
      for (const imageId of imageIds) await servers.deleteImage(host, imageId);
    }
  });

  async function addCloud(regionName: string): Promise<string> {
    const { authUrl, admin } = servers.description;
    const { username, password, project: projectName } = admin;
    const domains = { userDomain: 'Default', projectDomain: 'Default' };
    const { id } = await console.client.clouds.add({
      name: regionName,
      source: {
        kind: 'typed',
        login: { kind: 'password', authUrl, username, projectName, ...domains },
        connection: { interface: 'public', verify: true, regionName },
      },
      secret: password,
    });
    return id;
  }

  const start = ({ id }: Plan) => console.client.operations.start({ planId: id });
  const look = ({ id }: Operation) => console.client.operations.targets({ id });

  async function ended(operation: Operation) {
    await until(async () => (await look(operation)).operation.endedAt !== null, 'the operation to end');
    return look(operation);
  }

  const ofHost = ({ hostId }: HostRoute, targets: TargetOutcome[], ...states: TargetState[]) =>
    targets
      .filter((target) => target.hostId === hostId && states.includes(target.state))
      .map((target) => target.imageId ?? '')
      .sort();

  /** Compares with the hosts' own lists: images reported as deleted are gone, and all others are there. */
  async function expectTrue(targets: TargetOutcome[]): Promise<void> {
    for (const way of ways) {
      const left = ofHost(way, targets, 'failed', 'cancelled');
      expect(await servers.cachedIds(way.host), way.host.name).toEqual(left);
      const gone = ofHost(way, targets, 'done', 'alreadyDone');
      expect(gone.length + left.length, way.host.name).toBe(
        targets.filter((each) => each.hostId === way.hostId).length,
      );
    }
  }

  function three(): [HostRoute, HostRoute, HostRoute] {
    const [busy, losing, dying] = ways;
    if (!busy || !losing || !dying) throw new Error('There are not three hosts');
    return [busy, losing, dying];
  }

  test('a delete reports each image as the hosts do; a retry completes it', async () => {
    const [busy, losing, dying] = three();
    const [early = ''] = busy.imageIds;
    const late = await servers.uploadImage(busy.host, 'faults-late', bytes, { visibility: 'public' });
    await servers.download(busy.host, late);
    await servers.send('DELETE', busy.host, `/v2/cache/${early}`);
    await console.client.hosts.refresh({});
    const targets = [{ hostId: busy.hostId, imageId: late }, ...ways.flatMap((way) => way.targets)];
    const plan = await console.client.operations.plan({ kind: 'delete', targets });
    expect(plan).toMatchObject({ willDo: 30, alreadyDone: 1, refused: 0, expected: { images: 30, bytes: 30 * bytes } });
    // Deleted by another client after planning. A host does not report this for an image that still exists in Glance.
    await servers.deleteImage(busy.host, late);

    busy.fail(firstOf(busy.imageIds.slice(4, 6), 'busy'));
    losing.fail(firstOf(losing.imageIds.slice(2, 6), 'lose'));
    dying.fail((count) => (count <= 4 ? 'pass' : new Promise(() => undefined)));
    const running = await start(plan);
    await until(
      async () => ofHost(dying, (await look(running)).targets, 'done').length === 4,
      'four images to be gone from the host that goes down',
    );
    await dying.recorder.down();

    const { operation, targets: outcomes } = await ended(running);
    expect(operation).toMatchObject({
      state: 'finished',
      counts: { done: 23, alreadyDone: 2, failed: 6 },
      actual: { images: 23, bytes: 23 * bytes },
    });
    expect(ofHost(busy, outcomes, 'alreadyDone')).toEqual([early, late].sort());
    expect(ofHost(busy, outcomes, 'done')).toEqual(busy.imageIds.slice(1).sort());
    expect(ofHost(losing, outcomes, 'done')).toEqual([...losing.imageIds].sort());
    expect(ofHost(dying, outcomes, 'failed')).toHaveLength(6);
    await expectTrue(outcomes);
    for (const { state, failure } of outcomes) if (state === 'failed') expect(failure?.code).toBe('unreachable');
    // Each fault was really hit.
    expect(busy.answers.filter((status) => status === 503)).toHaveLength(2);
    expect(losing.answers.filter((status) => status === null)).toHaveLength(4);

    dying.fail(noFault);
    await dying.recorder.up();
    // Like a poll; until then the console knows the host as down.
    await console.client.hosts.refresh({});
    const again = await console.client.operations.retryFailed({ id: operation.id });
    expect(again).toMatchObject({ willDo: 6, alreadyDone: 0, refused: 0 });
    expect((await ended(await start(again))).operation).toMatchObject({
      state: 'finished',
      total: 6,
      counts: { done: 6 },
      actual: { images: 6, bytes: 6 * bytes },
    });
    for (const way of ways) expect(await servers.cachedIds(way.host), way.host.name).toEqual([]);
  });

  test('images that a cancelled delete had not sent stay cached; a clear reports how many were removed', async () => {
    const [busy, losing] = three();
    const held = Promise.withResolvers<'pass'>();
    for (const way of ways) way.fail((count) => (count <= 3 ? 'pass' : held.promise));
    const plan = await console.client.operations.plan({ kind: 'delete', targets: ways.flatMap((way) => way.targets) });
    expect(plan).toMatchObject({ willDo: 30 });
    const running = await start(plan);
    await until(async () => {
      const { targets } = await look(running);
      return ways.every((way) => ofHost(way, targets, 'done').length === 3 && way.answers.length > 3);
    }, 'three images to be gone from each host, and the next to be asked for');
    expect((await console.client.operations.cancel({ id: running.id })).state).toBe('cancelling');
    held.resolve('pass');

    const { operation, targets } = await ended(running);
    expect(operation.state).toBe('cancelled');
    await expectTrue(targets);
    for (const way of ways) {
      // Requests that were sent are waited for and reported.
      expect(ofHost(way, targets, 'done')).toHaveLength(way.answers.length);
      expect(ofHost(way, targets, 'cancelled')).toHaveLength(imagesPerHost - way.answers.length);
      expect(way.answers).toEqual(way.answers.map(() => 204));
    }
    const left = targets.filter(({ state }) => state === 'cancelled').length;
    expect(left).toBeGreaterThanOrEqual(3 * (imagesPerHost - 5));

    busy.fail((count) => (count === 1 ? 'busy' : 'pass'));
    losing.fail((count) => (count === 1 ? 'lose' : 'pass'));
    const hostIds = ways.map((way) => way.hostId);
    const clear = await ended(
      await start(await console.client.operations.plan({ kind: 'clear', hostIds, what: 'both' })),
    );
    expect(clear.operation).toMatchObject({
      state: 'finished',
      counts: { done: 3 },
      actual: { images: left, bytes: left * bytes },
    });
    for (const way of ways) {
      const went = ofHost(way, targets, 'cancelled').length;
      const own = clear.targets.find(({ hostId }) => hostId === way.hostId);
      expect(own, way.host.name).toMatchObject({ actual: { images: went, bytes: went * bytes } });
      expect(await servers.cachedIds(way.host), way.host.name).toEqual([]);
    }
    // A clear whose answer was lost is not sent again: the host shows that it was carried out.
    expect([busy.answers, losing.answers]).toEqual([[503, 204], [null]]);
  });
});
