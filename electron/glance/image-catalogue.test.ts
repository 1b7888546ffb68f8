import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { catalogueImage } from '../contract/images.ts';
import { failureOf } from '../http/testing/failing.ts';
import type { Received, Reply } from '../http/testing/local-server.ts';
import { recordedAnswer, recordedReply } from '../http/testing/recorded.ts';
import { catalogueImageOf } from './catalogue-image.ts';
import { ImageCatalogue } from './image-catalogue.ts';
import { startCloud } from './testing/cloud.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A Glance with these images: pages of `limit`, `marker`, `id=in:`, hidden ones only when asked for. */
function glance(images: { id: string; os_hidden?: boolean }[]) {
  return ({ path }: Received): Reply => {
    const url = new URL(path, 'http://glance');
    const single = /^\/v2\/images\/(.+)$/.exec(url.pathname);
    if (single) {
      const found = images.find((image) => image.id === decodeURIComponent(single[1] ?? ''));
      return found ? { status: 200, body: found } : recordedReply(import.meta.url, 'glance-25.1-put-unknown-404');
    }
    const query = url.searchParams;
    const wanted = query.get('id')?.replace(/^in:/, '').split(',');
    const hidden = query.get('os_hidden') === 'true';
    const matching = images
      .filter((image) => (image.os_hidden ?? false) === hidden)
      .filter((image) => !wanted || wanted.includes(image.id));
    const start = matching.findIndex((image) => image.id === query.get('marker')) + 1;
    const page = matching.slice(start, start + Number(query.get('limit')));
    const more = start + page.length < matching.length;
    return {
      status: 200,
      body: { images: page, ...(more ? { next: '/v2/images?this=loses&marker=parameters' } : {}) },
    };
  };
}

async function catalogue(answer: (request: Received) => Reply, options: Parameters<typeof startCloud>[1] = {}) {
  const cloud = await startCloud(answer, options);
  ends.push(() => cloud.close());
  return { cloud, images: new ImageCatalogue(cloud) };
}

/** A Glance that deletes images between pages, and answers a marker that is gone with this status. */
function shrinkingGlance(count: number, deletions: number[][], status: number) {
  const images = Array.from({ length: count }, (_, n) => ({ id: uuid(n), status: 'active' }));
  let pages = 0;
  const answer = (request: Received): Reply => {
    const query = new URL(request.path, 'http://glance').searchParams;
    const marker = query.get('marker');
    if (query.get('os_hidden') === 'true') return { status: 200, body: { images: [] } };
    const start = marker === null ? 0 : images.findIndex(({ id }) => id === marker) + 1;
    if (marker !== null && start === 0) {
      return {
        status,
        body: `${status} Bad Request\n\nInvalid marker format\n\n`,
        headers: { 'content-type': 'text/html' },
      };
    }
    // Small pages, whatever limit is asked for: Glance has limits of its own.
    const page = images.slice(start, start + 5);
    const more = start + page.length < images.length;
    for (const back of deletions[pages] ?? []) {
      const at = start + page.length - 1 - back;
      if (at >= 0) images.splice(at, 1);
    }
    pages += 1;
    return { status: 200, body: { images: page, ...(more ? { next: '/v2/images?marker=x' } : {}) } };
  };
  return { answer, left: () => images.map(({ id }) => id) };
}

describe('readAll', () => {
  it.each([400, 404])('continues after the previous image if the marker was deleted (%s)', async (status) => {
    const { answer, left } = shrinkingGlance(14, [[0], [0, 0, 0]], status);
    const { images } = await catalogue(answer);
    expect((await images.readAll()).map(({ id }) => id)).toEqual(expect.arrayContaining(left()));
  });

  it('misses no existing image, whatever is deleted between the pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.array(fc.array(fc.nat(6), { maxLength: 6 }), { maxLength: 12 }),
        fc.constantFrom(400, 404),
        async (count, deletions, status) => {
          const { answer, left } = shrinkingGlance(count, deletions, status);
          const { cloud, images } = await catalogue(answer);
          const found = new Set((await images.readAll()).map(({ id }) => id));
          for (const id of left()) expect(found).toContain(id);
          await cloud.close();
          ends.pop();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('ends if no marker is ever known, and does not mention queueing', async () => {
    const { cloud, images } = await catalogue(({ path }) =>
      path.includes('marker=')
        ? { status: 400, body: 'Invalid marker' }
        : {
            status: 200,
            body: { images: Array.from({ length: 60 }, (_, n) => ({ id: uuid(n) })), next: '/v2/images?x' },
          },
    );
    const failure = await failureOf(images.readAll());
    expect(failure).toMatchObject({
      code: 'hostError',
      message: expect.stringContaining('image list kept changing'),
    });
    expect(failure.remedy).not.toContain('active');
    expect(cloud.asked().length).toBeLessThan(120);
  });

  it('reads page by page with its own query, including hidden images', async () => {
    const plain = Array.from({ length: 2_500 }, (_, n) => ({ id: uuid(n), name: `image ${n}`, status: 'active' }));
    const { cloud, images } = await catalogue(glance([...plain, { id: uuid(9_999), os_hidden: true }]));
    const all = await images.readAll();
    expect(all).toHaveLength(2_501);
    expect(all.at(-1)).toMatchObject({ id: uuid(9_999), hidden: true });
    expect(cloud.asked()[0]).toBe('GET /v2/images?visibility=all&limit=1000');
    expect(cloud.asked()[1]).toBe(`GET /v2/images?visibility=all&limit=1000&marker=${uuid(999)}`);
    for (const asked of cloud.asked()) expect(asked).not.toContain('loses');
    expect(cloud.asked()).toHaveLength(4);
  });

  it('parses the recorded answers of Glance', async () => {
    const { images } = await catalogue(() => recordedReply(import.meta.url, 'glance-25.1-images-page1'));
    const [first] = await images.readAll();
    expect(first).toEqual({
      id: '734871a2-a781-4d15-89dc-a5271719ca9c',
      name: 'rec-0',
      status: 'active',
      sizeBytes: 2_000_000,
      diskFormat: 'raw',
      containerFormat: 'bare',
      owner: '1cfcf89f9ce84e43a3eefde105df651d',
      visibility: 'public',
      hidden: false,
      createdAt: Date.parse('2026-11-22T21:22:36Z'),
      updatedAt: Date.parse('2026-11-22T21:22:36Z'),
      tags: [],
      properties: {},
    });
  });

  it('ends for a server that lists the same page for ever', async () => {
    const { cloud, images } = await catalogue(() => ({
      status: 200,
      body: { images: [{ id: uuid(1) }], next: '/v2/images' },
    }));
    expect(await images.readAll()).toHaveLength(1);
    expect(cloud.received.length).toBeLessThan(6);
  });

  it.each(['{}', '[]', 'no', '{"images": null}'])('reports %j as a bad response', async (body) => {
    const { images } = await catalogue(() => ({ status: 200, body }));
    expect((await failureOf(images.readAll())).code).toBe('badResponse');
  });

  it('skips entries that are not images', async () => {
    const { images } = await catalogue(() => ({ status: 200, body: { images: [null, 5, {}, { id: uuid(1) }] } }));
    expect(await images.readAll()).toMatchObject([{ id: uuid(1), status: 'unknown', name: null }]);
  });
});

describe('describe', () => {
  const known = Array.from({ length: 150 }, (_, n) => ({ id: uuid(n), status: 'active' }));
  const hidden = { id: uuid(500), status: 'active', os_hidden: true };

  it('looks up at most a hundred ids at a time, and the rest one by one', async () => {
    const { cloud, images } = await catalogue(glance([...known, hidden]));
    const ids = [...known.map((image) => image.id), hidden.id, uuid(600), 'not-a-uuid', '..'];
    const found = await images.describe([...ids, ...ids]);
    expect(found.size).toBe(ids.length);
    expect(found.get(uuid(7))).toMatchObject({ id: uuid(7) });
    expect(found.get(hidden.id)).toMatchObject({ hidden: true });
    expect([found.get(uuid(600)), found.get('not-a-uuid'), found.get('..')]).toEqual(['orphan', 'orphan', 'orphan']);
    const [first, second, ...single] = cloud.asked();
    expect(first?.split('%2C')).toHaveLength(100);
    expect(second?.split('%2C')).toHaveLength(52);
    expect(single.sort()).toEqual([uuid(500), uuid(600), 'not-a-uuid'].map((one) => `GET /v2/images/${one}`).sort());
  });

  it('does not report an image as deleted that a member cannot see', async () => {
    const { images } = await catalogue(glance([]), { roles: ['member'] });
    expect((await images.describe([uuid(1)])).get(uuid(1))).toBe('notVisible');
  });

  it('knows that a host without login shows all images', async () => {
    const { images } = await catalogue(glance([]), { login: 'none' });
    expect((await images.describe([uuid(1)])).get(uuid(1))).toBe('orphan');
  });

  it('takes a 403 as not visible', async () => {
    const refuse = recordedReply(import.meta.url, 'glance-25.1-list-403-member');
    const { images } = await catalogue((request) => (request.path.includes('?') ? glance([])(request) : refuse));
    expect((await images.describe([uuid(1)])).get(uuid(1))).toBe('notVisible');
  });

  it('is not misled by a server that ignores the filter', async () => {
    const { images } = await catalogue(({ path }) =>
      path.includes('?')
        ? { status: 200, body: { images: known } }
        : recordedReply(import.meta.url, 'glance-25.1-put-unknown-404'),
    );
    const found = await images.describe([uuid(3), uuid(700)]);
    expect([...found.keys()].sort()).toEqual([uuid(3), uuid(700)]);
    expect(found.get(uuid(700))).toBe('orphan');
  });

  it('fails if the host fails', async () => {
    const { images } = await catalogue(({ path }) =>
      path.includes('?') ? glance([])({ path } as Received) : { status: 503 },
    );
    expect((await failureOf(images.describe([uuid(1)]))).code).toBe('hostError');
  });
});

describe('find', () => {
  const known = Array.from({ length: 150 }, (_, n) => ({ id: uuid(n), status: 'active' }));
  const hidden = { id: uuid(500), status: 'active', os_hidden: true };
  const gone = Array.from({ length: 90 }, (_, n) => uuid(600 + n));

  it('finds existing images, hidden or not, and requests none one by one', async () => {
    const { cloud, images } = await catalogue(glance([...known, hidden]));
    const found = await images.find([uuid(3), hidden.id, ...gone]);
    expect(found.map(({ id }) => id)).toEqual([uuid(3), hidden.id]);
    expect(cloud.asked()).toHaveLength(2);
  });

  it('requests images one by one if the list is shorter than expected, or the filter is ignored', async () => {
    const all = [...known, hidden];
    const { images } = await catalogue(({ path, ...rest }) => {
      const ignored = path.replace(/&id=[^&]*/, '').replace('limit=100', 'limit=5');
      return glance(all)({ ...rest, path: ignored });
    });
    const found = await images.find([uuid(140), uuid(2), hidden.id, 'not-a-uuid', uuid(600)]);
    expect(found.map(({ id }) => id).sort()).toEqual([uuid(2), uuid(140), hidden.id]);
  });
});

describe('tags and custom properties', () => {
  it('are those of the image; its own fields are not properties', () => {
    const answer = JSON.parse(recordedAnswer(import.meta.url, 'glance-33.0-images-page1').text);
    const recorded: object = answer.images[0];
    expect(catalogueImageOf(recorded)).toMatchObject({ name: 'rec-0', tags: [], properties: {} });
    const custom = { os_distro: 'ubuntu', hw_disk_bus: 'scsi', stores: 'file,ceph', direct_url: 'rbd://x' };
    const image = catalogueImageOf({ ...recorded, ...custom, os_glance_import_task: 'x', tags: ['golden', 'lts'] });
    expect(image?.tags).toEqual(['golden', 'lts']);
    expect(image?.properties).toEqual({ os_distro: 'ubuntu', hw_disk_bus: 'scsi' });
  });

  it('are left out if they are too long, too many, or not text', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`p${n}`, 'x']));
    const long = 'x'.repeat(256);
    expect(catalogueImageOf({ id: 'a', big: long, [long]: 'x', n: 5, ok: '' })?.properties).toEqual({ ok: '' });
    expect(Object.keys(catalogueImageOf({ id: 'a', ...many })?.properties ?? {})).toHaveLength(64);
    const tags = [long, 7, null, ...Array.from({ length: 100 }, (_, n) => `t${n}`)];
    expect(catalogueImageOf({ id: 'a', tags })?.tags).toEqual(Array.from({ length: 64 }, (_, n) => `t${n}`));
    expect(catalogueImageOf({ id: 'a', tags: 'golden' })?.tags).toEqual([]);
  });
});

it('catalogueImageOf returns an image of the contract or nothing, for any input', () => {
  const value = fc.oneof(fc.jsonValue(), fc.string({ maxLength: 2_000 }), fc.double());
  const keys = [
    'name',
    'status',
    'size',
    'disk_format',
    'container_format',
    'owner',
    'visibility',
    'os_hidden',
    'created_at',
    'updated_at',
    'tags',
    'os_distro',
    '__proto__',
  ];
  const record = fc.record(Object.fromEntries(['id', ...keys].map((key) => [key, value])), { requiredKeys: [] });
  fc.assert(
    fc.property(fc.oneof(value, record), (item) => {
      const image = catalogueImageOf(item);
      if (image) catalogueImage.parse(image);
    }),
    { numRuns: 500 },
  );
});
