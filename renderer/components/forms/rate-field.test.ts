import { expect, it } from 'vitest';
import { parseRate } from './rate-field.tsx';

it.each([
  ['', null],
  ['  ', null],
  ['1', 1_048_576],
  ['2.5', 2_621_440],
  ['0,5', 524_288],
  ['0', undefined],
  ['0.0005', undefined],
  ['-1', undefined],
  ['fast', undefined],
  ['1e9', undefined],
  ['9999999', undefined],
])('parses %j MiB a second as %s bytes', (text, bytes) => {
  expect(parseRate(text)).toBe(bytes);
});
