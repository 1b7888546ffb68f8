import { expect, test } from 'vitest';
import { describeZoned, formatZoned, isTimeZone, timeZones } from './zoned-time.ts';

const at = Date.UTC(2026, 10, 29, 1, 30);

test('a time is shown in its zone, and in that of this computer if the two differ', () => {
  expect(formatZoned(at, 'Europe/Berlin')).toBe('Sun 2026-11-29 02:30');
  expect(describeZoned(at, 'Europe/Berlin', 'America/New_York')).toBe(
    'Sun 2026-11-29 02:30 Europe/Berlin (UTC+01:00)\nSat 2026-11-28 20:30 here (America/New_York)',
  );
  expect(describeZoned(at, 'Europe/Berlin', 'Europe/Berlin')).toBe('Sun 2026-11-29 02:30 Europe/Berlin (UTC+01:00)');
  expect(describeZoned(at, 'UTC', 'UTC')).toBe('Sun 2026-11-29 01:30 UTC');
});

test('the offset is that of the day, on both sides of a clock change', () => {
  const before = Date.UTC(2026, 9, 25, 0, 30);
  const after = Date.UTC(2026, 9, 25, 1, 30);
  expect(describeZoned(before, 'Europe/Berlin', 'Europe/Berlin')).toBe(
    'Sun 2026-10-25 02:30 Europe/Berlin (UTC+02:00)',
  );
  expect(describeZoned(after, 'Europe/Berlin', 'Europe/Berlin')).toBe('Sun 2026-10-25 02:30 Europe/Berlin (UTC+01:00)');
  // The same reading of the clock, but not the same time as in a zone with another offset.
  expect(describeZoned(after, 'Europe/Berlin', 'Africa/Lagos')).toBe('Sun 2026-10-25 02:30 Europe/Berlin (UTC+01:00)');
  expect(describeZoned(before, 'Europe/Berlin', 'Africa/Lagos')).toContain('01:30 here');
});

test('an unknown zone is reported, and read as UTC', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Europe/Nowhere')).toBe(false);
  expect(formatZoned(at, 'Europe/Nowhere')).toBe('Sun 2026-11-29 01:30');
  expect(timeZones()[0]).toBe('UTC');
  expect(timeZones()).toContain('Europe/Berlin');
});
