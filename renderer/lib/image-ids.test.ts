import { expect, it } from 'vitest';
import { findImageIds } from './image-ids.ts';

it('finds every id in any text, once', () => {
  const a = '3f0c9a1e-77b2-4c1e-9a51-0d7e5b1c2f44';
  const b = 'b81f2a90-4f1d-4a5e-8a0c-91d2c3b4e5f6';
  expect(findImageIds(`| ${a} | ubuntu |\n| ${b} | rocky |\n${a}`)).toEqual([a, b]);
  expect(findImageIds('ubuntu-24.04')).toEqual([]);
});
