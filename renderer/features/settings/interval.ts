export const intervals = [5, 10, 30, 60, 300];

export type IntervalReading = { kind: 'seconds'; seconds: number } | { kind: 'problem'; message: string };

/** A typed interval, in seconds: whole, from 5 to 3,600. `90`, `90 s` and `2 min` are understood. */
export function intervalOf(text: string): IntervalReading {
  const match = /^\s*(\d{1,5})\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?\s*$/i.exec(text);
  if (!match) return { kind: 'problem', message: 'Not a number of seconds.' };
  const [, number = '', unit = 's'] = match;
  const factor = { s: 1, m: 60, h: 3_600 }[unit.charAt(0).toLowerCase()] ?? 1;
  const seconds = Number(number) * factor;
  if (seconds < 5) return { kind: 'problem', message: 'At least 5 seconds.' };
  if (seconds > 3_600) return { kind: 'problem', message: 'At most 3,600 seconds, an hour.' };
  return { kind: 'seconds', seconds };
}
