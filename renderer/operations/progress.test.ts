import { expect, it } from 'vitest';
import { leftWords, paceWords } from './pace-words.ts';
import { progressOf, progressWords } from './progress.ts';
import { operation as sample } from './testing/samples.ts';

const operation = sample({
  state: 'running',
  endedAt: null,
  counts: {
    waiting: 2,
    sent: 1,
    following: 1,
    done: 3,
    alreadyDone: 1,
    failed: 1,
    refused: 1,
    cancelled: 0,
    unknown: 0,
  },
  total: 10,
});

it('counts every end as an end, but only the good ones as done', () => {
  expect(progressOf(operation)).toEqual({
    ended: 6,
    succeeded: 4,
    bad: 1,
    total: 10,
    share: { succeeded: 40, bad: 10, rest: 10 },
  });
  expect(progressWords(operation)).toBe('4 of 10 done, 1 accepted and watched until seen, 1 failed, 1 left out.');
});

it('says of an interrupted one what was not sent', () => {
  expect(progressWords({ ...operation, state: 'interrupted' })).toContain('2 not sent. Interrupted.');
});

it('tells the pace, and nothing where there is none', () => {
  expect(paceWords(operation)).toBe('');
  expect(leftWords(operation)).toBe('');
  const pace = { targetsPerSecond: 41.2, bytesPerSecond: 1024 ** 3, remainingSeconds: 240 };
  expect(paceWords({ pace })).toBe('41 a second, 1.00 GiB/s, about 4 min left');
  expect(paceWords({ pace: { targetsPerSecond: 0, bytesPerSecond: 0, remainingSeconds: null } })).toBe(
    'standing still',
  );
  expect(leftWords({ pace: { ...pace, remainingSeconds: 0.2 } })).toBe('about to end');
});
