import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GlanceHost } from '../../electron/glance/glance-host.ts';
import { testHost } from '../../electron/glance/host-check.ts';
import { describeCatalogue } from './catalogue-suite.ts';
import { describeRawFacts } from './raw-suite.ts';
import { failureOf, has, SuiteFixture, sessionOf, sessionWith } from './suite-fixture.ts';
import type { CacheApiTarget } from './target.ts';

/**
 * The facts about one glance-api host, simulated or real, that the console relies on, tested with the console's own
 * client. All hosts run the same tests; `target.facts` says where releases differ. `makeTarget` is called once, before
 * the tests.
 */
export function describeCacheApi(name: string, makeTarget: () => Promise<CacheApiTarget>): void {
  describe(`cache API of ${name}`, () => {
    let fixture: SuiteFixture;
    beforeAll(async () => {
      fixture = new SuiteFixture(await makeTarget());
    });
    beforeEach(() => fixture.empty());
    afterAll(() => fixture?.close());
    const at = () => fixture;
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

function describeVersions(at: () => SuiteFixture): void {
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

function describeListAndQueue(at: () => SuiteFixture): void {
  test('lists an empty cache', async () => {
    const listing = await at().list();
    expect(listing).toMatchObject({ cached: [], queued: [], odd: [], nullList: false });
  });

  test('caches a queued image, with its size, no hits and the present time', async () => {
    const fixture = at();
    const imageId = await fixture.image('one', { bytes: 30_000 });
    const before = Date.now();
    await fixture.cacheImage(imageId);
    const { cached, queued, odd } = await fixture.list();
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
    const fixture = at();
    const capabilities = await fixture.capabilities();
    const ids = [
      await fixture.image('a'),
      await fixture.image('b', { visibility: 'private' }),
      await fixture.image('c', { hidden: true }),
    ];
    for (const imageId of ids) await fixture.host.queue(capabilities, imageId);
    await fixture.target.fetchQueued?.();
    const { cached } = await fixture.until('all three', (listing) =>
      ids.every((imageId) => has(listing.cached, imageId)),
    );
    expect(cached.map((record) => record.imageId).sort()).toEqual([...ids].sort());
  });

  test('queueing a cached image does not change its record', async () => {
    const fixture = at();
    const imageId = await fixture.image('again');
    await fixture.cacheImage(imageId);
    const [before] = (await fixture.list()).cached;
    await fixture.host.queue(await fixture.capabilities(), imageId);
    // The host does not show when it has fetched the data again. Clearing the cache before that would bring the image
    // back.
    await delay(500);
    expect((await fixture.list()).cached).toEqual([before]);
  });

  test('counts a complete download as a hit, with its time', async () => {
    const fixture = at();
    const imageId = await fixture.image('hit');
    await fixture.cacheImage(imageId);
    const [before] = (await fixture.list()).cached;
    await fixture.target.download(imageId);
    const { cached } = await fixture.until('the hit', (listing) => listing.cached[0]?.hits === 1);
    expect(cached[0]?.lastAccessed).toBeGreaterThanOrEqual(before?.lastAccessed ?? Number.NaN);
    expect(cached[0]?.lastModified).toBe(before?.lastModified);
  });

  test('caches an image at its first download, which is not a hit', async () => {
    const fixture = at();
    const imageId = await fixture.image('filled', { bytes: 12_345 });
    await fixture.target.download(imageId);
    const { cached } = await fixture.until('the image', (listing) => has(listing.cached, imageId));
    expect(cached[0]).toMatchObject({ imageId, sizeBytes: 12_345, hits: 0 });
  });

  test('refuses to queue an unknown image, or accepts it if the release does not check', async () => {
    const fixture = at();
    const capabilities = await fixture.capabilities();
    const real = await fixture.image('case');
    for (const imageId of [unknownId(), 'not-a-uuid', real.toUpperCase()]) {
      const queueing = fixture.host.queue(capabilities, imageId);
      if (fixture.target.facts.dialect === 'legacy') await queueing;
      else expect(await failureOf(queueing)).toMatchObject({ code: 'notFound', status: 404 });
    }
    const { queued } = await fixture.list();
    expect(queued).toHaveLength(fixture.target.facts.dialect === 'legacy' ? 3 : 0);
  });

  test('refuses to queue an image without data', async () => {
    const fixture = at();
    if (fixture.target.facts.dialect === 'legacy') return;
    const imageId = await fixture.imageWithoutData('nothing');
    const failure = await failureOf(fixture.host.queue(await fixture.capabilities(), imageId));
    expect(failure).toMatchObject({ code: 'invalidInput', status: 400 });
    expect(failure.detail).toContain('Only images with status active');
    expect((await fixture.list()).queued).toEqual([]);
  });
}

function describeDelete(at: () => SuiteFixture): void {
  test('deletes a cached image, and accepts a second delete', async () => {
    const fixture = at();
    const capabilities = await fixture.capabilities();
    const [imageId, kept] = [await fixture.image('gone'), await fixture.image('kept')];
    await fixture.cacheImage(imageId);
    await fixture.cacheImage(kept);
    await fixture.host.delete(capabilities, imageId);
    expect((await fixture.list()).cached.map((record) => record.imageId)).toEqual([kept]);
    await fixture.host.delete(capabilities, imageId);
    expect((await fixture.list()).cached).toHaveLength(1);
  });

  test('deletes any entry from the queue', async () => {
    const fixture = at();
    const capabilities = await fixture.capabilities();
    const ids = [unknownId(), 'not-a-uuid'];
    for (const imageId of ids) await fixture.queueForNobody(imageId);
    expect((await fixture.list()).queued.sort()).toEqual([...ids].sort());
    for (const imageId of ids) await fixture.host.delete(capabilities, imageId);
    expect((await fixture.list()).queued).toEqual([]);
  });

  test('reports that an image was not cached, if the release does so', async () => {
    const fixture = at();
    const deleted = await fixture.host.delete(await fixture.capabilities(), unknownId());
    expect(deleted.wasThere).toBe(fixture.target.facts.dialect === 'legacy' ? undefined : false);
  });
}

function describeClear(at: () => SuiteFixture): void {
  const fill = async () => {
    const fixture = at();
    const imageId = await fixture.image('clear');
    await fixture.cacheImage(imageId);
    const waiting = unknownId();
    await fixture.queueForNobody(waiting);
    return { fixture, imageId, waiting, capabilities: await fixture.capabilities() };
  };

  test('clears the cache alone', async () => {
    const { fixture, waiting, capabilities } = await fill();
    await fixture.host.clear(capabilities, 'cache');
    expect(await fixture.list()).toMatchObject({ cached: [], queued: [waiting] });
  });

  test('clears the queue alone', async () => {
    const { fixture, imageId, capabilities } = await fill();
    await fixture.host.clear(capabilities, 'queue');
    const { cached, queued } = await fixture.list();
    expect({ cached: cached.map((record) => record.imageId), queued }).toEqual({ cached: [imageId], queued: [] });
  });

  test('clears both', async () => {
    const { fixture, capabilities } = await fill();
    await fixture.host.clear(capabilities, 'both');
    expect(await fixture.list()).toMatchObject({ cached: [], queued: [] });
  });
}

function describePruneAndClean(at: () => SuiteFixture): void {
  test('prunes the least recently accessed images, or reports that it cannot', async () => {
    const fixture = at();
    const { facts } = fixture.target;
    if (!facts.pruneAndClean) {
      const { code } = await failureOf(fixture.host.prune());
      // Releases before 24 do not have the path.
      expect(code).toBe(facts.dialect === 'legacy' ? 'notFound' : 'unsupported');
      return;
    }
    expect(await fixture.host.prune()).toEqual({ images: 0, bytes: 0 });
    const bytes = Math.ceil(facts.limitBytes / 2.5);
    const ids: string[] = [];
    for (const name of ['first', 'second', 'third', 'fourth'])
      ids.push(await fixture.image(`prune-${name}`, { bytes }));
    for (const imageId of ids) await fixture.cacheImage(imageId);
    const [first, , , fourth] = ids;
    await fixture.target.download(first ?? '');
    await fixture.until('the hit', (listing) => listing.cached.some((record) => record.hits === 1));
    expect(await fixture.host.prune()).toEqual({ images: 2, bytes: 2 * bytes });
    const { cached } = await fixture.list();
    expect(cached.map((record) => record.imageId).sort()).toEqual([first, fourth].sort());
    expect(await fixture.host.prune()).toEqual({ images: 0, bytes: 0 });
  });

  test('cleans without a change of cache and queue, or reports that it cannot', async () => {
    const fixture = at();
    const { facts } = fixture.target;
    if (!facts.pruneAndClean) {
      expect((await failureOf(fixture.host.clean())).code).toBe(
        facts.dialect === 'legacy' ? 'notFound' : 'unsupported',
      );
      return;
    }
    const imageId = await fixture.image('clean');
    await fixture.cacheImage(imageId);
    const waiting = unknownId();
    await fixture.queueForNobody(waiting);
    await fixture.host.clean();
    const { cached, queued } = await fixture.list();
    expect({ cached: cached.map((record) => record.imageId), queued }).toEqual({
      cached: [imageId],
      queued: [waiting],
    });
  });
}

function describeLogin(at: () => SuiteFixture): void {
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

/** The methods of a fixture as functions, for destructuring. */
function bound(fixture: SuiteFixture) {
  return {
    target: fixture.target,
    memberHost: fixture.memberHost,
    capabilities: () => fixture.capabilities(),
    image: (...parameters: Parameters<SuiteFixture['image']>) => fixture.image(...parameters),
    cacheImage: (imageId: string) => fixture.cacheImage(imageId),
    list: () => fixture.list(),
  };
}
