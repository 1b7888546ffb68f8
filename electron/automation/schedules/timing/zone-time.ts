/** Whether the JavaScript engine knows an IANA time zone. */
export function isTimeZone(timeZone: string): boolean {
  // Offsets such as +02:00 are accepted by Intl, but have no daylight saving, which an operator does not expect.
  if (/^[+-]/.test(timeZone)) return false;
  try {
    return formatOf(timeZone) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const dayMs = 24 * 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The local time of an instant as if it was UTC: epoch milliseconds plus the offset of the zone. */
export function localTime(instant: number, timeZone: string): number {
  return instant + offsetOf(instant, timeZone);
}

/** The first instant of the local day that an instant belongs to, in epoch milliseconds. Not every day begins at 00:00. */
export function startOfDay(instant: number, timeZone: string): number {
  const midnight = Math.floor(localTime(instant, timeZone) / dayMs) * dayMs;
  // The offsets before and after any clock change of that night.
  const offsets = [-dayMs, dayMs].map((apart) => offsetOf(midnight - offsetOf(instant, timeZone) + apart, timeZone));
  const candidates = [...new Set(offsets)].map((offset) => midnight - offset).sort((one, other) => one - other);
  const existing = candidates.find((candidate) => localTime(candidate, timeZone) === midnight);
  // Midnight is skipped: by the offset before, it is the instant of the clock change.
  return existing ?? midnight - (offsets[0] ?? 0);
}

/** The first instant of the local day after that of an instant. */
export function startOfNextDay(instant: number, timeZone: string): number {
  // A day has 23 to 25 hours.
  return startOfDay(startOfDay(instant, timeZone) + 26 * 3_600_000, timeZone);
}

/** Milliseconds by which local time is ahead of UTC at an instant. */
function offsetOf(instant: number, timeZone: string): number {
  const seconds = Math.floor(instant / 1_000) * 1_000;
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(seconds)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const numeric = 'numeric' as const;
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    formats.set(timeZone, format);
  }
  return format;
}
