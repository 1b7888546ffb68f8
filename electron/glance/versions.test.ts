import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedAnswer } from '../http/testing/recorded.ts';
import { atLeast, releaseOf, versionsOf } from './versions.ts';

const recorded = (name: string) => versionsOf(recordedAnswer(import.meta.url, name)) ?? [];
const list = (versions: unknown) => ({ status: 300, headers: {}, text: JSON.stringify({ versions }) });

describe('versionsOf', () => {
  it('sorts by number, not by the host and not as decimals', () => {
    expect(recorded('glance-33.0-versions-cache-off').slice(0, 3)).toEqual(['2.17', '2.15', '2.13']);
    expect(recorded('glance-25.1-versions-cache-on')[0]).toBe('2.16');
    expect(versionsOf(list([{ id: 'v2.9' }, { id: 'v2.10' }, { id: 'v2.2' }]))).toEqual(['2.10', '2.9', '2.2']);
  });

  it('passes over what is no version, and what comes twice', () => {
    expect(versionsOf(list([null, 5, {}, { id: 7 }, { id: 'v3' }, { id: 'v2.1' }, { id: '2.1' }]))).toEqual(['2.1']);
  });

  it('is nothing for what is no version list', () => {
    for (const text of ['', '<html>', '[]', '{"versions": {}}', '{"versions": []}', 'null']) {
      expect(versionsOf({ status: 200, headers: {}, text })).toBeUndefined();
    }
  });

  it('never throws, and fits the contract', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"versions": [${json}]}`),
        ),
        (text) => {
          const versions = versionsOf({ status: 200, headers: {}, text });
          expect(versions?.every((version) => version.length <= 20) ?? true).toBe(true);
        },
      ),
    );
  });
});

describe('releaseOf', () => {
  it.each([
    ['glance-25.1-versions-cache-on', 'Yoga (24.1) to 2024.1 (28)'],
    ['glance-33.0-versions-cache-on', '2026.2 (33) or later'],
    ['glance-25.1-versions-cache-off', 'Yoga (24) to 2024.1 (28)'],
    ['glance-33.0-versions-cache-off', '2024.2 (29) or later'],
  ])('%s is %s', (name, release) => {
    expect(releaseOf(recorded(name))).toBe(release);
  });

  it.each([
    [['2.19', '2.14'], '2026.2 (33) or later'],
    [['3.0'], '2026.2 (33) or later'],
    [['2.17', '2.14'], '2024.2 (29) to 2026.1 (32)'],
    [['2.15', '2.14'], 'Yoga (24.0)'],
    [['2.9'], 'Train (19) to Xena (23)'],
    [['2.7'], 'Rocky (17) or Stein (18)'],
    [['2.6'], 'Queens (16) or earlier'],
    [['1.1'], 'unknown'],
    [[], 'unknown'],
  ])('%j is %s', (versions, release) => {
    expect(releaseOf(versions)).toBe(release);
  });
});

it('atLeast compares by number', () => {
  expect(atLeast('2.10', '2.9')).toBe(true);
  expect(atLeast('2.9', '2.10')).toBe(false);
  expect(atLeast('3.0', '2.18')).toBe(true);
  expect(atLeast('x', '2.0')).toBe(false);
});
