import type { Forecast, TrendPoint } from '../contract/trends.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A forecast needs samples over at least this time (milliseconds), and at least this many of them. */
const minObservedMs = 2 * hour;
const minSamples = 6;
/** The growth of this last period counts (milliseconds), sampled once per part. */
export const forecastWindowMs = day;
const parts = 96;
/** Samples older than this say nothing about the present. */
const staleMs = 2 * hour;
/** A limit further away than this is reported as far off. */
const farMs = 365 * day;

type SizeSample = Pick<TrendPoint, 'at' | 'sizeBytes'>;

/**
 * Forecasts when a cache reaches its limit if it keeps growing as in the last 24 hours. Deletions are not growth and are
 * left out. The rate is the median of the slopes between all pairs of samples (Theil-Sen), which a few large images do
 * not distort.
 *
 * @param samples of the last 24 hours, oldest first
 * @param limitBytes the host's limit, null if the operator states none
 * @param now epoch milliseconds
 */
export function forecastLimit(samples: readonly SizeSample[], limitBytes: number | null, now: number): Forecast {
  if (limitBytes === null) return { kind: 'noLimit' };
  const recent = samples.filter(({ at }) => at > now - forecastWindowMs && at <= now);
  const [first, last] = [recent[0], recent.at(-1)];
  if (!first || !last || now - last.at > staleMs) return { kind: 'tooLittle', knownMs: 0, neededMs: minObservedMs };
  if (last.sizeBytes > limitBytes) return { kind: 'overLimit' };
  const overMs = last.at - first.at;
  if (overMs < minObservedMs || recent.length < minSamples)
    return { kind: 'tooLittle', knownMs: overMs, neededMs: minObservedMs };
  const perMs = medianSlope(sampled(growth(recent), overMs));
  const inMs = (limitBytes - last.sizeBytes) / perMs;
  if (!(perMs > 0) || perMs * farMs < limitBytes / 100) return { kind: 'notGrowing', overMs };
  const bytesPerDay = perMs * day;
  return inMs > farMs ? { kind: 'farOff', bytesPerDay, overMs } : { kind: 'reaches', inMs, bytesPerDay, overMs };
}

/** The bytes added since the first sample, without what was removed. */
function growth(samples: readonly SizeSample[]): SizeSample[] {
  let sum = 0;
  return samples.map(({ at, sizeBytes }, index) => {
    sum += Math.max(0, sizeBytes - (samples[index - 1]?.sizeBytes ?? sizeBytes));
    return { at, sizeBytes: sum };
  });
}

/** The last sample of each part of the period. */
function sampled(samples: readonly SizeSample[], overMs: number): SizeSample[] {
  const begin = samples[0]?.at ?? 0;
  const byPart = new Map<number, SizeSample>();
  for (const sample of samples) byPart.set(Math.floor(((sample.at - begin) / (overMs + 1)) * parts), sample);
  return [...byPart.values()];
}

function medianSlope(samples: readonly SizeSample[]): number {
  const slopes: number[] = [];
  for (const [index, one] of samples.entries()) {
    for (const other of samples.slice(index + 1)) {
      if (other.at > one.at) slopes.push((other.sizeBytes - one.sizeBytes) / (other.at - one.at));
    }
  }
  slopes.sort((a, b) => a - b);
  const half = slopes.length / 2;
  const [low, high] = [slopes[Math.ceil(half) - 1], slopes[Math.floor(half)]];
  return low === undefined || high === undefined ? 0 : (low + high) / 2;
}
