import { describe, expect, it } from 'vitest';
import type { GridImage } from './model.ts';
import { inOrder } from './use-held-order.ts';

const row = (imageId: string) => ({ image: { imageId } }) as GridImage;
const ids = (rows: readonly GridImage[]) => rows.map(({ image }) => image.imageId);

describe('rows under the pointer', () => {
  const rank = new Map([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ]);

  it('stay where they are when their values change', () => {
    expect(ids(inOrder([row('c'), row('a'), row('b')], rank))).toEqual(['a', 'b', 'c']);
  });

  it('let new ones come last, in their own order, and close up where one has gone', () => {
    expect(ids(inOrder([row('y'), row('c'), row('x'), row('a')], rank))).toEqual(['a', 'c', 'y', 'x']);
  });
});
