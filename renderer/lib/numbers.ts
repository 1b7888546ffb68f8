const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number in groups of three: `48,210`. */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** The exact bytes of a size: `20,445,184 bytes`. */
export function formatBytes(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${formatCount(bytes)} bytes`;
}

/** A count with its word: `1 image`, `3 images`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
