import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ExportColumn, toCsv, toJson, toTabs } from './csv.ts';

type Row = { name: string; size: number | null };
const columns: ExportColumn<Row>[] = [
  { name: 'name', value: (row) => row.name },
  { name: 'size', value: (row) => row.size },
];

it('quotes what must be quoted', () => {
  expect(toCsv(columns, [{ name: 'a "b", c', size: 5 }])).toBe('name,size\r\n"a ""b"", c",5\r\n');
});

it('escapes formulas and leaves numbers unchanged', () => {
  const csv = toCsv(columns, [
    { name: '=HYPERLINK("http://x")', size: -5 },
    { name: '@SUM(A1)', size: null },
  ]);
  expect(csv).toBe('name,size\r\n"\'=HYPERLINK(""http://x"")",-5\r\n\'@SUM(A1),\r\n');
});

it('no cell begins as a formula, whatever the text is', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const [, line = ''] = toCsv([{ name: 'n', value: (row: string) => row }], [name]).split(/\r\n(.*)/s);
      expect(line.replace(/^"/, '')).not.toMatch(/^[=+\-@\t]/);
    }),
  );
});

it('keeps numbers as numbers in JSON', () => {
  expect(JSON.parse(toJson(columns, [{ name: 'x', size: 7 }]))).toEqual([{ name: 'x', size: 7 }]);
});

it('copies a row on one line', () => {
  expect(toTabs(columns, [{ name: 'a\tb\nc', size: 1 }])).toBe('name\tsize\na b c\t1');
});
