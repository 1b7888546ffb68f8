import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columnsOf, layoutOf } from './coverage-columns.ts';
import { chooseOnly, countChosen, extend, isChosen, nothingChosen, toggle } from './coverage-selection.ts';
import { besideGroup, blockOf, gridCommandOf, keyOfRow, type Step, settled, stepFrom } from './grid-navigation.ts';
import { gridHost, gridImage } from './testing/samples.ts';

const hosts = [gridHost(0, { labels: ['x'] }), gridHost(1, { labels: ['x'] }), gridHost(2, { reading: 'stale' })];
const rows = [gridImage('a', 'cmc'), gridImage('b', 'mqm', { sizeBytes: null }), gridImage('c', '-m-')];
const { columns } = columnsOf(hosts, 'none', []);
const byLabel = columnsOf(hosts, 'label', []);
const shown = { rows, columns, groups: [] };
const at = (image: string, column: string) => ({ row: keyOfRow(image), column });

it('a range is a rectangle; headings stand for columns, names for rows, both for all', () => {
  expect(blockOf(at('a', 'host h0'), at('b', 'host h1'), shown)).toEqual({ images: ['a', 'b'], hosts: ['h0', 'h1'] });
  expect(blockOf(at('c', 'host h2'), at('b', 'host h0'), shown)).toEqual({
    images: ['b', 'c'],
    hosts: ['h0', 'h1', 'h2'],
  });
  expect(blockOf(at('b', 'name'), at('b', 'host h0'), shown)).toEqual({ images: ['b'], hosts: ['h0', 'h1', 'h2'] });
  const head = { row: '@head', column: 'host h1' };
  expect(blockOf(head, head, shown)).toEqual({ images: ['a', 'b', 'c'], hosts: ['h1'] });
  const group = { row: '@groups', column: 'host h0' };
  expect(blockOf(group, group, { rows, ...byLabel }).hosts).toEqual(['h0', 'h1']);
});

it('goes from group to group, each told by its first column', () => {
  const { columns, groups } = byLabel;
  const group = (column: string) => ({ row: '@groups', column });
  expect(settled(group('host h1'), columns, groups)).toEqual(group('host h0'));
  expect(settled(group('hits'), columns, groups)).toEqual(group('host h2'));
  expect(settled(group('size'), columns, groups)).toEqual(group('name'));
  expect(settled(at('a', 'host h1'), columns, groups)).toEqual(at('a', 'host h1'));
  expect(besideGroup(group('name'), 'right', columns, groups)).toEqual(group('host h0'));
  expect(besideGroup(group('host h0'), 'right', columns, groups)).toEqual(group('host h2'));
  expect(besideGroup(group('host h2'), 'right', columns, groups)).toEqual(group('host h2'));
  expect(besideGroup(group('host h0'), 'left', columns, groups)).toEqual(group('name'));
});

it('chooses, extends from what was chosen before, and takes back what is chosen already', () => {
  const first = chooseOnly({ images: ['a'], hosts: ['h0'] });
  const more = toggle(first, { images: ['c'], hosts: ['h1'] });
  const wide = extend(more, { images: ['a', 'b', 'c'], hosts: ['h1'] });
  expect(isChosen(wide.cells, { images: ['a', 'b', 'c'], hosts: ['h1'] })).toBe(true);
  const narrow = extend(wide, { images: ['b'], hosts: ['h1'] });
  expect(isChosen(narrow.cells, { images: ['a'], hosts: ['h1'] })).toBe(false);
  expect(isChosen(narrow.cells, { images: ['a'], hosts: ['h0'] })).toBe(true);
  const less = toggle(narrow, { images: ['a'], hosts: ['h0'] });
  expect([...less.cells.keys()].sort()).toEqual(['b', 'c']);
  expect(isChosen(nothingChosen.cells, { images: [], hosts: ['h0'] })).toBe(false);
});

it('tells what can be queued and what can be deleted, and that only of hosts that answer', () => {
  const all = chooseOnly({ images: ['a', 'b', 'c', 'gone'], hosts: ['h0', 'h1', 'h2', 'gone'] });
  const chosen = countChosen(
    all.cells,
    new Map(rows.map((row) => [row.image.imageId, row])),
    new Map(hosts.map((host) => [host.hostId, host])),
    new Set(['a', 'b']),
  );
  expect(chosen).toEqual({
    cells: 9,
    images: 3,
    hosts: 3,
    missing: [
      { hostId: 'h1', imageId: 'a' },
      { hostId: 'h0', imageId: 'b' },
      { hostId: 'h1', imageId: 'c' },
    ],
    missingBytes: 200,
    unsized: 1,
    cached: [{ hostId: 'h0', imageId: 'a' }],
    cachedBytes: 100,
    queued: 1,
    unknown: 2,
    hidden: 3,
  });
});

it('toggling twice changes nothing, whatever is chosen', () => {
  const images = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
  const some = fc.record({ images, hosts: fc.uniqueArray(fc.constantFrom('h0', 'h1', 'h2')) });
  const flat = (cells: ReadonlyMap<string, ReadonlySet<string>>) =>
    [...cells].flatMap(([imageId, chosen]) => [...chosen].map((hostId) => `${imageId} ${hostId}`)).sort();
  fc.assert(
    fc.property(fc.array(some), some, (before, block) => {
      const selection = before.reduce(toggle, nothingChosen);
      const once = toggle(selection, block);
      const all = block.images.flatMap((imageId) => block.hosts.map((hostId) => `${imageId} ${hostId}`));
      const chosen = flat(once.cells);
      if (isChosen(selection.cells, block)) expect(all.some((cell) => chosen.includes(cell))).toBe(false);
      else expect(all.every((cell) => chosen.includes(cell))).toBe(true);
      const others = (cells: readonly string[]) => cells.filter((cell) => !all.includes(cell));
      expect(others(chosen)).toEqual(others(flat(selection.cells)));
    }),
  );
});

const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

it('reads the keys of a data grid', () => {
  expect(gridCommandOf({ ...held, key: 'ArrowLeft', shiftKey: true })).toEqual({
    do: 'move',
    by: 'left',
    extend: true,
  });
  expect(gridCommandOf({ ...held, key: 'Home', ctrlKey: true })).toEqual({ do: 'move', by: 'first', extend: false });
  expect(gridCommandOf({ ...held, key: ' ' })).toEqual({ do: 'choose', what: 'cell' });
  expect(gridCommandOf({ ...held, key: ' ', shiftKey: true })).toEqual({ do: 'choose', what: 'row' });
  expect(gridCommandOf({ ...held, key: ' ', ctrlKey: true })).toEqual({ do: 'choose', what: 'column' });
  expect(gridCommandOf({ ...held, key: 'a', metaKey: true })).toEqual({ do: 'all' });
  for (const key of ['a', 'Tab', '/', 'F5']) expect(gridCommandOf({ ...held, key })).toBeUndefined();
  expect(gridCommandOf({ ...held, key: 'PageUp', ctrlKey: true })).toBeUndefined();
  expect(gridCommandOf({ ...held, key: 'ArrowLeft', altKey: true })).toBeUndefined();
});

it('never leaves the grid, and goes back where it came from', () => {
  const step = fc.constantFrom<Step[]>(
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
          place = stepFrom(place, by, extent);
          expect(place.row).toBeGreaterThanOrEqual(0);
          expect(place.row).toBeLessThan(extent.rows);
          expect(place.column).toBeGreaterThanOrEqual(0);
          expect(place.column).toBeLessThan(extent.columns);
        }
      },
    ),
  );
  const extent = { rows: 102, columns: 8, head: 2, page: 10 };
  expect(stepFrom({ row: 0, column: 3 }, 'pageDown', extent).row).toBe(11);
  expect(stepFrom({ row: 11, column: 3 }, 'pageUp', extent).row).toBe(2);
  expect(stepFrom({ row: 50, column: 3 }, 'top', extent).row).toBe(2);
  expect(stepFrom({ row: 2, column: 3 }, 'top', extent).row).toBe(0);
});

it('gives hosts the room there is, down to a width, and says where each column stands', () => {
  const few = layoutOf(columns, 1_200);
  expect(few.narrow).toBe(false);
  expect(few.width).toBe(1_200);
  const many = columnsOf(
    Array.from({ length: 100 }, (_, place) => gridHost(place)),
    'none',
    [],
  ).columns;
  const layout = layoutOf(many, 1_200);
  expect(layout.narrow).toBe(true);
  expect(layout.width).toBeGreaterThan(1_200);
  expect(layout.startOf(100) + layout.right).toBe(layout.width);
  for (let index = 0; index < layout.count; index += 1) expect(layout.indexOf(layout.idAt(index) ?? '')).toBe(index);
});
