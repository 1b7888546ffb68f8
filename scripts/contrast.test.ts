import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../renderer/${path}`, import.meta.url), 'utf8');
const tokens = read('theme/tokens.css');
const grid = read('features/coverage/coverage-grid.module.css');

const [light = '', dark = ''] = tokens.split(':root[data-mantine-color-scheme="dark"]');

/** The colour of a token in a theme, as red, green and blue. */
function colour(theme: string, token: string): number[] {
  const hex = new RegExp(`--${token}: #([0-9a-f]{3,6});`).exec(theme)?.[1] ?? '';
  const long = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  expect(long).toHaveLength(6);
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16));
}

/** The contrast of two colours, as WCAG 2.2 defines it. */
function contrast(one: readonly number[], other: readonly number[]): number {
  const luminance = (rgb: readonly number[]) => {
    const [r = 0, g = 0, b = 0] = rgb.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

it.each([
  ['light', light],
  ['dark', dark],
])('a missing image is visible in the coverage grid in the %s theme', (_name, theme) => {
  const rule = /\.cell\[data-cell="m"\] > i \{([^}]*)\}/.exec(grid)?.[1] ?? '';
  const token = /var\(--([\w-]+)\)/.exec(rule)?.[1] ?? '';
  for (const background of ['panel', 'sel', 'hover', 'bg'])
    expect(contrast(colour(theme, token), colour(theme, background))).toBeGreaterThanOrEqual(3);
  // It is an outline: what is inside it differs from the filled mark of a cached image.
  expect(rule).toContain('border');
  expect(contrast(colour(theme, 'panel'), colour(theme, 'accent'))).toBeGreaterThanOrEqual(3);
});
