import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSize } from '../../../electron/contract/sizes.ts';
import {
  emptyHost,
  exactSize,
  hostErrors,
  hostValues,
  readAddress,
  readLabels,
  readLimit,
} from './host-form-values.ts';

test('a limit shows how it was parsed', () => {
  expect(readLimit('500 GiB')).toEqual({
    kind: 'bytes',
    bytes: 536_870_912_000,
    understood: '500 GiB, 536,870,912,000 bytes',
  });
  expect(readLimit('500GB')).toEqual({
    kind: 'bytes',
    bytes: 500_000_000_000,
    understood: '466 GiB, 500,000,000,000 bytes',
  });
  expect(readLimit('  ')).toEqual({ kind: 'none' });
  expect(readLimit('lots').kind).toBe('problem');
  expect(readLimit('0').kind).toBe('problem');
});

test('an edited limit keeps its exact bytes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
      expect(parseSize(exactSize(bytes))).toBe(bytes);
    }),
  );
  expect(exactSize(500 * 1024 ** 3)).toBe('500 GiB');
  expect(exactSize(500 * 1000 ** 3)).toBe('500 GB');
  expect(exactSize(1.5 * 1024 ** 4)).toBe('1.5 TiB');
});

test('an address shows how it was parsed and which host already has it', () => {
  expect(readAddress('glance-01.example.net')).toEqual({
    kind: 'address',
    address: 'http://glance-01.example.net:9292',
    name: 'glance-01',
  });
  const taken = (address: string) => (address === 'http://glance-01:9292' ? 'first' : undefined);
  expect(readAddress('glance-01', taken)).toMatchObject({
    kind: 'problem',
    message: expect.stringContaining('as first'),
  });
  expect(readAddress('a b').kind).toBe('problem');
});

test('no input throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      readAddress(text);
      readLimit(text);
      hostErrors({ ...emptyHost, address: text, limit: text, name: text, note: text, labels: text });
    }),
  );
});

test('labels are separated by commas, each once', () => {
  expect(readLabels(' lyon,, rack 3 ,lyon')).toEqual(['lyon', 'rack 3']);
  expect(hostErrors({ ...emptyHost, address: 'a', labels: 'x'.repeat(51) }).labels).toContain('50');
});

test('the draft of a host has no problems', () => {
  const draft = hostValues({
    id: 'h',
    cloudId: 'c',
    name: 'glance-01',
    address: 'http://glance-01:9292',
    limitBytes: 123_456_789,
    note: '',
    labels: ['lyon', 'rack 3'],
    region: null,
    remote: null,
  });
  expect(hostErrors(draft)).toEqual({});
  expect(draft.limit).toBe('123456789 B');
  expect(readLabels(draft.labels)).toEqual(['lyon', 'rack 3']);
});
