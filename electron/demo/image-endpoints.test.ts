import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queryImages, repeatQuery } from './image-endpoints.ts';
import type { Caller, DemoImage } from './simulated-image.ts';

const admin: Caller = { projectId: 'p1', admin: true };
const member: Caller = { projectId: 'p2', admin: false };

function image(id: string, change: Partial<DemoImage> = {}): DemoImage {
  return {
    id,
    name: id,
    status: 'active',
    size: 10,
    diskFormat: 'raw',
    containerFormat: 'bare',
    owner: 'p1',
    visibility: 'public',
    hidden: false,
    protected: false,
    checksum: null,
    createdAt: 1_000,
    updatedAt: 1_000,
    tags: [],
    properties: {},
    ...change,
  };
}

const ids = (all: DemoImage[], query: string, caller = admin) =>
  queryImages(all, new URLSearchParams(query), caller).images.map((each) => each.id);

test('following the marker returns every image once, for any page size', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-f0-9]{1,6}$/), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('', '&sort=size:asc,name:desc', '&sort_key=name&sort_dir=asc'),
      (names, limit, sort) => {
        const all = names.map((name, index) => image(name, { size: index % 3, createdAt: (index % 5) * 1_000 }));
        const seen: string[] = [];
        let next: string | undefined;
        do {
          const marker = next === undefined ? '' : `&marker=${next}`;
          const page = queryImages(all, new URLSearchParams(`limit=${limit}${sort}${marker}`), admin);
          seen.push(...page.images.map((each) => each.id));
          next = page.next;
        } while (next !== undefined);
        expect(seen.sort()).toEqual([...names].sort());
      },
    ),
  );
});

describe('visibility', () => {
  const all = [
    image('public'),
    image('mine', { visibility: 'private', owner: 'p2' }),
    image('theirs', { visibility: 'private' }),
    image('community', { visibility: 'community', owner: 'p3' }),
    image('hidden', { hidden: true }),
  ];

  test('an admin sees everything; other projects’ community images and hidden images only on request', () => {
    expect(ids(all, '')).toEqual(['public', 'mine', 'theirs']);
    expect(ids(all, 'visibility=all')).toEqual(['public', 'mine', 'theirs', 'community']);
    expect(ids(all, 'visibility=all&os_hidden=true')).toEqual(['hidden']);
  });

  test('a member sees their own and public images', () => {
    expect(ids(all, '', member)).toEqual(['public', 'mine']);
    expect(ids(all, 'visibility=all', member)).toEqual(['public', 'mine', 'community']);
    expect(ids(all, 'visibility=private', member)).toEqual(['mine']);
  });
});

test('filters', () => {
  const all = [
    image('a', { size: 5, tags: ['x', 'y'], createdAt: 10_000, properties: { os_distro: 'debian' } }),
    image('b', { size: null, status: 'queued', tags: ['x'], createdAt: 20_000 }),
    image('c', { size: 50, diskFormat: 'qcow2', protected: true, createdAt: 30_000 }),
  ];
  expect(ids(all, 'id=in:a,c,nobody')).toEqual(['a', 'c']);
  expect(ids(all, 'id=in:"a"')).toEqual(['a']);
  expect(ids(all, 'name=a')).toEqual(['a']);
  expect(ids(all, 'name=A')).toEqual([]);
  expect(ids(all, 'status=in:queued,active&disk_format=qcow2')).toEqual(['c']);
  expect(ids(all, 'tag=x&tag=y')).toEqual(['a']);
  expect(ids(all, 'size_min=0')).toEqual(['a', 'c']);
  expect(ids(all, 'size_max=10')).toEqual(['a']);
  expect(ids(all, 'protected=true')).toEqual(['c']);
  expect(ids(all, 'os_distro=debian')).toEqual(['a']);
  expect(ids(all, 'made_up=1')).toEqual([]);
  expect(ids(all, 'created_at=gt:1970-01-01T00:00:10Z')).toEqual(['b', 'c']);
  expect(ids(all, 'created_at=1970-01-01T00:00:20Z')).toEqual(['b']);
  expect(ids(all, 'sort=size:asc')).toEqual(['b', 'a', 'c']);
});

test.each([
  'limit=-1',
  'limit=abc',
  'marker=nobody',
  'sort=colour:asc',
  'sort=name:up',
  'sort=name:asc&sort_key=name',
  'visibility=bogus',
  'os_hidden=all',
  'created_at=gt:yesterday',
])('%s is a bad request', (query) => {
  expect(() => ids([image('a')], query)).toThrow(expect.objectContaining({ status: 400 }));
});

test('limits: the default is 25, 0 is empty, more than 1000 is 1000', () => {
  const all = Array.from({ length: 1_200 }, (_, index) => image(String(index)));
  expect(ids(all, '')).toHaveLength(25);
  expect(queryImages(all, new URLSearchParams('limit=0'), admin)).toEqual({ images: [], next: undefined });
  expect(ids(all, 'limit=5000')).toHaveLength(1_000);
});

test('links keep only the last value of a repeated parameter', () => {
  expect(repeatQuery(new URLSearchParams('tag=a&limit=2&tag=b&marker=x'), 'y')).toBe('tag=b&limit=2&marker=y');
});
