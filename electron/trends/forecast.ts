import type { Forecast, TrendPoint } from '../contract/trends.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** How long the growth must have been looked at, and how often, before anything is said. */
export const neededMs = 2 * hour;
const neededLooks = 6;
/** The growth of so long is taken, and of so many parts of it. */
export const windowMs = day;
const parts = 96;
/** What was last seen longer ago than this tells nothing about now. */
const staleMs = 2 * hour;
/** Where the limit is further away than this, it is said to be far off. */
const farMs = 365 * day;

type Look = Pick<TrendPoint, 'at' | 'sizeBytes'>;

/**
 * When a cache reaches its limit if it goes on growing as in the last 24 hours. What a prune, clear or delete took away is
 * no growth and is left out; the growth is the median of the slopes between all pairs of looks (Theil and Sen), which a few
 * large images at once do not sway.
 *
 * @param looks of the last 24 hours, oldest first
 */
export function forecastOf(looks: readonly Look[], limitBytes: number | null, now: number): Forecast {
  if (limitBytes === null) return { kind: 'noLimit' };
  const recent = looks.filter(({ at }) => at > now - windowMs && at <= now);
  const [first, last] = [recent[0], recent.at(-1)];
  if (!first || !last || now - last.at > staleMs) return { kind: 'tooLittle', knownMs: 0, neededMs };
  if (last.sizeBytes > limitBytes) return { kind: 'overLimit' };
  const overMs = last.at - first.at;
  if (overMs < neededMs || recent.length < neededLooks) return { kind: 'tooLittle', knownMs: overMs, neededMs };
  const perMs = medianSlope(sampled(growth(recent), overMs));
  const inMs = (limitBytes - last.sizeBytes) / perMs;
  if (!(perMs > 0) || perMs * farMs < limitBytes / 100) return { kind: 'notGrowing', overMs };
  const bytesPerDay = perMs * day;
  return inMs > farMs ? { kind: 'farOff', bytesPerDay, overMs } : { kind: 'reaches', inMs, bytesPerDay, overMs };
}

/** What was added since the first look, without what was taken away. */
function growth(looks: readonly Look[]): Look[] {
  let sum = 0;
  return looks.map(({ at, sizeBytes }, index) => {
    sum += Math.max(0, sizeBytes - (looks[index - 1]?.sizeBytes ?? sizeBytes));
    return { at, sizeBytes: sum };
  });
}

/** The last look of each part of the time. */
function sampled(looks: readonly Look[], overMs: number): Look[] {
  const begin = looks[0]?.at ?? 0;
  const byPart = new Map<number, Look>();
  for (const look of looks) byPart.set(Math.floor(((look.at - begin) / (overMs + 1)) * parts), look);
  return [...byPart.values()];
}

function medianSlope(looks: readonly Look[]): number {
  const slopes: number[] = [];
  for (const [index, one] of looks.entries()) {
    for (const other of looks.slice(index + 1)) {
      if (other.at > one.at) slopes.push((other.sizeBytes - one.sizeBytes) / (other.at - one.at));
    }
  }
  slopes.sort((a, b) => a - b);
  const half = slopes.length / 2;
  const [low, high] = [slopes[Math.ceil(half) - 1], slopes[Math.floor(half)]];
  return low === undefined || high === undefined ? 0 : (low + high) / 2;
}
