import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilities } from '../contract/hosts.ts';
import { failureOf } from '../http/testing/failing.ts';
import type { Reply } from '../http/testing/local-server.ts';
import { recordedAnswer } from '../http/testing/recorded.ts';
import { atLeast, releaseOf, versionsOf } from './capabilities.ts';
import { hostUnderTest, recorded, routes } from './testing/host-under-test.ts';

describe('capabilities', () => {
  const asked = async (versions: string, more: Record<string, Reply> = {}) => {
    const { glance, cloud } = await hostUnderTest(routes({ 'GET /': recorded(versions), ...more }));
    return { cloud, answer: glance.capabilities().then((found) => capabilities.parse(found)) };
  };

  it('of Glance 33 are complete', async () => {
    const { answer, cloud } = await asked('glance-33.0-versions-root-300');
    const found = await answer;
    expect(found).toMatchObject({
      dialect: 'cacheApi',
      apiVersion: '2.18',
      fetch: 'atOnce',
      release: '2026.2 (33) or later',
    });
    expect(Object.values(found.abilities).every((ability) => ability.can)).toBe(true);
    expect(cloud.received).toHaveLength(1);
    expect(cloud.received[0]?.headers).not.toHaveProperty('x-auth-token');
  });

  it('of Glance 25 lack prune and clean, with the reason and the remedy', async () => {
    const { abilities } = await (await asked('glance-25.1-versions-root-300')).answer;
    expect(abilities.queue).toEqual({ can: true, how: 'cacheApi' });
    expect(abilities.prune).toMatchObject({
      can: false,
      reason: expect.stringContaining('2.16'),
      remedy: expect.stringContaining('glance-cache-pruner'),
    });
    expect(abilities.clean).toMatchObject({ can: false, remedy: expect.stringContaining('glance-cache-cleaner') });
  });

  it.each([
    [['v2.15', 'v2.14'], 'cacheApi', 'periodic'],
    [['v2.16', 'v2.15', 'v2.14'], 'cacheApi', 'atOnce'],
    [['v2.9'], 'legacy', 'periodic'],
    [['v2.7'], 'legacy', 'byProgram'],
  ])('of %j: %s, fetched %s', async (ids, dialect, fetch) => {
    const { glance } = await hostUnderTest(
      routes({
        'GET /': { status: 300, body: { versions: ids.map((one) => ({ id: one })) } },
        'GET /v2/cached_images': recorded('glance-25.1-legacy-cached-images'),
      }),
    );
    expect(await glance.capabilities()).toMatchObject({ dialect, fetch });
  });

  it.each([
    ['glance-25.1-versions-cache-off', /image_cache_dir is not set/],
    ['glance-33.0-versions-cache-off', /image_cache_dir is not set/],
  ])('of %s: caching is disabled, with the remedy', async (versions, message) => {
    const failure = await failureOf((await asked(versions)).answer);
    expect(failure).toMatchObject({ code: 'cachingDisabled', message: expect.stringMatching(message) });
    expect(failure.remedy).toMatch(/image_cache_dir.*keystone\+cachemanagement/);
  });

  it('of an old host without the middleware: disabled', async () => {
    const { glance } = await hostUnderTest(routes({ 'GET /': { status: 300, body: { versions: [{ id: 'v2.9' }] } } }));
    expect(await failureOf(glance.capabilities())).toMatchObject({
      code: 'cachingDisabled',
      message: expect.stringContaining('cachemanagement middleware is not in its pipeline'),
    });
  });

  it('of an old host whose middleware refuses this login: forbidden', async () => {
    const { glance } = await hostUnderTest(
      routes({
        'GET /': { status: 300, body: { versions: [{ id: 'v2.9' }] } },
        'GET /v2/cached_images': recorded('glance-25.1-list-403-member'),
      }),
    );
    expect((await failureOf(glance.capabilities())).code).toBe('forbidden');
  });

  it.each([
    [{ status: 200, body: '<html>Welcome to nginx</html>' }, 'badResponse'],
    [{ status: 200, body: { versions: { values: [] } } }, 'badResponse'],
    [{ status: 404, body: '' }, 'badResponse'],
    [{ status: 401, body: '' }, 'badResponse'],
    [{ status: 301, headers: { location: 'https://elsewhere/' } }, 'badResponse'],
    [{ status: 503, body: '' }, 'hostError'],
  ])('of an address that is not Glance: %j is %s', async (reply, code) => {
    const { glance } = await hostUnderTest(() => reply);
    expect((await failureOf(glance.capabilities())).code).toBe(code);
  });
});

const recordedVersions = (name: string) => versionsOf(recordedAnswer(import.meta.url, name)) ?? [];
const list = (versions: unknown) => ({ status: 300, headers: {}, text: JSON.stringify({ versions }) });

describe('versionsOf', () => {
  it('sorts by number, regardless of the order of the host, and not as decimals', () => {
    expect(recordedVersions('glance-33.0-versions-cache-off').slice(0, 3)).toEqual(['2.17', '2.15', '2.13']);
    expect(recordedVersions('glance-25.1-versions-cache-on')[0]).toBe('2.16');
    expect(versionsOf(list([{ id: 'v2.9' }, { id: 'v2.10' }, { id: 'v2.2' }]))).toEqual(['2.10', '2.9', '2.2']);
  });

  it('skips what is not a version, and duplicates', () => {
    expect(versionsOf(list([null, 5, {}, { id: 7 }, { id: 'v3' }, { id: 'v2.1' }, { id: '2.1' }]))).toEqual(['2.1']);
  });

  it('is empty for what is not a version list', () => {
    for (const text of ['', '<html>', '[]', '{"versions": {}}', '{"versions": []}', 'null']) {
      expect(versionsOf({ status: 200, headers: {}, text })).toBeUndefined();
    }
  });

  it('never throws, and fits the contract', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"versions": [${json}]}`),
        ),
        (text) => {
          const versions = versionsOf({ status: 200, headers: {}, text });
          expect(versions?.every((version) => version.length <= 20) ?? true).toBe(true);
        },
      ),
    );
  });
});

describe('releaseOf', () => {
  it.each([
    ['glance-25.1-versions-cache-on', 'Yoga (24.1) to 2024.1 (28)'],
    ['glance-33.0-versions-cache-on', '2026.2 (33) or later'],
    ['glance-25.1-versions-cache-off', 'Yoga (24) to 2024.1 (28)'],
    ['glance-33.0-versions-cache-off', '2024.2 (29) or later'],
  ])('%s is %s', (name, release) => {
    expect(releaseOf(recordedVersions(name))).toBe(release);
  });

  it.each([
    [['2.19', '2.14'], '2026.2 (33) or later'],
    [['3.0'], '2026.2 (33) or later'],
    [['2.17', '2.14'], '2024.2 (29) to 2026.1 (32)'],
    [['2.15', '2.14'], 'Yoga (24.0)'],
    [['2.9'], 'Train (19) to Xena (23)'],
    [['2.7'], 'Rocky (17) or Stein (18)'],
    [['2.6'], 'Queens (16) or earlier'],
    [['1.1'], 'unknown'],
    [[], 'unknown'],
  ])('%j is %s', (versions, release) => {
    expect(releaseOf(versions)).toBe(release);
  });
});

it('atLeast compares numerically', () => {
  expect(atLeast('2.10', '2.9')).toBe(true);
  expect(atLeast('2.9', '2.10')).toBe(false);
  expect(atLeast('3.0', '2.18')).toBe(true);
  expect(atLeast('x', '2.0')).toBe(false);
});
