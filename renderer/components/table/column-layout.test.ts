import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ColumnChoices,
  isColumnChoices,
  minColumnWidth,
  noChoices,
  placeColumn,
  resizeColumn,
  toggleColumn,
} from './column-choices.ts';
import { layOutColumns } from './column-layout.ts';
import type { Column } from './table-columns.ts';

const column = (id: string, more: Partial<Column<object>> = {}): Column<object> => ({
  id,
  header: id,
  cell: () => id,
  ...more,
});
const columns = [
  column('name', { minWidth: 150, priority: 'always' }),
  column('state', { width: 180, minWidth: 120 }),
  column('version', { width: 60, priority: 'low' }),
  column('size', { width: 100 }),
  column('limit', { width: 80, priority: 'low' }),
];
const layout = (available: number, choices: ColumnChoices = noChoices) => {
  const { visible, squeezed } = layOutColumns(columns, choices, available);
  return {
    widths: Object.fromEntries(visible.map(({ column, width }) => [column.id, width])),
    squeezed: squeezed.map(({ id }) => id),
  };
};

describe('where space is short', () => {
  test('a column without a width takes the remaining space', () => {
    expect(layout(800)).toEqual({
      widths: { name: 380, state: 180, version: 60, size: 100, limit: 80 },
      squeezed: [],
    });
  });

  test('columns shrink to their minimum width before any is hidden', () => {
    expect(layout(510)).toEqual({
      widths: { name: 150, state: 120, version: 60, size: 100, limit: 80 },
      squeezed: [],
    });
  });

  test('columns of low priority are hidden first, from the end, then the others, but never one that is always shown', () => {
    expect(layout(500).squeezed).toEqual(['limit']);
    expect(layout(400).squeezed).toEqual(['version', 'limit']);
    expect(layout(300).squeezed).toEqual(['version', 'size', 'limit']);
    expect(layout(100)).toEqual({ widths: { name: 100 }, squeezed: ['state', 'version', 'size', 'limit'] });
  });
});

test('columns of the lowest priority are hidden before any other gets less than its full width', () => {
  const some = columns.map((each) => (each.id === 'version' ? { ...each, priority: 'lowest' as const } : each));
  const idsIn = (available: number) => layOutColumns(some, noChoices, available).visible.map(({ column }) => column.id);
  expect(idsIn(570)).toEqual(['name', 'state', 'version', 'size', 'limit']);
  expect(idsIn(569)).toEqual(['name', 'state', 'size', 'limit']);
  expect(idsIn(450)).toEqual(['name', 'state', 'size', 'limit']);
});

describe('the operator’s choice of columns', () => {
  test('a column that is switched off is not among those hidden for lack of space', () => {
    expect(layout(500, toggleColumn(noChoices, 'state'))).toEqual({
      widths: { name: 260, version: 60, size: 100, limit: 80 },
      squeezed: [],
    });
    expect(toggleColumn(toggleColumn(noChoices, 'state'), 'state')).toEqual(noChoices);
  });

  test('a chosen width is kept, and counts when space is short', () => {
    const wide = resizeColumn(noChoices, 'size', 300);
    expect(layout(800, wide).widths).toMatchObject({ size: 300, name: 180 });
    expect(layout(600, wide).squeezed).toEqual(['version', 'limit']);
    expect(layout(800, resizeColumn(wide, 'size', null))).toEqual(layout(800));
    expect(resizeColumn(noChoices, 'size', 3).widths).toEqual({ size: minColumnWidth });
  });

  test('a column can be moved to the place of another; a column that appears later follows its predecessor in the definition', () => {
    const moved = placeColumn(columns, noChoices, 'limit', 'state');
    expect(Object.keys(layout(800, moved).widths)).toEqual(['name', 'limit', 'state', 'version', 'size']);
    const fewer = columns.filter(({ id }) => id !== 'version');
    const before = placeColumn(fewer, noChoices, 'name', 'size');
    expect(Object.keys(layout(800, before).widths)).toEqual(['state', 'version', 'size', 'name', 'limit']);
  });

  test('what another version of the console stored is validated', () => {
    expect(isColumnChoices(JSON.parse(JSON.stringify(resizeColumn(noChoices, 'size', 90))))).toBe(true);
    for (const value of [
      null,
      'x',
      {},
      { order: [1], off: [], widths: {} },
      { order: [], off: [], widths: { a: 'x' } },
    ])
      expect(isColumnChoices(value)).toBe(false);
  });

  test('the columns always fill the table, and exceed it only if their minimum widths do not fit', () => {
    const id = fc.constantFrom(...columns.map((each) => each.id));
    const choices = fc.record({
      order: fc.uniqueArray(id),
      off: fc.uniqueArray(id),
      widths: fc.dictionary(id, fc.integer({ min: minColumnWidth, max: 400 })),
    });
    fc.assert(
      fc.property(choices, fc.integer({ min: 400, max: 3_000 }), (chosen, available) => {
        const { visible, squeezed } = layOutColumns(columns, chosen, available);
        const total = visible.reduce((sum, { width }) => sum + width, 0);
        expect(total).toBeCloseTo(available, 3);
        const shown = [...visible.map(({ column }) => column.id), ...squeezed.map((each) => each.id)];
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown).toContain('name');
      }),
    );
  });
});
