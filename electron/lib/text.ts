/** A whole number in groups of three digits: `48,210`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** A count with its noun: `1 image`, `3 images`, `5,000 images`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A rounded duration: `90 s`, `4 min`, `3 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
