import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GlanceHost } from '../../electron/glance/glance-host.ts';
import { testHost } from '../../electron/glance/host-check.ts';
import { Bench, failureOf, has, sessionOf, sessionWith } from './bench.ts';
import { describeCatalogue } from './catalogue-suite.ts';
import { describeRawFacts } from './raw-suite.ts';
import type { CacheApiTarget } from './target.ts';

/**
 * The facts about one glance-api host, simulated or real, that the console relies on, tested with the console's own
 * client. All hosts run the same tests; `target.facts` says where releases differ. `makeTarget` is called once, before
 * the tests.
 */
export function describeCacheApi(name: string, makeTarget: () => Promise<CacheApiTarget>): void {
  describe(`cache API of ${name}`, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench(await makeTarget());
    });
    beforeEach(() => bench.empty());
    afterAll(() => bench?.close());
    const at = () => bench;
    describeVersions(at);
    describeListAndQueue(at);
    describeDelete(at);
    describeClear(at);
    describePruneAndClean(at);
    describeLogin(at);
    describeCatalogue(at);
    describeRawFacts(at);
  });
}

/** An id that Glance has never seen. */
const unknownId = () => randomUUID();

function describeVersions(at: () => Bench): void {
  test('reports its versions and capabilities', async () => {
    const { host, target } = at();
    const { facts } = target;
    const capabilities = await host.capabilities();
    expect(capabilities.apiVersion).toBe(facts.apiVersion);
    expect(capabilities.dialect).toBe(facts.dialect);
    expect(capabilities.versions).toContain('2.0');
    const minors = capabilities.versions.map((version) => Number(version.split('.')[1]));
    expect(minors).toEqual([...minors].sort((a, b) => b - a));
    const { list, queue, delete: remove, clear, prune, clean } = capabilities.abilities;
    for (const ability of [list, queue, remove, clear]) expect(ability).toEqual({ can: true, how: facts.dialect });
    for (const ability of [prune, clean]) expect(ability.can).toBe(facts.pruneAndClean);
  });

  test('passes the host test, step by step', async () => {
    const { admin, target } = at();
    const verdict = await testHost({ address: target.address, session: admin });
    expect(verdict.failure).toBeNull();
    expect(verdict.steps.filter((step) => step.outcome === 'failed')).toEqual([]);
    expect(verdict.capabilities?.apiVersion).toBe(target.facts.apiVersion);
  });
}

function describeListAndQueue(at: () => Bench): void {
  test('lists an empty cache', async () => {
    const listing = await at().list();
    expect(listing).toMatchObject({ cached: [], queued: [], odd: [], nullList: false });
    expect(listing.requestId).toMatch(/^req-/);
  });

  test('caches a queued image, with its size, no hits and the present time', async () => {
    const bench = at();
    const imageId = await bench.image('one', { bytes: 30_000 });
    const before = Date.now();
    await bench.cacheImage(imageId);
    const { cached, queued, odd } = await bench.list();
    const after = Date.now();
    expect({ queued, odd }).toEqual({ queued: [], odd: [] });
    expect(cached).toHaveLength(1);
    expect(cached[0]).toMatchObject({ imageId, sizeBytes: 30_000, hits: 0 });
    for (const time of [cached[0]?.lastAccessed, cached[0]?.lastModified]) {
      expect(time).toBeGreaterThanOrEqual(before - 2_000);
      expect(time).toBeLessThanOrEqual(after + 2_000);
    }
  });

  test('caches several images that are queued one after the other', async () => {
    const bench = at();
    const capabilities = await bench.capabilities();
    const ids = [
      await bench.image('a'),
      await bench.image('b', { visibility: 'private' }),
      await bench.image('c', { hidden: true }),
    ];
    for (const imageId of ids) await bench.host.queue(capabilities, imageId);
    await bench.target.fetchQueued?.();
    const { cached } = await bench.until('all three', (listing) =>
      ids.every((imageId) => has(listing.cached, imageId)),
    );
    expect(cached.map((record) => record.imageId).sort()).toEqual([...ids].sort());
  });

  test('queueing a cached image does not change its record', async () => {
    const bench = at();
    const imageId = await bench.image('again');
    await bench.cacheImage(imageId);
    const [before] = (await bench.list()).cached;
    await bench.host.queue(await bench.capabilities(), imageId);
    // The host does not show when it has fetched the data again. Clearing the cache before that would bring the image
    // back.
    await delay(500);
    expect((await bench.list()).cached).toEqual([before]);
  });

  test('counts a complete download as a hit, with its time', async () => {
    const bench = at();
    const imageId = await bench.image('hit');
    await bench.cacheImage(imageId);
    const [before] = (await bench.list()).cached;
    await bench.target.download(imageId);
    const { cached } = await bench.until('the hit', (listing) => listing.cached[0]?.hits === 1);
    expect(cached[0]?.lastAccessed).toBeGreaterThanOrEqual(before?.lastAccessed ?? Number.NaN);
    expect(cached[0]?.lastModified).toBe(before?.lastModified);
  });

  test('caches an image at its first download, which is not a hit', async () => {
    const bench = at();
    const imageId = await bench.image('filled', { bytes: 12_345 });
    await bench.target.download(imageId);
    const { cached } = await bench.until('the image', (listing) => has(listing.cached, imageId));
    expect(cached[0]).toMatchObject({ imageId, sizeBytes: 12_345, hits: 0 });
  });

  test('refuses to queue an unknown image, or accepts it if the release does not check', async () => {
    const bench = at();
    const capabilities = await bench.capabilities();
    const real = await bench.image('case');
    for (const imageId of [unknownId(), 'not-a-uuid', real.toUpperCase()]) {
      const queueing = bench.host.queue(capabilities, imageId);
      if (bench.target.facts.dialect === 'legacy') await queueing;
      else expect(await failureOf(queueing)).toMatchObject({ code: 'notFound', status: 404 });
    }
    const { queued } = await bench.list();
    expect(queued).toHaveLength(bench.target.facts.dialect === 'legacy' ? 3 : 0);
  });

  test('refuses to queue an image without data', async () => {
    const bench = at();
    if (bench.target.facts.dialect === 'legacy') return;
    const imageId = await bench.imageWithoutData('nothing');
    const failure = await failureOf(bench.host.queue(await bench.capabilities(), imageId));
    expect(failure).toMatchObject({ code: 'invalidInput', status: 400 });
    expect(failure.detail).toContain('Only images with status active');
    expect((await bench.list()).queued).toEqual([]);
  });
}

function describeDelete(at: () => Bench): void {
  test('deletes a cached image, and accepts a second delete', async () => {
    const bench = at();
    const capabilities = await bench.capabilities();
    const [imageId, kept] = [await bench.image('gone'), await bench.image('kept')];
    await bench.cacheImage(imageId);
    await bench.cacheImage(kept);
    await bench.host.delete(capabilities, imageId);
    expect((await bench.list()).cached.map((record) => record.imageId)).toEqual([kept]);
    await bench.host.delete(capabilities, imageId);
    expect((await bench.list()).cached).toHaveLength(1);
  });

  test('deletes any entry from the queue', async () => {
    const bench = at();
    const capabilities = await bench.capabilities();
    const ids = [unknownId(), 'not-a-uuid'];
    for (const imageId of ids) await bench.queueForNobody(imageId);
    expect((await bench.list()).queued.sort()).toEqual([...ids].sort());
    for (const imageId of ids) await bench.host.delete(capabilities, imageId);
    expect((await bench.list()).queued).toEqual([]);
  });

  test('reports that an image was not cached, if the release does so', async () => {
    const bench = at();
    const told = await bench.host.delete(await bench.capabilities(), unknownId());
    expect(told.wasThere).toBe(bench.target.facts.dialect === 'legacy' ? undefined : false);
  });
}

function describeClear(at: () => Bench): void {
  const fill = async () => {
    const bench = at();
    const imageId = await bench.image('clear');
    await bench.cacheImage(imageId);
    const waiting = unknownId();
    await bench.queueForNobody(waiting);
    return { bench, imageId, waiting, capabilities: await bench.capabilities() };
  };

  test('clears the cache alone', async () => {
    const { bench, waiting, capabilities } = await fill();
    await bench.host.clear(capabilities, 'cache');
    expect(await bench.list()).toMatchObject({ cached: [], queued: [waiting] });
  });

  test('clears the queue alone', async () => {
    const { bench, imageId, capabilities } = await fill();
    await bench.host.clear(capabilities, 'queue');
    const { cached, queued } = await bench.list();
    expect({ cached: cached.map((record) => record.imageId), queued }).toEqual({ cached: [imageId], queued: [] });
  });

  test('clears both', async () => {
    const { bench, capabilities } = await fill();
    await bench.host.clear(capabilities, 'both');
    expect(await bench.list()).toMatchObject({ cached: [], queued: [] });
  });
}

function describePruneAndClean(at: () => Bench): void {
  test('prunes the least recently accessed images, or reports that it cannot', async () => {
    const bench = at();
    const { facts } = bench.target;
    if (!facts.pruneAndClean) {
      const { code } = await failureOf(bench.host.prune());
      // Releases before 24 do not have the path.
      expect(code).toBe(facts.dialect === 'legacy' ? 'notFound' : 'unsupported');
      return;
    }
    expect(await bench.host.prune()).toEqual({ images: 0, bytes: 0 });
    const bytes = Math.ceil(facts.limitBytes / 2.5);
    const ids: string[] = [];
    for (const name of ['first', 'second', 'third', 'fourth']) ids.push(await bench.image(`prune-${name}`, { bytes }));
    for (const imageId of ids) await bench.cacheImage(imageId);
    const [first, , , fourth] = ids;
    await bench.target.download(first ?? '');
    await bench.until('the hit', (listing) => listing.cached.some((record) => record.hits === 1));
    expect(await bench.host.prune()).toEqual({ images: 2, bytes: 2 * bytes });
    const { cached } = await bench.list();
    expect(cached.map((record) => record.imageId).sort()).toEqual([first, fourth].sort());
    expect(await bench.host.prune()).toEqual({ images: 0, bytes: 0 });
  });

  test('cleans without a change of cache and queue, or reports that it cannot', async () => {
    const bench = at();
    const { facts } = bench.target;
    if (!facts.pruneAndClean) {
      expect((await failureOf(bench.host.clean())).code).toBe(facts.dialect === 'legacy' ? 'notFound' : 'unsupported');
      return;
    }
    const imageId = await bench.image('clean');
    await bench.cacheImage(imageId);
    const waiting = unknownId();
    await bench.queueForNobody(waiting);
    await bench.host.clean();
    const { cached, queued } = await bench.list();
    expect({ cached: cached.map((record) => record.imageId), queued }).toEqual({
      cached: [imageId],
      queued: [waiting],
    });
  });
}

function describeLogin(at: () => Bench): void {
  test('refuses every action of a member', async () => {
    const { memberHost, target, capabilities, image, cacheImage, list } = bound(at());
    const caps = await capabilities();
    const imageId = await image('theirs');
    await cacheImage(imageId);
    const attempts = {
      list: () => memberHost.list(caps),
      queue: () => memberHost.queue(caps, imageId),
      delete: () => memberHost.delete(caps, imageId),
      clear: () => memberHost.clear(caps, 'both'),
      ...(target.facts.pruneAndClean ? { prune: () => memberHost.prune(), clean: () => memberHost.clean() } : {}),
    };
    for (const [what, attempt] of Object.entries(attempts)) {
      expect(await failureOf(attempt()), what).toMatchObject({ code: 'forbidden', status: 403 });
    }
    expect((await list()).cached).toHaveLength(1);
  });

  test('hides images that a member may not see', async () => {
    const { memberHost, target, capabilities, image } = bound(at());
    if (target.facts.dialect === 'legacy') return;
    const imageId = await image('secret', { visibility: 'private' });
    expect(await failureOf(memberHost.queue(await capabilities(), imageId))).toMatchObject({ code: 'notFound' });
  });

  test('requires a token', async () => {
    const { target, capabilities } = bound(at());
    const caps = await capabilities();
    const session = sessionWith({ kind: 'none' }, undefined);
    const host = new GlanceHost({ address: target.address, session });
    expect(await failureOf(host.list(caps))).toMatchObject({ code: 'unauthenticated', status: 401 });
    await session.close();
  });

  test('refuses a wrong password and a malformed token', async () => {
    const { target } = at();
    const wrong = sessionOf(target.authUrl, { ...target.admin, password: 'not the password' });
    const made = sessionWith(
      { kind: 'token', authUrl: target.authUrl, projectName: target.admin.project },
      'gAAAAAnone',
    );
    for (const session of [wrong, made]) {
      const host = new GlanceHost({ address: target.address, session });
      const failure = await failureOf(
        at()
          .capabilities()
          .then((caps) => host.list(caps)),
      );
      expect(failure.code).toBe('unauthenticated');
      await session.close();
    }
  });
}

/** The methods of a bench as functions, for destructuring. */
function bound(bench: Bench) {
  return {
    target: bench.target,
    memberHost: bench.memberHost,
    capabilities: () => bench.capabilities(),
    image: (...parameters: Parameters<Bench['image']>) => bench.image(...parameters),
    cacheImage: (imageId: string) => bench.cacheImage(imageId),
    list: () => bench.list(),
  };
}
