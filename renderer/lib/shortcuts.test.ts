import { describe, expect, it } from 'vitest';
import { isTyping, type KeyPress, matchStrokes, strokeOf } from './shortcuts.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('strokeOf', () => {
  it.each([
    [press('k', { ctrlKey: true }), 'mod+k'],
    [press('k', { metaKey: true }), 'mod+k'],
    [press('?', { shiftKey: true }), '?'],
    [press('R', { shiftKey: true }), 'shift+r'],
    [press('ArrowDown', { shiftKey: true }), 'shift+ArrowDown'],
    [press(' '), 'Space'],
    [press('J'), 'j'],
  ])('formats %o as %s', (event, stroke) => {
    expect(strokeOf(event)).toBe(stroke);
  });
});

it('waits for the rest of a two-stroke shortcut', () => {
  expect(matchStrokes(['g'], 'g f')).toBe('beginning');
  expect(matchStrokes(['g', 'f'], 'g f')).toBe('all');
  expect(matchStrokes(['g', 'x'], 'g f')).toBe('none');
  expect(matchStrokes(['g', 'f', 'f'], 'g f')).toBe('none');
});

it('ignores keys while text is typed, but not on a checkbox', () => {
  expect(isTyping({ tagName: 'INPUT', type: 'search' })).toBe(true);
  expect(isTyping({ tagName: 'TEXTAREA' })).toBe(true);
  expect(isTyping({ tagName: 'DIV', isContentEditable: true })).toBe(true);
  expect(isTyping({ tagName: 'INPUT', type: 'checkbox' })).toBe(false);
  expect(isTyping(null)).toBe(false);
});
