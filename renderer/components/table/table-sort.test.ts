import { expect, it } from 'vitest';
import { naturalKey } from './table-sort.ts';

it('orders numbers in names by value and letters without case', () => {
  const names = ['glance-10', 'Glance-2', 'edge-1', 'glance-1'];
  expect(names.toSorted((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1))).toEqual([
    'edge-1',
    'glance-1',
    'Glance-2',
    'glance-10',
  ]);
});
