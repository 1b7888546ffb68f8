import { expect, it } from 'vitest';
import { tableCommandOf, targetIndex } from './table-keyboard.ts';

const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

it('reads the keys of a table', () => {
  expect(tableCommandOf({ ...held, key: 'j' })).toEqual({ do: 'move', by: 1, extend: false });
  expect(tableCommandOf({ ...held, key: 'ArrowUp', shiftKey: true })).toEqual({ do: 'move', by: -1, extend: true });
  expect(tableCommandOf({ ...held, key: ' ' })).toEqual({ do: 'toggle' });
  expect(tableCommandOf({ ...held, key: 'a', ctrlKey: true })).toEqual({ do: 'all' });
  expect(tableCommandOf({ ...held, key: 'a' })).toBeUndefined();
  expect(tableCommandOf({ ...held, key: 'Tab' })).toBeUndefined();
});

it('stays within the rows', () => {
  expect(targetIndex(1, -1, 5, 3)).toBe(0);
  expect(targetIndex(1, 4, 5, 3)).toBe(4);
  expect(targetIndex('page', 1, 5, 3)).toBe(4);
  expect(targetIndex('pageBack', 1, 5, 3)).toBe(0);
  expect(targetIndex('last', -1, 5, 3)).toBe(4);
  expect(targetIndex(1, -1, 0, 3)).toBe(-1);
});
