import { describe, expect, it } from 'vitest';
import { defaultGrouping, groupColumns } from './coverage-columns.ts';
import { filterRows, isCoverageFilter, noFilter } from './coverage-filter.ts';
import { countCells, type GridImage, restoreOrder, sortRows, sumColumns } from './coverage-rows.ts';
import { coverageExport, describeCell, shortCount, shortSize, shortSizeSum } from './coverage-text.ts';
import { gridHost, gridImage } from './testing/samples.ts';

const ids = (rows: readonly { image: { imageId: string } }[]) => rows.map(({ image }) => image.imageId);

it('counts the images of a host that is down as unknown, never as cached or missing', () => {
  const hosts = [gridHost(0), gridHost(1, { reading: 'stale' }), gridHost(2, { reading: 'unknown' }), gridHost(3)];
  const row = gridImage('a', 'cm?-');
  expect(countCells(row.image, hosts)).toEqual({ cached: 1, queued: 0, missing: 0, unknown: 2 });
  const sums = sumColumns([row, gridImage('b', 'qcm-')], hosts);
  expect(sums.get('h0')).toEqual({ cached: 1, queued: 1, missing: 0, unknown: 0, bytes: 100, unsized: 0 });
  expect(sums.get('h1')).toEqual({ cached: 0, queued: 0, missing: 0, unknown: 2, bytes: 0, unsized: 0 });
  expect(sums.get('h3')).toMatchObject({ cached: 0, missing: 0, unknown: 0 });
});

it('counts cached images of unknown size separately', () => {
  const sums = sumColumns([gridImage('a', 'c', { sizeBytes: null }), gridImage('b', 'c')], [gridHost(0)]);
  expect(sums.get('h0')).toMatchObject({ cached: 2, bytes: 100, unsized: 1 });
});

it('describes a cell with its age, and old readings in the past tense', () => {
  expect(describeCell('c', gridHost(0), 21_000)).toBe('cached, as of 20 s ago');
  expect(describeCell('m', gridHost(0, { reading: 'stale' }), 21_000)).toBe('unknown, was missing 20 s ago');
  expect(describeCell('?', gridHost(0, { takenAt: null }), 21_000)).toBe('unknown');
});

it('filters by every condition, and requires all of them', () => {
  const rows = [
    gridImage('a', 'cm', { name: 'Ubuntu' }, { tags: ['base'], properties: { os_distro: 'ubuntu' }, golden: ['g'] }),
    gridImage('b', 'cc', { name: null, catalogStatus: 'orphan' }),
    gridImage('c', 'mm', { name: 'debian' }, { visibility: 'public', properties: { os_distro: 'debian' } }),
  ];
  const by = (change: object) => ids(filterRows(rows, { ...noFilter, ...change }));
  expect(by({ text: ' UBU ' })).toEqual(['a']);
  expect(by({ text: 'b' })).toEqual(['a', 'b', 'c']);
  expect(by({ tag: 'base' })).toEqual(['a']);
  expect(by({ property: 'os_distro=Debian' })).toEqual(['c']);
  expect(by({ property: 'os_distro' })).toEqual(['a', 'c']);
  expect(by({ property: 'constructor' })).toEqual([]);
  expect(by({ visibility: 'public' })).toEqual(['c']);
  expect(by({ golden: 'any' })).toEqual(['a']);
  expect(by({ golden: 'g' })).toEqual(['a']);
  expect(by({ golden: 'none' })).toEqual(['b', 'c']);
  expect(by({ chips: ['orphan'] })).toEqual(['b']);
  expect(by({ chips: ['missing', 'cached'] })).toEqual(['a']);
  expect(filterRows(rows, noFilter)).toBe(rows);
  expect(isCoverageFilter(noFilter)).toBe(true);
  expect(isCoverageFilter({ ...noFilter, chips: ['idle'] })).toBe(false);
  expect(isCoverageFilter(null)).toBe(false);
});

it('sorts numbers by value, names in natural order, missing values last', () => {
  const rows = [
    gridImage('a', 'cm', { name: 'x-10', hits: 5, sizeBytes: null }),
    gridImage('b', 'mm', { name: 'x-9', hits: 5, sizeBytes: 7 }),
    gridImage('c', 'cc', { name: null, hits: 9, sizeBytes: 9 }),
  ];
  const by = (id: string, descending: boolean) => ids(sortRows(rows, { id, descending })).join('');
  expect(by('name', false)).toBe('bac');
  expect(by('name', true)).toBe('abc');
  expect(by('missing', true)).toBe('bac');
  expect(by('hosts', true)).toBe('cab');
  expect(by('hits', true)).toBe('cba');
  expect(by('size', true)).toBe('cba');
  expect(by('size', false)).toBe('bca');
});

it('groups hosts by region if a cloud has several, unless the operator chooses otherwise', () => {
  const hosts = [
    gridHost(0, { region: 'west', imageServiceId: 'c/west' }),
    gridHost(1, { region: 'east', imageServiceId: 'c/east' }),
    gridHost(2, { region: 'west', imageServiceId: 'c/west' }),
  ];
  expect([defaultGrouping(hosts), defaultGrouping([gridHost(0)])]).toEqual(['region', 'none']);
  const names = (list: typeof hosts) => groupColumns(list, 'region', []).groups.map(({ name, count }) => [name, count]);
  expect(names(hosts)).toEqual([
    ['east', 1],
    ['west', 2],
  ]);
  const other = gridHost(3, { cloudId: 'd', cloud: 'Other', imageServiceId: 'd' });
  expect(names([...hosts, other])).toEqual([
    ['Cloud, east', 1],
    ['Cloud, west', 2],
    ['Other', 1],
  ]);
});

it('groups hosts by cloud or by their first label, and folds a group into one column', () => {
  const hosts = [
    gridHost(0, { labels: ['turin'] }),
    gridHost(1),
    gridHost(2, { labels: ['lyon', 'turin'] }),
    gridHost(3, { labels: ['turin'] }),
  ];
  expect(groupColumns(hosts, 'none', []).groups).toEqual([]);
  const { columns, groups } = groupColumns(hosts, 'label', ['label turin']);
  expect(groups.map(({ name, from, count }) => [name, from, count])).toEqual([
    ['lyon', 0, 1],
    ['turin', 1, 1],
    ['No label', 2, 1],
  ]);
  expect(columns.map(({ id, folded }) => [id, folded])).toEqual([
    ['host h2', false],
    ['group label turin', true],
    ['host h1', false],
  ]);
  expect(columns[1]?.hosts.map(({ hostId }) => hostId)).toEqual(['h0', 'h3']);
});

it('writes sizes and counts in few characters', () => {
  expect([0, 999, 1_000, 5 * 1024 ** 3, 31.2 * 1024 ** 4, 1023.9 * 1024 ** 4].map(shortSize)).toEqual([
    '0',
    '999',
    '1.0K',
    '5.0G',
    '31T',
    '1.0P',
  ]);
  expect([9_999, 12_345, 123_456, 99_999_999].map(shortCount)).toEqual(['9999', '12.3k', '123k', '100M']);
});

it('exports one column per host, with distinct names where two hosts share one', () => {
  const hosts = [gridHost(0), gridHost(1, { name: 'host-0' }), gridHost(2, { reading: 'stale' })];
  const columns = coverageExport(hosts, new Map([['g', 'Base']])).slice(-3);
  expect(columns.map(({ name }) => name)).toEqual(['host-0 (Cloud h0)', 'host-0 (Cloud h1)', 'host-2']);
  expect(columns.map(({ value }) => value(gridImage('a', 'cmc')))).toEqual([
    'cached',
    'missing',
    'unknown, was cached',
  ]);
});

const row = (imageId: string) => ({ image: { imageId } }) as GridImage;

describe('the order of rows under the pointer', () => {
  const rank = new Map([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ]);

  it('does not change when their values change', () => {
    expect(ids(restoreOrder([row('c'), row('a'), row('b')], rank))).toEqual(['a', 'b', 'c']);
  });

  it('puts new rows last in their own order, and closes the gaps of removed ones', () => {
    expect(ids(restoreOrder([row('y'), row('c'), row('x'), row('a')], rank))).toEqual(['a', 'c', 'y', 'x']);
  });
});

it('marks an incomplete sum of sizes in a narrow column', () => {
  expect(shortSizeSum({ bytes: 0, unsized: 0 })).toBe('0');
  expect(shortSizeSum({ bytes: 5 * 1024 ** 3, unsized: 2 })).toBe('≥5.0G');
  expect(shortSizeSum({ bytes: 0, unsized: 2 })).toBe('?');
});
