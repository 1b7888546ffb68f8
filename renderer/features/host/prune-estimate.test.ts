import { expect, it } from 'vitest';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { pruneEstimate } from './prune-estimate.ts';

const image = (sizeBytes: number, lastAccessed: number | null): CachedImage => ({
  imageId: `${sizeBytes} ${lastAccessed}`,
  sizeBytes,
  lastAccessed,
  hits: 0,
  lastModified: 0,
  standing: 'known',
  description: null,
});

it('takes the least recently accessed until the rest is within the limit', () => {
  // As measured: 5 images of 2 MB, limit 5 MB, two of them read lately: the three others go.
  const cached = [image(2, 50), image(2, 10), image(2, 40), image(2, 20), image(2, 30)];
  expect(pruneEstimate(cached, 5)).toEqual({ images: 3, bytes: 6 });
});

it('takes nothing within the limit, and what was never read first', () => {
  expect(pruneEstimate([image(5, 1)], 5)).toEqual({ images: 0, bytes: 0 });
  expect(pruneEstimate([image(3, 9), image(4, null)], 3)).toEqual({ images: 1, bytes: 4 });
});
