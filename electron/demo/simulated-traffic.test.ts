import { expect, it } from 'vitest';
import { generateHistory } from './simulated-traffic.ts';

const now = Date.UTC(2026, 10, 22, 12);
const hits = Array.from({ length: 30 }, (_, index) => ({ imageId: `i${index}`, hits: index * 40 }));
const present = { sizeBytes: 4e11, limitBytes: 5e11, images: 30, hits };

it('the simulated history ends at the current state: hits only grow, and sizes stay within the limit', () => {
  const past = generateHistory(present, now, 'a');
  expect(past.length).toBeGreaterThan(100);
  let last = past[0];
  for (const look of past) {
    expect(look.at).toBeLessThan(now);
    expect(look.sizeBytes).toBeGreaterThan(0);
    expect(look.sizeBytes).toBeLessThanOrEqual(present.limitBytes);
    for (const [index, image] of look.cached.entries()) {
      expect(image.hits).toBeGreaterThanOrEqual(last?.cached[index]?.hits ?? 0);
      expect(image.hits).toBeLessThanOrEqual(hits[index]?.hits ?? 0);
    }
    last = look;
  }
  expect(generateHistory(present, now, 'a')).toEqual(past);
});

it('an image has no hits before it was cached, and none after it was last accessed', () => {
  const [cachedAt, accessedAt] = [now - 5 * 86_400_000, now - 2 * 86_400_000];
  const image = { imageId: 'a', hits: 90, lastModified: cachedAt, lastAccessed: accessedAt };
  for (const { at, cached } of generateHistory({ ...present, hits: [image] }, now, 'a')) {
    if (at < cachedAt - 3_600_000) expect(cached[0]?.hits).toBe(0);
    if (at > accessedAt + 3_600_000) expect(cached[0]?.hits).toBe(90);
  }
});

it('an empty host has a history too', () => {
  expect(
    generateHistory({ sizeBytes: 0, limitBytes: null, images: 0, hits: [] }, now, 'b').every(
      ({ sizeBytes }) => sizeBytes === 0,
    ),
  ).toBe(true);
});

it('a host with many images has a history of fewer samples, and one with very many has none', () => {
  const withImages = (count: number) => ({
    ...present,
    hits: Array.from({ length: count }, (_, index) => ({ imageId: `i${index}`, hits: 3 })),
  });
  const [few, many] = [generateHistory(withImages(150), now, 'a'), generateHistory(withImages(400), now, 'a')];
  expect(many.length).toBeGreaterThan(100);
  expect(many.length * 400).toBeLessThanOrEqual(few.length * 150 * 1.01);
  expect(generateHistory(withImages(1_000), now, 'a')).toEqual([]);
});
