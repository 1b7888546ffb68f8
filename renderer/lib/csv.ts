/** A column of an export: its name, and the value of a row there. */
export type ExportColumn<Row> = { name: string; value: (row: Row) => string | number | boolean | null };

/**
 * Text that a spreadsheet would run as a formula gets an apostrophe before it: a host tells ids and names, and a file
 * opened in a spreadsheet must not do what a host says.
 */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

function cellText(value: string | number | boolean | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? harmless(value) : String(value);
}

function csvCell(value: string | number | boolean | null): string {
  const text = cellText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV (RFC 4180): a heading, then a line a row, ended by CR LF. */
export function toCsv<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => csvCell(name)).join(',')];
  for (const row of rows) lines.push(columns.map(({ value }) => csvCell(value(row))).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** Rows as a JSON list of objects. Values keep their kind: sizes and counts are numbers. */
export function toJson<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  return `${JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]))),
    null,
    2,
  )}\n`;
}

/** Rows to paste elsewhere: separated by tabs, with a heading. Tabs and line breaks within a value become blanks. */
export function toTabs<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const flat = (text: string) => text.replaceAll(/[\t\r\n]+/g, ' ');
  const lines = [columns.map(({ name }) => flat(name)).join('\t')];
  for (const row of rows) lines.push(columns.map(({ value }) => flat(cellText(value(row)))).join('\t'));
  return lines.join('\n');
}
