import { expect, it } from 'vitest';
import { inServicesWithImage } from './use-image.ts';

const place = (cell: 'c' | 'q' | 'm' | '-' | '?', imageServiceId: string) => ({
  cell,
  host: { imageServiceId },
});

it('shows the hosts of the image services that have the image', () => {
  const places = [place('c', 'one'), place('-', 'one'), place('?', 'one'), place('-', 'two'), place('?', 'three')];
  expect(inServicesWithImage(places)).toEqual(places.slice(0, 3));
});

it('shows hosts in an unknown state if no other host has the image', () => {
  expect(inServicesWithImage([place('?', 'one'), place('-', 'two')])).toEqual([place('?', 'one')]);
  expect(inServicesWithImage([place('-', 'two')])).toEqual([]);
});
