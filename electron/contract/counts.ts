const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Formats a whole number in groups of three digits: `48,210`. */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** Formats a count with its noun: `1 image`, `3 images`, `5,000 images`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
