import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Operation, TargetOutcome } from '../../electron/contract/operations.ts';
import { testServices } from '../../electron/services/testing/test-services.ts';
import { RealServers } from '../real/real-cloud.ts';
import type { RealHost } from '../real/servers/description.ts';
import { describeReading } from './reading-suite.ts';
import { until } from './traps/operator.ts';

/**
 * Warming by reading against real Glance: with the console's client, then with operations on real hosts that have
 * stalled queue entries. Uses the hosts that `npm run test:real` started and changes nothing else on them.
 */
const servers = await RealServers.connect();
const bytes = 6_000_000;
const atOnce = { dialect: 'cacheApi', fetch: 'atOnce', deletesElsewhere: false } as const;

for (const glance of ['bookworm', 'sid'] as const) {
  const [host] = servers.cachingHosts(glance);
  if (!host) {
    describe.skip(`reading through real Glance of ${glance} (was not started)`, () => test('', () => undefined));
    continue;
  }
  describeReading(`real Glance ${host.release}`, async () => ({
    name: `Glance ${host.release}`,
    address: host.address,
    facts: { ...atOnce, apiVersion: '', pruneAndClean: glance === 'sid', limitBytes: host.limitBytes },
    authUrl: servers.description.authUrl,
    admin: servers.description.admin,
    member: servers.description.member,
    makeImage: ({ name, bytes: size, visibility }) => servers.uploadImage(host, name, size, { visibility }),
    makeImageWithoutData: (name) => servers.createImage(host, name),
    deleteImage: (imageId) => servers.deleteImage(host, imageId),
    download: (imageId) => servers.download(host, imageId),
  }));
  describe(`a prefetch by reading on real Glance ${host.release}`, () => throughConsole(host));
}

function throughConsole(host: RealHost): void {
  let console: Awaited<ReturnType<typeof testServices>>;
  let hostId = '';
  let imageIds: string[] = [];
  const realNow = Date.now;

  beforeAll(async () => {
    console = await testServices({
      env: { NO_PROXY: '*' },
      limits: { minFollowInterval: 100, maxFollowInterval: 200 },
    });
    await console.client.preferences.update({ refreshPaused: true, queueStallMinutes: 1 });
    const { authUrl, admin } = servers.description;
    const { username, password, project: projectName } = admin;
    const domains = { userDomain: 'Default', projectDomain: 'Default' };
    const { id: cloudId } = await console.client.clouds.add({
      name: host.region,
      source: {
        kind: 'typed',
        login: { kind: 'password', authUrl, username, projectName, ...domains },
        connection: { interface: 'public', verify: true, regionName: host.region },
      },
      secret: password,
    });
    const added = await console.client.hosts.add({ cloudId, address: host.address, name: host.name, limitBytes: null });
    hostId = added.id;
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    for (const imageId of imageIds) {
      await servers.send('DELETE', host, `/v2/cache/${imageId}`);
      await servers.deleteImage(host, imageId);
    }
    imageIds = [];
  });

  afterAll(() => console[Symbol.asyncDispose]());

  const only = () => imageIds.map((imageId) => ({ hostId, imageId }));
  const plan = (bytesPerSecond?: number) =>
    console.client.operations.plan({
      kind: 'prefetch',
      hostIds: [hostId],
      method: 'read',
      only: only(),
      ...(bytesPerSecond ? { bytesPerSecond } : {}),
    });
  const outcomes = async ({ id }: Operation): Promise<TargetOutcome[]> =>
    (await console.client.operations.targets({ id })).targets;

  async function ended({ id }: Operation): Promise<Operation> {
    const look = async () => (await console.client.operations.targets({ id })).operation;
    await until(async () => (await look()).endedAt !== null, 'the operation to end');
    return look();
  }

  /** Queues images that no worker fetches, and lets the console read the queue. */
  async function stalledImages(count: number): Promise<void> {
    for (let number = 1; number <= count; number += 1) {
      const imageId = await servers.uploadImage(host, `reading-${number}`, bytes, { visibility: 'public' });
      imageIds.push(imageId);
      await servers.queueForNobody(host, imageId);
    }
    await console.client.hosts.refresh({});
  }

  function waitUntilStalled(): void {
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + 15 * 60_000);
  }

  test('a queued image is left alone while it may be fetched, then read, cached and removed from the queue', async () => {
    await stalledImages(2);
    const early = await plan();
    expect(early.targets.every(({ verdict }) => verdict === 'alreadyDone')).toBe(true);
    waitUntilStalled();
    await console.client.hosts.refresh({});
    const ready = await plan();
    expect(ready.targets).toMatchObject(imageIds.map((imageId) => ({ imageId, verdict: 'willDo', method: 'read' })));
    expect(ready.expected).toEqual({ images: 2, bytes: 2 * bytes });
    const operation = await ended(await console.client.operations.start({ planId: ready.id }));
    expect(operation.counts).toMatchObject({ done: 2 });
    expect((await outcomes(operation)).map(({ text }) => text)).toEqual(
      imageIds.map(() => 'Downloaded all 5.72 MiB; the host has cached it.'),
    );
    const list = await servers.cacheList(host);
    for (const imageId of imageIds) {
      expect(list.queued_images).not.toContain(imageId);
      expect(list.cached_images.find((image) => image.image_id === imageId)).toMatchObject({ size: bytes, hits: 0 });
    }
  });

  test('a slowed and cancelled read leaves the image queued; a second one caches it', async () => {
    await stalledImages(1);
    waitUntilStalled();
    await console.client.hosts.refresh({});
    const slow = await console.client.operations.start({ planId: (await plan(500_000)).id });
    await until(async () => {
      const [target] = await outcomes(slow);
      return (target?.progress?.bytes ?? 0) > 0;
    }, 'bytes to come');
    await console.client.operations.cancel({ id: slow.id });
    expect((await ended(slow)).state).toBe('cancelled');
    expect(await outcomes(slow)).toMatchObject([
      { state: 'cancelled', text: expect.stringMatching(/^Cancelled after .* of 5\.72 MiB/) },
    ]);
    const list = await servers.cacheList(host);
    expect(list.cached_images.map((image) => image.image_id)).not.toContain(imageIds[0]);
    expect(list.queued_images).toContain(imageIds[0]);
    // The host may still be writing its part of the image.
    await until(async () => {
      const again = await ended(await console.client.operations.start({ planId: (await plan()).id }));
      return again.counts.done + again.counts.alreadyDone === 1;
    }, 'the image to be cached');
    expect(await servers.cachedIds(host)).toContain(imageIds[0]);
  });
}
