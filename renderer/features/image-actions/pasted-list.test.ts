import { expect, it } from 'vitest';
import { isImageList, replaceLine } from './pasted-list.tsx';

it('puts an id in the place of an ambiguous name, on its own line only', () => {
  expect(replaceLine('cirros\nubuntu, cirros\n', 2, 'cirros', 'id-1')).toBe('cirros\nubuntu, id-1\n');
  expect(replaceLine('a\r\nb', 1, 'a', '$&')).toBe('$&\r\nb');
  expect(replaceLine('a', 7, 'a', 'b')).toBe('a');
});

it('tells a list from words to search for', () => {
  expect(isImageList('cirros 0.6')).toBe(false);
  expect(isImageList('cirros\n')).toBe(false);
  expect(isImageList('cirros\r\nubuntu')).toBe(true);
});
