import { expect, it } from 'vitest';
import { forecastLimit } from './forecast.ts';

const hour = 3_600_000;
const gib = 2 ** 30;
const now = Date.UTC(2026, 10, 22);

/** Looks every five minutes over so many hours, up to now. */
function looks(hours: number, size: (hoursAgo: number) => number) {
  return Array.from({ length: hours * 12 + 1 }, (_, index) => {
    const hoursAgo = hours - index / 12;
    return { at: now - hoursAgo * hour, sizeBytes: Math.round(size(hoursAgo)) };
  });
}

it('steady growth reaches the limit when it does', () => {
  const told = forecastLimit(
    looks(24, (ago) => (100 - ago) * gib),
    172 * gib,
    now,
  );
  expect(told).toMatchObject({ kind: 'reaches' });
  if (told.kind === 'reaches') expect(told.inMs / hour).toBeCloseTo(72, 0);
});

it('what a prune took away is no growth, and what grew after it is', () => {
  const told = forecastLimit(
    looks(24, (ago) => (ago > 6 ? 100 - ago : 50 - ago) * gib),
    122 * gib,
    now,
  );
  if (told.kind !== 'reaches') throw new Error(told.kind);
  expect(told.inMs / hour).toBeCloseTo(72, 0);
});

it('a few large images at once are no growth', () => {
  expect(
    forecastLimit(
      looks(24, (ago) => (ago < 2 ? 90 : 10) * gib),
      100 * gib,
      now,
    ),
  ).toMatchObject({ kind: 'notGrowing' });
});

it('a cache that stands still or shrinks is not growing', () => {
  expect(
    forecastLimit(
      looks(24, () => 10 * gib),
      100 * gib,
      now,
    ),
  ).toMatchObject({ kind: 'notGrowing' });
  expect(
    forecastLimit(
      looks(24, (ago) => (10 + ago) * gib),
      100 * gib,
      now,
    ),
  ).toMatchObject({ kind: 'notGrowing' });
});

it('growth that would take more than a year is far off', () => {
  const slow = forecastLimit(
    looks(24, (ago) => (100 - ago / 24) * gib),
    600 * gib,
    now,
  );
  expect(slow).toMatchObject({ kind: 'farOff' });
});

it('nothing is said of what is not known', () => {
  expect(forecastLimit([], 100, now)).toMatchObject({ kind: 'tooLittle', knownMs: 0 });
  expect(
    forecastLimit(
      looks(1, (ago) => 10 - ago),
      100,
      now,
    ),
  ).toMatchObject({ kind: 'tooLittle', knownMs: hour });
  // Two looks, however far apart, show no growth that goes on.
  const ends = [looks(24, () => 10)[0], looks(24, () => 20).at(-1)].flatMap((one) => (one ? [one] : []));
  expect(forecastLimit(ends, 100, now)).toMatchObject({ kind: 'tooLittle' });
  // What was last looked at hours ago tells nothing of now.
  expect(
    forecastLimit(
      looks(20, (ago) => 100 - ago),
      200,
      now + 3 * hour,
    ),
  ).toMatchObject({ kind: 'tooLittle', knownMs: 0 });
});

it('where no limit is stated, or it is passed, that is what is said', () => {
  expect(
    forecastLimit(
      looks(24, (ago) => 100 - ago),
      null,
      now,
    ),
  ).toEqual({ kind: 'noLimit' });
  expect(
    forecastLimit(
      looks(24, (ago) => 100 - ago),
      50,
      now,
    ),
  ).toEqual({ kind: 'overLimit' });
});
