const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** The widths at which it is kept how a host stood, in seconds, and for how long each, in seconds. */
export const pointAges = [
  { what: 'looks', step: 1, age: 8 * hour },
  { what: 'minutes', step: 5 * minute, age: 8 * day },
  { what: 'hours', step: hour, age: 92 * day },
  { what: 'days', step: day, age: 730 * day },
] as const;

/** How long it is kept what each image gained in an hour, and in a day, in seconds. */
export const imageAges = [
  { what: 'imageHours', table: 'hours', column: 'hour', step: hour, age: 8 * day },
  { what: 'imageDays', table: 'days', column: 'day', step: day, age: 92 * day },
] as const;

/** A row of a time further ahead than this was written under a clock that was wrong, and goes. */
export const aheadAtMost = day;
