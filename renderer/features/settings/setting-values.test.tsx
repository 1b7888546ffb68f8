import fc from 'fast-check';
import { expect, test } from 'vitest';
import { preferences } from '../../../electron/contract/settings.ts';
import { readInterval } from './refresh-section.tsx';

test.each([
  ['30', 30],
  [' 90 s ', 90],
  ['2 min', 120],
  ['1h', 3_600],
])('parses the interval %s', (text, seconds) => {
  expect(readInterval(text)).toEqual({ kind: 'number', number: seconds });
});

test.each(['', '4', '0', '-5', '1.5', '2 h', '99999', 'often'])('rejects the interval %j with a message', (text) => {
  expect(readInterval(text).kind).toBe('problem');
});

test('the contract accepts every interval that can be parsed', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.nat(10_000).map(String)), (text) => {
      const reading = readInterval(text);
      if (reading.kind === 'number')
        expect(preferences.safeParse({ refreshSeconds: reading.number }).success).toBe(true);
    }),
  );
});
