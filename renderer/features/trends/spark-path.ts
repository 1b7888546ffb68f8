type Values = readonly (number | null)[];

/** Pixels kept free at the top and the bottom, so that a line is not cut. */
const edge = 1.5;

/**
 * Values as an SVG path, in a frame of that width and height: a line through those that follow one another, broken where
 * nothing is known; one that stands alone is a dot. From the least to the most, or halfway up where all are the same.
 */
export function sparkLine(values: Values, width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const step = width / Math.max(1, values.length - 1);
  const y = (value: number) =>
    most === least ? height / 2 : edge + (height - 2 * edge) * (1 - (value - least) / (most - least));
  let path = '';
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const at = `${(index * step).toFixed(1)} ${y(value).toFixed(1)}`;
    const begins = (values[index - 1] ?? null) === null;
    path += begins ? `M${at}` : `L${at}`;
    if (begins && (values[index + 1] ?? null) === null) path += 'h0';
  }
  return path;
}

/** Values as bars from the bottom; what is none is a line at the foot, what is not known is nothing. */
export function sparkBars(values: Values, width: number, height: number): string {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const step = width / values.length;
  let path = '';
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const tall = value === 0 ? 0.6 : Math.max(1.5, (value / most) * height);
    path += `M${(index * step).toFixed(1)} ${height}v${(-tall).toFixed(1)}h${Math.max(0.8, step - 0.4).toFixed(1)}v${tall.toFixed(1)}z`;
  }
  return path;
}
