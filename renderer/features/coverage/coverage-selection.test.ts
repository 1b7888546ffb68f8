import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noChoices, resizeColumn, toggleColumn } from '../../components/table/column-choices.ts';
import { computeLayout, groupColumns } from './coverage-columns.ts';
import {
  emptySelection,
  extendRange,
  isSelected,
  selectOnly,
  summarizeSelection,
  toggleRange,
} from './coverage-selection.ts';
import {
  adjacentGroup,
  commandForKey,
  imageRowKey,
  type Movement,
  moveBy,
  rangeBetween,
  snapToGroup,
} from './grid-navigation.ts';
import { gridHost, gridImage } from './testing/samples.ts';

const hosts = [gridHost(0, { labels: ['x'] }), gridHost(1, { labels: ['x'] }), gridHost(2, { reading: 'stale' })];
const rows = [gridImage('a', 'cmc'), gridImage('b', 'mqm', { sizeBytes: null }), gridImage('c', '-m-')];
const { columns } = groupColumns(hosts, 'none', []);
const byLabel = groupColumns(hosts, 'label', []);
const shown = { rows, columns, groups: [] };
const at = (image: string, column: string) => ({ row: imageRowKey(image), column });

it('a range is a rectangle; a heading selects its column, a name its row, and the corner all cells', () => {
  expect(rangeBetween(at('a', 'host h0'), at('b', 'host h1'), shown)).toEqual({
    images: ['a', 'b'],
    hosts: ['h0', 'h1'],
  });
  expect(rangeBetween(at('c', 'host h2'), at('b', 'host h0'), shown)).toEqual({
    images: ['b', 'c'],
    hosts: ['h0', 'h1', 'h2'],
  });
  expect(rangeBetween(at('b', 'name'), at('b', 'host h0'), shown)).toEqual({
    images: ['b'],
    hosts: ['h0', 'h1', 'h2'],
  });
  const head = { row: '@head', column: 'host h1' };
  expect(rangeBetween(head, head, shown)).toEqual({ images: ['a', 'b', 'c'], hosts: ['h1'] });
  const group = { row: '@groups', column: 'host h0' };
  expect(rangeBetween(group, group, { rows, ...byLabel }).hosts).toEqual(['h0', 'h1']);
});

it('moves from group to group, each identified by its first column', () => {
  const { columns, groups } = byLabel;
  const group = (column: string) => ({ row: '@groups', column });
  expect(snapToGroup(group('host h1'), columns, groups)).toEqual(group('host h0'));
  expect(snapToGroup(group('hits'), columns, groups)).toEqual(group('host h2'));
  expect(snapToGroup(group('size'), columns, groups)).toEqual(group('name'));
  expect(snapToGroup(at('a', 'host h1'), columns, groups)).toEqual(at('a', 'host h1'));
  expect(adjacentGroup(group('name'), 'right', columns, groups)).toEqual(group('host h0'));
  expect(adjacentGroup(group('host h0'), 'right', columns, groups)).toEqual(group('host h2'));
  expect(adjacentGroup(group('host h2'), 'right', columns, groups)).toEqual(group('host h2'));
  expect(adjacentGroup(group('host h0'), 'left', columns, groups)).toEqual(group('name'));
});

it('selects cells, extends the previous selection, and deselects selected cells', () => {
  const first = selectOnly({ images: ['a'], hosts: ['h0'] });
  const more = toggleRange(first, { images: ['c'], hosts: ['h1'] });
  const wide = extendRange(more, { images: ['a', 'b', 'c'], hosts: ['h1'] });
  expect(isSelected(wide.cells, { images: ['a', 'b', 'c'], hosts: ['h1'] })).toBe(true);
  const narrow = extendRange(wide, { images: ['b'], hosts: ['h1'] });
  expect(isSelected(narrow.cells, { images: ['a'], hosts: ['h1'] })).toBe(false);
  expect(isSelected(narrow.cells, { images: ['a'], hosts: ['h0'] })).toBe(true);
  const less = toggleRange(narrow, { images: ['a'], hosts: ['h0'] });
  expect([...less.cells.keys()].sort()).toEqual(['b', 'c']);
  expect(isSelected(emptySelection.cells, { images: [], hosts: ['h0'] })).toBe(false);
});

it('counts what can be queued and deleted, only on hosts that answer, without what the filter hides', () => {
  const all = selectOnly({ images: ['a', 'b', 'c', 'gone'], hosts: ['h0', 'h1', 'h2', 'gone'] });
  const chosen = summarizeSelection(
    all.cells,
    new Map(rows.map((row) => [row.image.imageId, row])),
    new Map(hosts.map((host) => [host.hostId, host])),
    new Set(['a', 'b']),
  );
  expect(chosen).toEqual({
    cells: 6,
    images: 2,
    hosts: 3,
    missing: [
      { hostId: 'h1', imageId: 'a' },
      { hostId: 'h0', imageId: 'b' },
    ],
    missingSize: { bytes: 100, unsized: 1 },
    cached: [{ hostId: 'h0', imageId: 'a' }],
    cachedSize: { bytes: 100, unsized: 0 },
    queued: 1,
    unknown: 2,
    hidden: 3,
  });
});

it('toggling twice changes nothing, whatever is selected', () => {
  const images = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
  const some = fc.record({ images, hosts: fc.uniqueArray(fc.constantFrom('h0', 'h1', 'h2')) });
  const flat = (cells: ReadonlyMap<string, ReadonlySet<string>>) =>
    [...cells].flatMap(([imageId, chosen]) => [...chosen].map((hostId) => `${imageId} ${hostId}`)).sort();
  fc.assert(
    fc.property(fc.array(some), some, (before, block) => {
      const selection = before.reduce(toggleRange, emptySelection);
      const once = toggleRange(selection, block);
      const all = block.images.flatMap((imageId) => block.hosts.map((hostId) => `${imageId} ${hostId}`));
      const chosen = flat(once.cells);
      if (isSelected(selection.cells, block)) expect(all.some((cell) => chosen.includes(cell))).toBe(false);
      else expect(all.every((cell) => chosen.includes(cell))).toBe(true);
      const others = (cells: readonly string[]) => cells.filter((cell) => !all.includes(cell));
      expect(others(chosen)).toEqual(others(flat(selection.cells)));
    }),
  );
});

const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

it('reads the keys of a data grid', () => {
  expect(commandForKey({ ...held, key: 'ArrowLeft', shiftKey: true })).toEqual({
    do: 'move',
    by: 'left',
    extend: true,
  });
  expect(commandForKey({ ...held, key: 'Home', ctrlKey: true })).toEqual({ do: 'move', by: 'first', extend: false });
  expect(commandForKey({ ...held, key: ' ' })).toEqual({ do: 'select', what: 'cell' });
  expect(commandForKey({ ...held, key: ' ', shiftKey: true })).toEqual({ do: 'select', what: 'row' });
  expect(commandForKey({ ...held, key: ' ', ctrlKey: true })).toEqual({ do: 'select', what: 'column' });
  expect(commandForKey({ ...held, key: 'a', metaKey: true })).toEqual({ do: 'selectAll' });
  for (const key of ['a', 'Tab', '/', 'F5']) expect(commandForKey({ ...held, key })).toBeUndefined();
  expect(commandForKey({ ...held, key: 'PageUp', ctrlKey: true })).toBeUndefined();
  expect(commandForKey({ ...held, key: 'ArrowLeft', altKey: true })).toBeUndefined();
});

it('never leaves the grid, and the opposite key returns', () => {
  const step = fc.constantFrom<Movement[]>(
    'up',
    'down',
    'left',
    'right',
    'pageUp',
    'pageDown',
    'rowStart',
    'rowEnd',
    'first',
    'last',
    'top',
    'bottom',
  );
  fc.assert(
    fc.property(
      fc.array(step),
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 1, max: 9 }),
      (steps, images, page) => {
        const extent = { rows: 2 + images, columns: 8, head: 2, page };
        let place = { row: 0, column: 0 };
        for (const by of steps) {
          place = moveBy(place, by, extent);
          expect(place.row).toBeGreaterThanOrEqual(0);
          expect(place.row).toBeLessThan(extent.rows);
          expect(place.column).toBeGreaterThanOrEqual(0);
          expect(place.column).toBeLessThan(extent.columns);
        }
      },
    ),
  );
  const extent = { rows: 102, columns: 8, head: 2, page: 10 };
  expect(moveBy({ row: 0, column: 3 }, 'pageDown', extent).row).toBe(11);
  expect(moveBy({ row: 11, column: 3 }, 'pageUp', extent).row).toBe(2);
  expect(moveBy({ row: 50, column: 3 }, 'top', extent).row).toBe(2);
  expect(moveBy({ row: 2, column: 3 }, 'top', extent).row).toBe(0);
});

it('divides the width among the hosts down to a minimum, and gives each column a position', () => {
  const options = { available: 1_200, choices: noChoices, grouped: false, low: false };
  const few = computeLayout(columns, options);
  expect(few.narrow).toBe(false);
  expect(few.width).toBe(1_200);
  const many = groupColumns(
    Array.from({ length: 100 }, (_, place) => gridHost(place)),
    'none',
    [],
  ).columns;
  const layout = computeLayout(many, options);
  expect(layout.narrow).toBe(true);
  expect(layout.width).toBeGreaterThan(1_200);
  expect(layout.startOf(100) + layout.right).toBe(layout.width);
  for (let index = 0; index < layout.count; index += 1) expect(layout.indexOf(layout.idAt(index) ?? '')).toBe(index);
});

it('leaves out columns that are not chosen, and those that leave no space for the hosts', () => {
  const options = { available: 1_200, choices: noChoices, grouped: false, low: false };
  const whole = computeLayout(columns, options);
  expect(whole.squeezed).toEqual([]);
  const chosen = computeLayout(columns, {
    ...options,
    choices: resizeColumn(toggleColumn(noChoices, 'hits'), 'size', 90),
  });
  expect(chosen.rightColumns).toEqual(['missing', 'hosts']);
  expect([chosen.fixedWidth('size'), chosen.idAt(1), chosen.indexOf('hits')]).toEqual([90, 'size', 0]);
  const narrow = computeLayout(columns, { ...options, available: 520 });
  expect(narrow.squeezed).toEqual(['hits', 'hosts']);
  expect(520 - narrow.left - narrow.right).toBeGreaterThanOrEqual(32 * Math.min(columns.length, 6));
});

it('has lower headings in a low window', () => {
  const long = groupColumns(
    Array.from({ length: 64 }, (_, place) => gridHost(place, { name: `glance-api-controller-${place}.example.net` })),
    'none',
    [],
  ).columns;
  const height = (low: boolean) =>
    computeLayout(long, { available: 786, choices: noChoices, grouped: true, low }).headHeight;
  expect([height(false), height(true)]).toEqual([216, 192]);
});
