import { expect, it } from 'vitest';
import type { HostImages } from '../../../electron/contract/fleet.ts';
import type { CatalogueImage } from '../../../electron/contract/images.ts';
import { filterPickerRows, pickerRows } from './image-picker-rows.ts';

const image = (id: string, status = 'active'): CatalogueImage => ({
  id,
  name: `name-${id}`,
  status,
  sizeBytes: 1,
  diskFormat: 'qcow2',
  containerFormat: 'bare',
  owner: null,
  visibility: 'public',
  hidden: false,
  createdAt: null,
  updatedAt: null,
  tags: [],
  properties: {},
});
const host = (hostId: string, cached: string[], queued: string[] = []): HostImages => ({
  hostId,
  revision: 1,
  takenAt: 1,
  cached: cached.map((imageId) => ({
    imageId,
    sizeBytes: 1,
    hits: 0,
    lastAccessed: 1,
    lastModified: 1,
    catalogStatus: 'known',
    description: null,
  })),
  queued: queued.map((imageId) => ({
    imageId,
    firstSeen: 1,
    stalled: null,
    catalogStatus: 'known',
    description: null,
  })),
  odd: [],
});

it('locks images that no chosen host can take, with the reason', () => {
  const rows = pickerRows(
    [image('a'), image('b'), image('c'), image('d', 'deactivated'), image('e')],
    [],
    ['h1', 'h2'],
    [host('h1', ['a', 'b'], ['c']), host('h2', ['a'], ['b', 'c'])],
  );
  expect(rows.map(({ locked }) => locked?.split(':')[0])).toEqual([
    'Already cached on all 2 hosts.',
    'Already cached or queued on all 2 hosts.',
    'Already queued on all 2 hosts. Queueing it again may corrupt served data.',
    'Only active images can be cached. Status',
    undefined,
  ]);
});

it('counts only the hosts whose image service has an image, and finds images by their region', () => {
  const regions = {
    hostsWith: (id: string, hostIds: readonly string[]) => (id === 'a' ? hostIds.slice(0, 1) : hostIds.slice(1)),
    regionOf: (id: string) => (id === 'a' ? 'east' : 'west'),
  };
  const known = [host('h1', ['a']), host('h2', []), host('h3', ['b'])];
  const rows = pickerRows([image('a'), image('b')], [], ['h1', 'h2', 'h3'], known, regions);
  expect(rows.map(({ cachedOn, hosts, region }) => [cachedOn, hosts, region])).toEqual([
    [1, 1, 'east'],
    [1, 2, 'west'],
  ]);
  expect(rows.map(({ locked }) => locked)).toEqual(['Already cached on the host.', undefined]);
  expect(filterPickerRows(rows, 'name WEST').map(({ id }) => id)).toEqual(['b']);
});

it('accepts a pasted id that the catalogue does not have', () => {
  const rows = pickerRows([image('a')], ['a', 'x'], ['h1'], []);
  expect(rows.map(({ id }) => id)).toEqual(['x', 'a']);
  expect(rows[0]?.image).toBeUndefined();
});

it('filters by name and id', () => {
  const rows = pickerRows([image('a1'), image('b2')], [], ['h1'], []);
  expect(filterPickerRows(rows, 'NAME b').map(({ id }) => id)).toEqual(['b2']);
  expect(filterPickerRows(rows, '')).toBe(rows);
});
