const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const powers: Record<string, number> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * Parses a size as an operator types it and returns bytes. `500 GiB` and `500G` are binary, `500GB` is decimal, and a
 * number without a unit is bytes, as in Glance's configuration. Returns `undefined` for any other text.
 */
export function parseSize(text: string): number | undefined {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*(?:([kmgtp])(i?))?(b?)\s*$/i.exec(text);
  // `1,000` is ambiguous: one or a thousand.
  if (!match || /,\d{3}$/.test(match[1] ?? '')) return undefined;
  const [, number = '', prefix = '', binaryMark = '', byte = ''] = match;
  const power = powers[prefix.toLowerCase()] ?? 0;
  const base = byte !== '' && binaryMark === '' ? 1000 : 1024;
  const bytes = Math.round(Number(number.replace(',', '.')) * base ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * Formats a sum of sizes, of which `unsized` are unknown and not among the `bytes`: `2.41 GiB`, `≥ 2.41 GiB`, or
 * `unknown size` when nothing is known of it.
 */
export function formatSizeSum({ bytes, unsized = 0 }: { bytes: number; unsized?: number | undefined }): string {
  if (unsized === 0) return formatSize(bytes);
  return bytes === 0 ? 'unknown size' : `≥ ${formatSize(bytes)}`;
}

/** Formats a size in bytes with three significant digits in binary units, such as `2.41 GiB`. */
export function formatSize(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < binary.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${bytes < 0 ? '-' : ''}${value.toFixed(digits)} ${binary[unit]}`;
}
