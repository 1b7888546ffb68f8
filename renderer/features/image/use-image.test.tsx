import { expect, it } from 'vitest';
import { inCloudsWithImage } from './use-image.ts';

const place = (cell: 'c' | 'q' | 'm' | '-' | '?', cloudId: string) => ({ cell, host: { cloudId } });

it('shows the hosts of the clouds that have the image', () => {
  const places = [place('c', 'one'), place('-', 'one'), place('?', 'one'), place('-', 'two'), place('?', 'three')];
  expect(inCloudsWithImage(places)).toEqual(places.slice(0, 3));
});

it('shows hosts in an unknown state where no other host has the image', () => {
  expect(inCloudsWithImage([place('?', 'one'), place('-', 'two')])).toEqual([place('?', 'one')]);
  expect(inCloudsWithImage([place('-', 'two')])).toEqual([]);
});
