import { expect, it } from 'vitest';
import { forecastLimit } from './forecast.ts';

const hour = 3_600_000;
const gib = 2 ** 30;
const now = Date.UTC(2026, 10, 22);

/** Samples every five minutes over this many hours, up to now. */
function samples(hours: number, size: (hoursAgo: number) => number) {
  return Array.from({ length: hours * 12 + 1 }, (_, index) => {
    const hoursAgo = hours - index / 12;
    return { at: now - hoursAgo * hour, sizeBytes: Math.round(size(hoursAgo)) };
  });
}

it('steady growth reaches the limit at the forecast time', () => {
  const forecast = forecastLimit(
    samples(24, (ago) => (100 - ago) * gib),
    172 * gib,
    now,
  );
  expect(forecast).toMatchObject({ kind: 'reaches' });
  if (forecast.kind === 'reaches') expect(forecast.inMs / hour).toBeCloseTo(72, 0);
});

it('what a prune removed does not count as negative growth, and growth after it counts', () => {
  const forecast = forecastLimit(
    samples(24, (ago) => (ago > 6 ? 100 - ago : 50 - ago) * gib),
    122 * gib,
    now,
  );
  if (forecast.kind !== 'reaches') throw new Error(forecast.kind);
  expect(forecast.inMs / hour).toBeCloseTo(72, 0);
});

it('a few large images at once do not count as growth', () => {
  expect(
    forecastLimit(
      samples(24, (ago) => (ago < 2 ? 90 : 10) * gib),
      100 * gib,
      now,
    ),
  ).toMatchObject({ kind: 'notGrowing' });
});

it('a cache with a constant or falling size is not growing', () => {
  expect(
    forecastLimit(
      samples(24, () => 10 * gib),
      100 * gib,
      now,
    ),
  ).toMatchObject({ kind: 'notGrowing' });
  expect(
    forecastLimit(
      samples(24, (ago) => (10 + ago) * gib),
      100 * gib,
      now,
    ),
  ).toMatchObject({ kind: 'notGrowing' });
});

it('growth that takes more than a year has a distant forecast', () => {
  const slow = forecastLimit(
    samples(24, (ago) => (100 - ago / 24) * gib),
    600 * gib,
    now,
  );
  expect(slow).toMatchObject({ kind: 'farOff' });
});

it('there is no forecast without enough data', () => {
  expect(forecastLimit([], 100, now)).toMatchObject({ kind: 'tooLittle', knownMs: 0 });
  expect(
    forecastLimit(
      samples(1, (ago) => 10 - ago),
      100,
      now,
    ),
  ).toMatchObject({ kind: 'tooLittle', knownMs: hour });
  // Two samples, however far apart, do not show continued growth.
  const ends = [samples(24, () => 10)[0], samples(24, () => 20).at(-1)].flatMap((one) => (one ? [one] : []));
  expect(forecastLimit(ends, 100, now)).toMatchObject({ kind: 'tooLittle' });
  // Samples that end hours ago say nothing about the present.
  expect(
    forecastLimit(
      samples(20, (ago) => 100 - ago),
      200,
      now + 3 * hour,
    ),
  ).toMatchObject({ kind: 'tooLittle', knownMs: 0 });
});

it('a missing or exceeded limit is reported as such', () => {
  expect(
    forecastLimit(
      samples(24, (ago) => 100 - ago),
      null,
      now,
    ),
  ).toEqual({ kind: 'noLimit' });
  expect(
    forecastLimit(
      samples(24, (ago) => 100 - ago),
      50,
      now,
    ),
  ).toEqual({ kind: 'overLimit' });
});
