import { expect, it } from 'vitest';
import { pastOf } from './past.ts';

const now = Date.UTC(2026, 10, 22, 12);
const hits = Array.from({ length: 30 }, (_, index) => ({ imageId: `i${index}`, hits: index * 40 }));
const present = { sizeBytes: 4e11, limitBytes: 5e11, images: 30, hits };

it('a simulated past leads up to the present: hits only grow, sizes stay within the limit', () => {
  const past = pastOf(present, now, 'a');
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
  expect(pastOf(present, now, 'a')).toEqual(past);
});

it('an empty host has a past too', () => {
  expect(
    pastOf({ sizeBytes: 0, limitBytes: null, images: 0, hits: [] }, now, 'b').every(({ sizeBytes }) => sizeBytes === 0),
  ).toBe(true);
});
