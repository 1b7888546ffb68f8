/** A column of an export: its name, and the value of a row there. */
export type ExportColumn<Row> = { name: string; value: (row: Row) => string | number | boolean | null };

/**
 * Puts an apostrophe before text that a spreadsheet would run as a formula. Ids and names come from hosts, which are not
 * trusted.
 */
function escapeFormula(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

function cellText(value: string | number | boolean | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? escapeFormula(value) : String(value);
}

function csvCell(value: string | number | boolean | null): string {
  const text = cellText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Formats rows as CSV (RFC 4180): a header line, then one line per row. Lines end with CR LF. */
export function toCsv<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => csvCell(name)).join(',')];
  for (const row of rows) lines.push(columns.map(({ value }) => csvCell(value(row))).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** Formats rows as a JSON array of objects. Values keep their type: sizes and counts are numbers. */
export function toJson<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  return `${JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]))),
    null,
    2,
  )}\n`;
}

/** Formats rows as tab-separated text with a header line. Tabs and line breaks within a value become spaces. */
export function toTabs<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const flat = (text: string) => text.replaceAll(/[\t\r\n]+/g, ' ');
  const lines = [columns.map(({ name }) => flat(name)).join('\t')];
  for (const row of rows) lines.push(columns.map(({ value }) => flat(cellText(value(row)))).join('\t'));
  return lines.join('\n');
}
