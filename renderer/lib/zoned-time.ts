/** The time zone of this computer. */
export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The time zones that can be chosen, UTC first. */
export function timeZones(): readonly string[] {
  const known = Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC');
  return ['UTC', ...known];
}

/** Whether a text names a time zone. */
export function isTimeZone(zone: string): boolean {
  return formatOf(zone) !== undefined;
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) formats.set(zone, createFormat(zone));
  return formats.get(zone);
}

function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'longOffset',
    });
  } catch (error) {
    // No such time zone.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Formats a time (epoch milliseconds) to the minute in a time zone: `Sun 2026-11-29 02:30`. UTC where the zone is unknown. */
export function formatZoned(time: number, zone: string): string {
  return partsOf(time, zone).text;
}

/**
 * A time in a time zone and, where that differs, in the time zone of this computer:
 * `Sun 2026-11-29 02:30 Europe/Berlin (UTC+01:00)`, one line each.
 */
export function describeZoned(time: number, zone: string, local = localTimeZone()): string {
  const there = partsOf(time, zone);
  const here = partsOf(time, local);
  const first = `${there.text} ${zone}${zone === 'UTC' ? '' : ` (${there.offset})`}`;
  return there.text === here.text && there.offset === here.offset ? first : `${first}\n${here.text} here (${local})`;
}

function partsOf(time: number, zone: string): { text: string; offset: string } {
  const format = formatOf(zone) ?? formatOf('UTC');
  const parts = new Map(format?.formatToParts(time).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    text: `${part('weekday')} ${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`,
    offset: part('timeZoneName').replace('GMT', 'UTC'),
  };
}
