import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fitToScreens, readWindowState, type WindowState, writeWindowState } from './window-state.ts';

const laptop = { x: 0, y: 0, width: 1440, height: 900 };
const beside = { x: 1440, y: 0, width: 2560, height: 1440 };
const state: WindowState = { place: { x: 1500, y: 100 }, width: 1200, height: 700, maximized: false };

describe("the window's state", () => {
  const file = () => join(mkdtempSync(join(tmpdir(), 'console-window-')), 'window.json');

  test('is restored as it was saved', () => {
    const path = file();
    writeWindowState(path, state);
    expect(readWindowState(path)).toEqual(state);
  });

  test.each(['', '{', '{"width":1}', 'null'])('is the default where the saved one cannot be used: %j', (text) => {
    const path = file();
    writeFileSync(path, text);
    expect(readWindowState(path)).toEqual({ place: null, width: 1280, height: 800, maximized: false });
  });

  test('is kept on a screen that still exists', () => {
    expect(fitToScreens(state, [laptop, beside])).toEqual(state);
  });

  test('is placed by the system when its screen is gone', () => {
    expect(fitToScreens(state, [laptop])).toEqual({ ...state, place: null });
    expect(fitToScreens({ ...state, place: { x: 0, y: -500 } }, [laptop])).toMatchObject({ place: null });
    expect(fitToScreens({ ...state, place: null }, [laptop])).toMatchObject({ place: null });
  });
});
