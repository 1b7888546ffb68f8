import { describe, expect, it } from 'vitest';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { filterByText } from '../../lib/text-filter.ts';
import { areChips, countChips, filterByChips, searchFields } from './host-image-filter.ts';

const now = 1_800_000_000_000;
const day = 86_400_000;

function image(imageId: string, rest: Partial<CachedImage> = {}): CachedImage {
  return {
    imageId,
    sizeBytes: 1,
    hits: 5,
    lastAccessed: now,
    lastModified: now,
    catalogStatus: 'known',
    description: {
      name: `Name of ${imageId}`,
      status: 'active',
      diskFormat: 'qcow2',
      owner: null,
      visibility: 'public',
      catalogueSizeBytes: 1,
    },
    ...rest,
  };
}

const images = [
  image('a', { hits: 0, lastAccessed: now - 31 * day }),
  image('b', { catalogStatus: 'orphan', description: null, lastAccessed: null, lastModified: now - 40 * day }),
  image('c', { hits: 0 }),
];
const ids = (list: readonly CachedImage[]) => list.map(({ imageId }) => imageId).join('');

it('counts the images that match each quick filter', () => {
  expect(countChips(images, now)).toEqual({ orphan: 1, neverHit: 2, idle: 2 });
});

describe('filtering', () => {
  it('requires every chosen quick filter', () => {
    expect(ids(filterByChips(images, ['neverHit', 'idle'], now))).toBe('a');
    expect(filterByChips(images, [], now)).toBe(images);
  });

  it('finds every word in name, id and status, ignoring case', () => {
    expect(ids(filterByText(images, 'NAME qcow', searchFields))).toBe('ac');
    expect(ids(filterByText(images, 'orphan', searchFields))).toBe('b');
    expect(filterByText(images, '  ', searchFields)).toBe(images);
  });
});

it('rejects stored values that are not quick filters', () => {
  expect(areChips(['idle'])).toBe(true);
  expect(areChips(['toString2', 'x'])).toBe(false);
  expect(areChips('idle')).toBe(false);
});
