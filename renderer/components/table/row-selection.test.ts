import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendTo, keepOnly, nothingSelected, stateOfAll, toggle, toggleAll } from './row-selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const chosen = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].sort().join('');

describe('a range', () => {
  it('extends from the last toggled row to the clicked one, in both directions', () => {
    expect(chosen(extendTo(toggle(nothingSelected, 'b'), order, 'd'))).toBe('bcd');
    expect(chosen(extendTo(toggle(nothingSelected, 'd'), order, 'b'))).toBe('bcd');
  });

  it('follows the order that is shown', () => {
    expect(chosen(extendTo(toggle(nothingSelected, 'a'), ['e', 'a', 'd', 'b'], 'd'))).toBe('ad');
  });

  it('deselects when it begins at a deselected row', () => {
    const all = toggleAll(nothingSelected, order);
    expect(chosen(extendTo(toggle(all, 'b'), order, 'd'))).toBe('ae');
  });

  it('starts again when a filter hides its first row', () => {
    const selection = extendTo(toggle(nothingSelected, 'a'), ['c', 'd'], 'd');
    expect(chosen(selection)).toBe('ad');
    expect(selection.anchor).toBe('d');
  });
});

it('selects all visible rows and keeps selected rows that are hidden', () => {
  const selection = toggleAll(toggle(nothingSelected, 'e'), ['a', 'b']);
  expect(chosen(selection)).toBe('abe');
  expect(chosen(toggleAll(selection, ['a', 'b']))).toBe('e');
});

it('drops rows that no longer exist, and returns the same object when all exist', () => {
  const selection = toggleAll(nothingSelected, order);
  expect(keepOnly(selection, () => true)).toBe(selection);
  expect(chosen(keepOnly(selection, (id) => id < 'c'))).toBe('ab');
});

it('distinguishes all, some and none', () => {
  expect(stateOfAll(nothingSelected, [])).toBe('none');
  expect(stateOfAll(toggle(nothingSelected, 'a'), order)).toBe('some');
  expect(stateOfAll(toggleAll(nothingSelected, order), order)).toBe('all');
});

it('toggling twice changes nothing', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.string(), (ids, id) => {
      const before = toggleAll(nothingSelected, ids);
      expect(toggle(toggle(before, id), id).ids).toEqual(before.ids);
    }),
  );
});
