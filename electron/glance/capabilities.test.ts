import { describe, expect, it } from 'vitest';
import { capabilities } from '../contract/hosts.ts';
import { failureOf } from '../http/testing/failing.ts';
import type { Reply } from '../http/testing/local-server.ts';
import { hostUnderTest, recorded, routes } from './testing/host-under-test.ts';

describe('capabilities', () => {
  const asked = async (versions: string, more: Record<string, Reply> = {}) => {
    const { glance, cloud } = await hostUnderTest(routes({ 'GET /': recorded(versions), ...more }));
    return { cloud, answer: glance.capabilities().then((found) => capabilities.parse(found)) };
  };

  it('of Glance 33 are all', async () => {
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

  it('of Glance 25 lack prune and clean, with the reason and the way to get them', async () => {
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
  ])('of %s: caching is disabled, with how to switch it on', async (versions, message) => {
    const failure = await failureOf((await asked(versions)).answer);
    expect(failure).toMatchObject({ code: 'cachingDisabled', message: expect.stringMatching(message) });
    expect(failure.remedy).toMatch(/image_cache_dir.*keystone\+cachemanagement/);
  });

  it('of an old host without the middleware: disabled', async () => {
    const { glance } = await hostUnderTest(routes({ 'GET /': { status: 300, body: { versions: [{ id: 'v2.9' }] } } }));
    expect(await failureOf(glance.capabilities())).toMatchObject({
      code: 'cachingDisabled',
      message: expect.stringContaining('cachemanagement is not in its pipeline'),
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
  ])('of what is no Glance: %j is %s', async (reply, code) => {
    const { glance } = await hostUnderTest(() => reply);
    expect((await failureOf(glance.capabilities())).code).toBe(code);
  });
});
