import { expect, test } from 'vitest';
import { filterByText } from './text-filter.ts';

const rows = [
  { name: 'Ubuntu 22.04', id: 'a1', note: null },
  { name: 'Debian 12', id: 'b2', note: 'golden ubuntu' },
];
const fieldsOf = ({ name, id, note }: (typeof rows)[number]) => [name, id, note];
const found = (query: string) => filterByText(rows, query, fieldsOf).map(({ id }) => id);

test('every word must be in a field, in any order and case', () => {
  expect(found('ubuntu')).toEqual(['a1', 'b2']);
  expect(found(' 12 DEBIAN ')).toEqual(['b2']);
  expect(found('ubuntu 12 nowhere')).toEqual([]);
});

test('a word does not match across two fields', () => {
  expect(found('12b2')).toEqual([]);
});

test('a blank filter returns the same rows', () => {
  expect(filterByText(rows, '  ', fieldsOf)).toBe(rows);
});
