import type { Bounds } from './model/bounds.ts';

/** Bytes assumed of an image whose size nobody tells. */
const unknownSize = 2 * 1024 ** 3;

/** Milliseconds within which a host that fetches at once has surely fetched so many bytes, if it ever will. */
export function fetchTime(bounds: Bounds, bytes: number | null): number {
  return bounds.fetchPatience + ((bytes ?? unknownSize) / bounds.fetchRate) * 1_000;
}
