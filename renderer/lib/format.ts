import { formatCount, plural } from '../../electron/contract/counts.ts';

// Sizes in binary units: electron/contract/sizes.ts. Counts and plurals: electron/contract/counts.ts.

/** Reads a typed whole number from `min` to `max`, with or without commas: `5,000`. Undefined for anything else. */
export function parseWholeNumber(text: string, min: number, max: number): number | undefined {
  const digits = text.trim();
  if (!/^\d{1,9}$|^\d{1,3}(?:,\d{3}){1,2}$/.test(digits)) return undefined;
  const number = Number(digits.replaceAll(',', ''));
  return number >= min && number <= max ? number : undefined;
}

/** Formats a size as exact bytes: `20,445,184 bytes`. */
export function formatBytes(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${formatCount(bytes)} bytes`;
}

/** Formats a sum of sizes as exact bytes, with the number of sizes that are unknown and not among them. */
export function formatBytesSum({ bytes, unsized = 0 }: { bytes: number; unsized?: number | undefined }): string {
  return unsized === 0 ? formatBytes(bytes) : `${formatBytes(bytes)} and ${plural(unsized, 'image')} of unknown size`;
}

/** A sum of sizes for an export: null when nothing is known of it. */
export function exportedBytes({ bytes, unsized = 0 }: { bytes: number; unsized?: number | undefined }): number | null {
  return bytes === 0 && unsized > 0 ? null : bytes;
}

/** Formats cached copies: `12 copies of 3 images`, or `3 images` if each image has one copy. */
export function copiesOfImages(copies: number, images: number): string {
  if (copies === images) return plural(images, 'image');
  return `${plural(copies, 'copy', 'copies')} of ${plural(images, 'image')}`;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Formats a duration in milliseconds: `40 s`, `4 min`, `3 h`, `84 d`, `2 y`. A negative one counts as zero. */
export function formatSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span < minute) return `${Math.floor(span / second)} s`;
  if (span < hour) return `${Math.floor(span / minute)} min`;
  if (span < 2 * day) return `${Math.floor(span / hour)} h`;
  if (span < 730 * day) return `${Math.floor(span / day)} d`;
  return `${Math.floor(span / (365 * day))} y`;
}

/** Formats a time relative to `now`: `just now`, `8 s ago`, `in 40 s`; `never` for null. Both are epoch milliseconds. */
export function formatRelative(time: number | null, now: number): string {
  if (time === null) return 'never';
  const age = now - time;
  if (Math.abs(age) < 2 * second) return 'just now';
  return age > 0 ? `${formatSpan(age)} ago` : `in ${formatSpan(-age)}`;
}

/** Formats a time (epoch milliseconds) in the operator's time zone: `2026-11-22 21:43:22 UTC+01:00`. */
export function formatExact(time: number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return 'not a time';
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = -at.getTimezoneOffset();
  const zone =
    offset === 0
      ? 'UTC'
      : `UTC${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
}
