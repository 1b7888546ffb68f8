import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { capabilities } from '../contract/hosts.ts';
import { cachedImage, imageId } from '../contract/images.ts';
import { failureOf } from '../http/testing/failing.ts';
import { type Received, type Reply, startServer } from '../http/testing/local-server.ts';
import { recordedReply } from '../http/testing/recorded.ts';
import type { Deadlines } from './deadlines.ts';
import { GlanceHost } from './host.ts';
import { capabilitiesOf } from './testing/capabilities.ts';
import { startCloud, type TestCloud } from './testing/cloud.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const recorded = (name: string) => recordedReply(import.meta.url, name);
const modern = capabilitiesOf('cacheApi');
const legacy = capabilitiesOf('legacy');
const id = '11111111-1111-1111-1111-111111111111';

async function host(
  answer: (request: Received) => Reply | Promise<Reply>,
  options: { roles?: string[]; login?: 'none'; deadlines?: Partial<Deadlines> } = {},
): Promise<{ glance: GlanceHost; cloud: TestCloud }> {
  const cloud = await startCloud(answer, options);
  ends.push(() => cloud.close());
  const { address, session } = cloud;
  return { cloud, glance: new GlanceHost({ address, session, deadlines: options.deadlines }) };
}

/** Answers by method and path; everything else is Glance's own 404. */
function routes(table: Record<string, Reply>): (request: Received) => Reply {
  return ({ method, path }) => table[`${method} ${path}`] ?? recorded('glance-25.1-nodes-404');
}

describe('every request', () => {
  it('asks for JSON with the token and without a body', async () => {
    const { glance, cloud } = await host(() => recorded('glance-33.0-cache-put-202'));
    await glance.queue(modern, id);
    await glance.clear(modern, 'both');
    expect(cloud.asked()).toEqual([`PUT /v2/cache/${id}`, 'DELETE /v2/cache']);
    for (const { headers, body } of cloud.received) {
      expect(headers).toMatchObject({ accept: 'application/json', 'x-auth-token': 'token-1' });
      expect(headers).not.toHaveProperty('content-type');
      expect(body).toBe('');
    }
  });

  it('is sent again once with a new token when the first is refused', async () => {
    const { glance, cloud } = await host(({ headers }) =>
      headers['x-auth-token'] === 'token-1'
        ? recorded('glance-25.1-list-401-no-token')
        : recorded('glance-25.1-cache-list'),
    );
    expect((await glance.list(modern)).cached).toHaveLength(3);
    expect(cloud.logins()).toBe(2);
    expect(cloud.received).toHaveLength(2);
  });

  it('that is refused twice names both causes', async () => {
    const { glance, cloud } = await host(() => recorded('glance-33.0-list-401-no-token'));
    const failure = await failureOf(glance.list(modern));
    expect(failure).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      message: expect.stringContaining(cloud.address),
    });
    expect(failure.remedy).toMatch(/cannot reach Keystone.*another cloud/);
    expect(cloud.received).toHaveLength(2);
  });

  it('carries no token without a login, and says when the host wants one', async () => {
    const { glance, cloud } = await host(() => recorded('glance-25.1-list-401-no-token'), { login: 'none' });
    const failure = await failureOf(glance.list(modern));
    expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('wants a token') });
    expect(cloud.received).toHaveLength(1);
    expect(cloud.received[0]?.headers).not.toHaveProperty('x-auth-token');
  });

  it('never takes a token to where a redirect points', async () => {
    const elsewhere = await startServer(() => ({ status: 200, body: { cached_images: [], queued_images: [] } }));
    ends.push(() => elsewhere.close());
    const { glance } = await host(() => ({ status: 307, headers: { location: `${elsewhere.url}/v2/cache` } }));
    const failure = await failureOf(glance.list(modern));
    expect(failure).toMatchObject({ code: 'badResponse', message: expect.stringContaining(elsewhere.url) });
    expect(elsewhere.received).toHaveLength(0);
  });

  it('that never left, since the login failed, says so', async () => {
    const { glance, cloud } = await host(() => recorded('glance-33.0-cache-put-202'));
    await cloud.session.close();
    expect(await failureOf(glance.queue(modern, id))).toMatchObject({ code: 'interrupted', notSent: true });
  });
});

describe('a refusal', () => {
  it('names the policy rule, who asked and with which roles', async () => {
    const { glance } = await host(() => recorded('glance-33.0-list-403-member'), { roles: ['member', 'reader'] });
    const failure = await failureOf(glance.list(modern));
    expect(failure).toMatchObject({
      code: 'forbidden',
      status: 403,
      detail: 'You are not authorized to complete cache_list action.',
    });
    expect(failure.message).toContain('alice (roles in project ops: member, reader)');
    expect(failure.message).toContain('the policy rule cache_list');
  });

  it.each([
    ['glance-25.1-cache-list-404-cache-off', 'cachingDisabled'],
    ['glance-33.0-cache-list-404-cache-off', 'cachingDisabled'],
    ['glance-25.1-put-unknown-404', 'notFound'],
    ['glance-33.0-put-not-active-400', 'invalidInput'],
    ['glance-25.1-put-json-body-500', 'hostError'],
    ['glance-25.1-prune-405', 'unsupported'],
    ['glance-33.0-sqlite-driver-nodes-409', 'hostError'],
    ['glance-33.0-clear-both-400', 'invalidInput'],
  ])('%s is %s, in the words of the host', async (name, code) => {
    const { glance, cloud } = await host(() => recorded(name));
    const failure = await failureOf(glance.queue(modern, id));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(cloud.address);
    expect(failure.detail).not.toContain('<br');
  });

  it.each([
    [502, 'hostError'],
    [429, 'hostError'],
    [413, 'hostError'],
    [206, 'badResponse'],
    [302, 'badResponse'],
  ])('%i is %s', async (status, code) => {
    const { glance } = await host(() => ({
      status,
      headers: { 'x-openstack-request-id': 'req-1', 'retry-after': '3' },
    }));
    const failure = await failureOf(glance.queue(modern, id));
    expect(failure).toMatchObject({ code, status });
    if (status === 429) expect(failure.retryAfterSeconds).toBe(3);
    if (status >= 400) expect(failure.requestId).toBe('req-1');
  });
});

describe('the cache API', () => {
  it('lists what is cached and queued', async () => {
    const { glance } = await host(routes({ 'GET /v2/cache': recorded('glance-33.0-cache-list') }));
    const listing = await glance.list(modern);
    expect(listing).toMatchObject({ nullList: false, odd: [], queued: ['37b25691-7cf9-476c-b0a7-5d9ca87d7a9e'] });
    expect(listing.cached[0]).toEqual({
      imageId: '38b5662c-36c2-4f3b-936c-94099cb5897a',
      sizeBytes: 2_000_000,
      hits: 1,
      lastAccessed: 1795382558706,
      lastModified: 1795382558509,
    });
  });

  it('says when a list is null, as with a damaged cache database', async () => {
    const { glance } = await host(() => ({ status: 200, body: { cached_images: null, queued_images: [] } }));
    expect(await glance.list(modern)).toMatchObject({ nullList: true, cached: [], queued: [] });
  });

  it('is asked once more after a 500, and not more often', async () => {
    let failures = 1;
    const { glance, cloud } = await host(() => {
      failures -= 1;
      return failures >= 0 ? { status: 500 } : recorded('glance-25.1-cache-list-empty');
    });
    expect((await glance.list(modern)).cached).toEqual([]);
    failures = 5;
    expect((await failureOf(glance.list(modern))).code).toBe('hostError');
    expect(cloud.received).toHaveLength(4);
  });

  it.each(['', '[]', '{}', '<html>', '{"cached_images": 5, "queued_images": []}', '{"cached_images": []}'])(
    'that answers %j with 200 is a bad response',
    async (body) => {
      const { glance } = await host(() => ({ status: 200, body }));
      expect((await failureOf(glance.list(modern))).code).toBe('badResponse');
    },
  );

  it.each([
    ['200 of 24.0', { status: 200, body: 'null' }],
    ['202', recorded('glance-25.1-cache-put-202')],
    ['204', recorded('glance-25.1-delete-one-204')],
  ])('takes %s for done', async (_, reply) => {
    const { glance } = await host(() => reply);
    await glance.queue(modern, id);
    expect(await glance.delete(modern, id)).toEqual({ wasThere: undefined });
    expect(await glance.clear(modern, 'cache')).toEqual({});
  });

  it('deletes what is gone already', async () => {
    const { glance } = await host(() => recorded('glance-25.1-delete-unknown-404'));
    expect(await glance.delete(modern, id)).toEqual({ wasThere: false });
  });

  it.each([
    [recorded('glance-25.1-cache-list-404-cache-off'), 'cachingDisabled'],
    [recorded('glance-25.1-nodes-404'), 'notFound'],
    [{ status: 404, headers: { 'content-type': 'text/html' }, body: '' }, 'notFound'],
    [recorded('glance-33.0-delete-unknown-500-cache-off'), 'hostError'],
  ])('does not take another 404 or a 500 for it: %#', async (reply, code) => {
    const { glance } = await host(() => reply);
    expect((await failureOf(glance.delete(modern, id))).code).toBe(code);
  });

  it('clears cache, queue or both by its header', async () => {
    const counts = { status: 200, body: { cache_deleted: 3, queue_deleted: 1 } };
    const { glance, cloud } = await host(() => counts);
    expect(await glance.clear(modern, 'both')).toEqual({ cached: 3, queued: 1 });
    await glance.clear(modern, 'cache');
    await glance.clear(modern, 'queue');
    const sent = cloud.received.map(({ headers }) => headers['x-image-cache-clear-target']);
    expect(sent).toEqual([undefined, 'cache', 'queue']);
  });

  it.each(['..', 'a/b'])('is never asked for %j', async (odd) => {
    const { glance, cloud } = await host(() => ({ status: 204 }));
    for (const request of [glance.delete(modern, odd), glance.queue(modern, odd), glance.delete(legacy, odd)]) {
      expect(await failureOf(request)).toMatchObject({ code: 'invalidInput', notSent: true });
    }
    expect(cloud.received).toHaveLength(0);
  });

  it('asks for ids as one segment of the path', async () => {
    const { glance, cloud } = await host(() => ({ status: 204 }));
    await glance.delete(modern, 'not a uuid?#ü');
    expect(cloud.asked()).toEqual(['DELETE /v2/cache/not%20a%20uuid%3F%23%C3%BC']);
  });
});

describe('prune and clean', () => {
  it('tell what went', async () => {
    const { glance, cloud } = await host(
      routes({
        'POST /v2/cache/prune': recorded('glance-33.0-prune-with-work'),
        'POST /v2/cache/clean': recorded('glance-33.0-clean'),
      }),
    );
    expect(await glance.prune()).toEqual({ images: 1, bytes: 2_000_000 });
    await glance.clean();
    expect(cloud.received.map(({ body }) => body)).toEqual(['', '']);
  });

  it('that takes too long may hang, and must not be sent again', async () => {
    const { glance, cloud } = await host(() => 'hang', { deadlines: { prune: 60 } });
    const failure = await failureOf(glance.prune());
    expect(failure.code).toBe('timeout');
    expect(failure.message).toMatch(/may be working still, or it hangs/);
    expect(failure.remedy).toMatch(/Do not prune again.*restart/);
    expect(cloud.received).toHaveLength(1);
  });

  it('on a host that cannot is unsupported', async () => {
    const { glance } = await host(() => recorded('glance-25.1-prune-405'));
    expect(await failureOf(glance.prune())).toMatchObject({
      code: 'unsupported',
      remedy: expect.stringContaining('DELETE, PUT'),
    });
  });

  it('whose answer says nothing is a bad response', async () => {
    const { glance } = await host(() => ({ status: 200, body: { total_files_pruned: -1 } }));
    expect(await failureOf(glance.prune())).toMatchObject({
      code: 'badResponse',
      message: expect.stringContaining('pruned'),
    });
  });
});

describe('the older middleware', () => {
  it('lists from two places', async () => {
    const { glance } = await host(
      routes({
        'GET /v2/cached_images': recorded('glance-25.1-legacy-cached-images'),
        'GET /v2/queued_images': recorded('glance-25.1-legacy-queued-images'),
      }),
    );
    expect(await glance.list(legacy)).toMatchObject({
      cached: { length: 3 },
      queued: ['d77184eb-b838-42b1-9122-2c9dd38f521a'],
    });
  });

  it('queues, deletes from queue and cache, and clears with its counts', async () => {
    const { glance, cloud } = await host(({ method, path }) => {
      if (path === '/v2/cached_images') return recorded('glance-25.1-legacy-clear-cached');
      if (path === '/v2/queued_images') return { status: 200, body: { num_deleted: 1 } };
      return method === 'PUT' ? recorded('glance-25.1-legacy-put-queued') : { status: 200, body: 'null' };
    });
    await glance.queue(legacy, id);
    expect(await glance.delete(legacy, id)).toEqual({ wasThere: undefined });
    expect(await glance.clear(legacy, 'both')).toEqual({ cached: 2, queued: 1 });
    expect(await glance.clear(legacy, 'queue')).toEqual({ queued: 1 });
    expect(cloud.asked()).toEqual([
      `PUT /v2/queued_images/${id}`,
      `DELETE /v2/queued_images/${id}`,
      `DELETE /v2/cached_images/${id}`,
      'DELETE /v2/queued_images',
      'DELETE /v2/cached_images',
      'DELETE /v2/queued_images',
    ]);
  });

  it('that is gone from the pipeline is told as caching disabled', async () => {
    const { glance } = await host(routes({}));
    expect((await failureOf(glance.list(legacy))).code).toBe('cachingDisabled');
    expect((await failureOf(glance.delete(legacy, id))).code).toBe('cachingDisabled');
  });
});

describe('capabilities', () => {
  const asked = async (versions: string, more: Record<string, Reply> = {}) => {
    const { glance, cloud } = await host(routes({ 'GET /': recorded(versions), ...more }));
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
    const { glance } = await host(
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
    const { glance } = await host(routes({ 'GET /': { status: 300, body: { versions: [{ id: 'v2.9' }] } } }));
    expect(await failureOf(glance.capabilities())).toMatchObject({
      code: 'cachingDisabled',
      message: expect.stringContaining('cachemanagement is not in its pipeline'),
    });
  });

  it('of an old host whose middleware refuses this login: forbidden', async () => {
    const { glance } = await host(
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
    const { glance } = await host(() => reply);
    expect((await failureOf(glance.capabilities())).code).toBe(code);
  });
});

describe('whatever a host answers', () => {
  it('gives a listing of the contract or an expected failure', async () => {
    let reply: Reply = { status: 200 };
    const { glance } = await host(() => reply);
    const lists = fc.record({ cached_images: fc.jsonValue(), queued_images: fc.jsonValue() });
    const records = fc.record({
      cached_images: fc.array(fc.record({ image_id: fc.string(), size: fc.jsonValue(), hits: fc.jsonValue() })),
      queued_images: fc.array(fc.oneof(fc.string(), fc.jsonValue())),
    });
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      lists.map((one) => JSON.stringify(one)),
      records.map((one) => JSON.stringify(one)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(200, 200, 200, 201, 299, 300, 400, 403, 404, 409, 500),
        body,
        async (status, text) => {
          reply = { status, headers: { 'content-type': 'text/html' }, body: text };
          try {
            const { cached, queued } = await glance.list(modern);
            for (const one of cached) cachedImage.omit({ standing: true, description: true }).parse(one);
            for (const one of queued) imageId.parse(one);
          } catch (error) {
            expect(error).toBeInstanceOf(ExpectedFailure);
            await failureOf(Promise.reject(error));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
