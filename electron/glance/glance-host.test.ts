import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { cachedImage, imageId } from '../contract/images.ts';
import { failureOf } from '../http/testing/failing.ts';
import type { Reply } from '../http/testing/local-server.ts';
import { capabilitiesOf } from './testing/capabilities.ts';
import { hostUnderTest, recorded, routes } from './testing/host-under-test.ts';

const modern = capabilitiesOf('cacheApi');
const legacy = capabilitiesOf('legacy');
const id = '11111111-1111-1111-1111-111111111111';

describe('the cache API', () => {
  it('lists what is cached and queued', async () => {
    const { glance } = await hostUnderTest(routes({ 'GET /v2/cache': recorded('glance-33.0-cache-list') }));
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

  it('returns the same listing as long as the host answers the same', async () => {
    let size = 1;
    const body = () => ({ cached_images: [{ image_id: id, size, hits: 0 }], queued_images: [] });
    for (const [caps, answer] of [
      [modern, () => ({ status: 200, body: body() })],
      [legacy, () => ({ status: 200, body: body() })],
    ] as const) {
      size = 1;
      const { glance } = await hostUnderTest(answer);
      const first = await glance.list(caps);
      expect(await glance.list(caps)).toBe(first);
      size = 2;
      const changed = await glance.list(caps);
      expect(changed.cached[0]?.sizeBytes).toBe(2);
      expect(await glance.list(caps)).toBe(changed);
    }
  });

  it.each([modern, legacy])(
    'reports a list with too many images, or one nested too deep, as a bad response',
    async (caps) => {
      let cached: unknown = Array(250_001).fill(0);
      const { glance } = await hostUnderTest(() => ({
        status: 200,
        body: JSON.stringify({ cached_images: cached, queued_images: [] }),
      }));
      expect(await failureOf(glance.list(caps))).toMatchObject({
        code: 'badResponse',
        message: expect.stringContaining('more than 250,000 images'),
        remedy: expect.stringContaining('glance-cache-manage'),
      });
      cached = [];
      for (let depth = 0; depth < 3_000; depth += 1) cached = [cached, 'x'.repeat(100)];
      expect((await failureOf(glance.list(caps))).code).toBe('badResponse');
    },
  );

  it('reports a null list, as with a damaged cache database', async () => {
    const { glance } = await hostUnderTest(() => ({ status: 200, body: { cached_images: null, queued_images: [] } }));
    expect(await glance.list(modern)).toMatchObject({ nullList: true, cached: [], queued: [] });
  });

  it('retries once after a 500, and not more often', async () => {
    let failures = 1;
    const { glance, cloud } = await hostUnderTest(() => {
      failures -= 1;
      return failures >= 0 ? { status: 500 } : recorded('glance-25.1-cache-list-empty');
    });
    expect((await glance.list(modern)).cached).toEqual([]);
    failures = 5;
    expect((await failureOf(glance.list(modern))).code).toBe('hostError');
    expect(cloud.received).toHaveLength(4);
  });

  it.each(['', '[]', '{}', '<html>', '{"cached_images": 5, "queued_images": []}', '{"cached_images": []}'])(
    'reports %j with 200 as a bad response',
    async (body) => {
      const { glance } = await hostUnderTest(() => ({ status: 200, body }));
      expect((await failureOf(glance.list(modern))).code).toBe('badResponse');
    },
  );

  it.each([
    ['200 of 24.0', { status: 200, body: 'null' }],
    ['202', recorded('glance-25.1-cache-put-202')],
    ['204', recorded('glance-25.1-delete-one-204')],
  ])('takes %s as success', async (_, reply) => {
    const { glance } = await hostUnderTest(() => reply);
    await glance.queue(modern, id);
    expect(await glance.delete(modern, id)).toEqual({ wasThere: undefined });
    expect(await glance.clear(modern, 'cache')).toEqual({});
  });

  it('accepts the deletion of an image that is already gone', async () => {
    const { glance } = await hostUnderTest(() => recorded('glance-25.1-delete-unknown-404'));
    expect(await glance.delete(modern, id)).toEqual({ wasThere: false });
  });

  it.each([
    [recorded('glance-25.1-cache-list-404-cache-off'), 'cachingDisabled'],
    [recorded('glance-25.1-nodes-404'), 'notFound'],
    [{ status: 404, headers: { 'content-type': 'text/html' }, body: '' }, 'notFound'],
    [recorded('glance-33.0-delete-unknown-500-cache-off'), 'hostError'],
  ])('does not accept another 404 or a 500 for that: %#', async (reply, code) => {
    const { glance } = await hostUnderTest(() => reply);
    expect((await failureOf(glance.delete(modern, id))).code).toBe(code);
  });

  it('clears cache, queue or both by its header', async () => {
    const counts = { status: 200, body: { cache_deleted: 3, queue_deleted: 1 } };
    const { glance, cloud } = await hostUnderTest(() => counts);
    expect(await glance.clear(modern, 'both')).toEqual({ cached: 3, queued: 1 });
    await glance.clear(modern, 'cache');
    await glance.clear(modern, 'queue');
    const sent = cloud.received.map(({ headers }) => headers['x-image-cache-clear-target']);
    expect(sent).toEqual([undefined, 'cache', 'queue']);
  });

  it.each(['..', 'a/b'])('receives no request for the id %j', async (odd) => {
    const { glance, cloud } = await hostUnderTest(() => ({ status: 204 }));
    for (const request of [glance.delete(modern, odd), glance.queue(modern, odd), glance.delete(legacy, odd)]) {
      expect(await failureOf(request)).toMatchObject({ code: 'invalidInput', notSent: true });
    }
    expect(cloud.received).toHaveLength(0);
  });

  it('encodes an id as one segment of the path', async () => {
    const { glance, cloud } = await hostUnderTest(() => ({ status: 204 }));
    await glance.delete(modern, 'not a uuid?#ü');
    expect(cloud.asked()).toEqual(['DELETE /v2/cache/not%20a%20uuid%3F%23%C3%BC']);
  });
});

describe('prune and clean', () => {
  it('report what was removed', async () => {
    const { glance, cloud } = await hostUnderTest(
      routes({
        'POST /v2/cache/prune': recorded('glance-33.0-prune-with-work'),
        'POST /v2/cache/clean': recorded('glance-33.0-clean'),
      }),
    );
    expect(await glance.prune()).toEqual({ images: 1, bytes: 2_000_000 });
    await glance.clean();
    expect(cloud.received.map(({ body }) => body)).toEqual(['', '']);
  });

  it('that take too long may hang, and must not be sent again', async () => {
    const { glance, cloud } = await hostUnderTest(() => 'hang', { deadlines: { prune: 1_000 } });
    const failure = await failureOf(glance.prune());
    expect(failure.code).toBe('timeout');
    expect(failure.message).toMatch(/is still running or hangs/);
    expect(failure.remedy).toMatch(/Do not prune again.*restart/);
    expect(cloud.received).toHaveLength(1);
  });

  it('on a host without them are unsupported', async () => {
    const { glance } = await hostUnderTest(() => recorded('glance-25.1-prune-405'));
    expect(await failureOf(glance.prune())).toMatchObject({
      code: 'unsupported',
      remedy: expect.stringContaining('DELETE, PUT'),
    });
  });

  it('with an empty answer are a bad response', async () => {
    const { glance } = await hostUnderTest(() => ({ status: 200, body: { total_files_pruned: -1 } }));
    expect(await failureOf(glance.prune())).toMatchObject({
      code: 'badResponse',
      message: expect.stringContaining('pruned'),
    });
  });
});

describe('the older middleware', () => {
  it('is read as two lists', async () => {
    const { glance } = await hostUnderTest(
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
    const { glance, cloud } = await hostUnderTest(({ method, path }) => {
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

  it('that is removed from the pipeline is reported as caching disabled', async () => {
    const { glance } = await hostUnderTest(routes({}));
    expect((await failureOf(glance.list(legacy))).code).toBe('cachingDisabled');
    expect((await failureOf(glance.delete(legacy, id))).code).toBe('cachingDisabled');
  });
});

describe('whatever a host answers', () => {
  it('returns a listing of the contract or an expected failure', async () => {
    let reply: Reply = { status: 200 };
    const { glance } = await hostUnderTest(() => reply);
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
            for (const one of cached) cachedImage.omit({ catalogStatus: true, description: true }).parse(one);
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
