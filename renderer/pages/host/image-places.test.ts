import { expect, it } from 'vitest';
import type { HostImages, HostSummary } from '../../../electron/contract/fleet.ts';
import type { CachedImage, QueuedImage } from '../../../electron/contract/images.ts';
import { placesOf } from './image-places.ts';

const hosts = ['a', 'b', 'c', 'd'].map((id) => ({ id }) as HostSummary);
const read = (hostId: string, rest: Partial<HostImages>): HostImages => ({
  hostId,
  revision: 1,
  takenAt: 1,
  cached: [],
  queued: [],
  odd: [],
  ...rest,
});

it('tells where an image is, and where nobody knows', () => {
  const image = { imageId: 'i' } as CachedImage;
  const queued = { imageId: 'i' } as QueuedImage;
  const places = placesOf('i', hosts, [
    read('a', { cached: [image], queued: [queued] }),
    read('b', { queued: [queued] }),
    read('c', {}),
    read('d', { takenAt: null }),
  ]);
  expect(places.map(({ where }) => where)).toEqual(['cached', 'queued', 'missing', 'unread']);
  expect(places[0]?.image).toBe(image);
});
