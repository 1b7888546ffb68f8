import { expect, it } from 'vitest';
import { bytesText, paceText, progressOf, progressText, timeLeftText } from './operation-progress.ts';
import { operation as sample } from './testing/operation-samples.ts';

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

it('counts every final state as ended, but only successes as done', () => {
  expect(progressOf(operation)).toEqual({
    ended: 6,
    succeeded: 4,
    bad: 1,
    total: 10,
    fraction: 0.6,
    share: { succeeded: 40, bad: 10, rest: 10 },
  });
  expect(progressText(operation)).toBe('4 of 10 done, 1 accepted and watched until seen, 1 failed, 1 left out.');
});

it('reports the progress and the time left by bytes where the console sees them arrive', () => {
  const reading = { ...operation, progress: { bytes: 1024 ** 3, of: 4 * 1024 ** 3 } };
  // One failed and one was left out: a quarter of the other eight is over.
  expect(progressOf(reading)).toMatchObject({ fraction: 0.25, share: { succeeded: 20, bad: 10, rest: 10 } });
  expect(progressOf({ ...operation, progress: { bytes: 5, of: null } })).toMatchObject({ fraction: 0.6 });
  expect(bytesText(reading.progress)).toBe('1.00 GiB of 4.00 GiB');
  expect(bytesText({ bytes: 1024, of: null })).toBe('1.00 KiB');
  const pace = { targetsPerSecond: 0, bytesPerSecond: 1024 ** 2, remainingSeconds: 3_072 };
  expect(paceText({ ...reading, pace })).toBe('1.00 GiB of 4.00 GiB, 1.00 MiB/s, about 51 min left');
});

it('says how many targets of an interrupted operation were not sent', () => {
  expect(progressText({ ...operation, state: 'interrupted' })).toContain('2 not sent. Interrupted.');
});

it('describes the pace, and is empty where there is none', () => {
  expect(paceText(operation)).toBe('');
  expect(timeLeftText(operation)).toBe('');
  const pace = { targetsPerSecond: 41.2, bytesPerSecond: 1024 ** 3, remainingSeconds: 240 };
  expect(paceText({ pace })).toBe('41 a second, 1.00 GiB/s, about 4 min left');
  expect(paceText({ pace: { targetsPerSecond: 0, bytesPerSecond: 0, remainingSeconds: null } })).toBe('standing still');
  expect(timeLeftText({ pace: { ...pace, remainingSeconds: 0.2 } })).toBe('about to end');
});
