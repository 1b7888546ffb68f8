import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nameOfAddress, parseAddress } from './hosts.ts';

it.each([
  ['glance-01', 'http://glance-01:9292'],
  ['glance-01:80', 'http://glance-01'],
  ['[fd00::1]', 'http://[fd00::1]:9292'],
  [' https://glance-01/image/v2/ ', 'https://glance-01/image'],
  ['https://glance-01/v2/v2', 'https://glance-01'],
])('%s is parsed as %s', (typed, address) => {
  expect(parseAddress(typed)).toBe(address);
});

it.each(['', 'a b', 'ftp://glance-01', 'http://me:secret@glance-01', 'glance-01?x', 'fd00::1'])(
  '%s is not an address',
  (typed) => {
    expect(parseAddress(typed)).toBeUndefined();
  },
);

it('parsing a formatted address returns the same address', () => {
  const part = fc.constantFrom('http://', 'https://', 'h', ':', '80', '443', '/', 'v2', '[::1]', 'a.b', '%20');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      ),
      (typed) => {
        const address = parseAddress(typed);
        if (address === undefined) return;
        expect(parseAddress(address)).toBe(address);
        expect(nameOfAddress(address)).not.toBe('');
      },
    ),
  );
});
