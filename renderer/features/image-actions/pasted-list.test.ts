import { expect, it } from 'vitest';
import { isImageList, replaceLine } from './pasted-list.tsx';

it('replaces an ambiguous name with an id, only on its own line', () => {
  expect(replaceLine('cirros\nubuntu, cirros\n', 2, 'cirros', 'id-1')).toBe('cirros\nubuntu, id-1\n');
  expect(replaceLine('a\r\nb', 1, 'a', '$&')).toBe('$&\r\nb');
  expect(replaceLine('a', 7, 'a', 'b')).toBe('a');
});

it('distinguishes a pasted list from a search', () => {
  expect(isImageList('cirros 0.6')).toBe(false);
  expect(isImageList('cirros\n')).toBe(false);
  expect(isImageList('cirros\r\nubuntu')).toBe(true);
});
