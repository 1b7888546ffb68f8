import { expect, it } from 'vitest';
import { commandOf, targetIndex } from './table-keyboard.ts';

const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

it('reads the keys of a table', () => {
  expect(commandOf({ ...held, key: 'j' })).toEqual({ do: 'move', by: 1, extend: false });
  expect(commandOf({ ...held, key: 'ArrowUp', shiftKey: true })).toEqual({ do: 'move', by: -1, extend: true });
  expect(commandOf({ ...held, key: ' ' })).toEqual({ do: 'toggle' });
  expect(commandOf({ ...held, key: 'a', ctrlKey: true })).toEqual({ do: 'all' });
  expect(commandOf({ ...held, key: 'a' })).toBeUndefined();
  expect(commandOf({ ...held, key: 'Tab' })).toBeUndefined();
});

it('stays within the rows', () => {
  expect(targetIndex(1, -1, 5, 3)).toBe(0);
  expect(targetIndex(1, 4, 5, 3)).toBe(4);
  expect(targetIndex('page', 1, 5, 3)).toBe(4);
  expect(targetIndex('pageBack', 1, 5, 3)).toBe(0);
  expect(targetIndex('last', -1, 5, 3)).toBe(4);
  expect(targetIndex(1, -1, 0, 3)).toBe(-1);
});
