import { expect, it } from 'vitest';
import { bytesText, paceText, progressByHost, progressOf, progressText, timeLeftText } from './operation-progress.ts';
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

it('counts every final state as ended, but only successes as done, and leaves out what needed nothing', () => {
  expect(progressOf(operation)).toEqual({
    ended: 4,
    done: 3,
    bad: 1,
    total: 8,
    fraction: 0.5,
    share: { done: 37.5, bad: 12.5, rest: 0 },
  });
  expect(progressText(operation)).toBe('3 of 8 done, 1 in progress, 1 failed, 1 already done, 1 skipped.');
});

it('reports the progress and the time left by bytes where the console sees them arrive', () => {
  const reading = { ...operation, progress: { bytes: 1024 ** 3, of: 4 * 1024 ** 3 } };
  // One of eight failed: a quarter of the other seven is complete.
  expect(progressOf(reading)).toMatchObject({ fraction: 0.25, share: { done: 21.875, bad: 12.5, rest: 0 } });
  expect(progressOf({ ...operation, progress: { bytes: 5, of: null } })).toMatchObject({ fraction: 0.5 });
  expect(bytesText(reading.progress)).toBe('1.00 GiB of 4.00 GiB');
  expect(bytesText({ bytes: 1024, of: null })).toBe('1.00 KiB');
  const pace = { targetsPerSecond: 0, bytesPerSecond: 1024 ** 2, remainingSeconds: 3_072 };
  expect(paceText({ ...reading, pace })).toBe('1.00 GiB of 4.00 GiB, 1.00 MiB/s, about 51 min left');
});

it('starts at zero even if some targets needed nothing', () => {
  const counts = {
    ...operation.counts,
    waiting: 1,
    sent: 0,
    following: 0,
    done: 0,
    alreadyDone: 2,
    failed: 0,
    refused: 0,
  };
  expect(progressOf({ counts, total: 3 })).toMatchObject({ fraction: 0, total: 1, share: { done: 0 } });
  expect(progressText({ ...operation, counts, total: 3 })).toBe('0 of 1 done, 2 already done.');
});

it('shows how many targets of an interrupted operation were not sent', () => {
  expect(progressText({ ...operation, state: 'interrupted' })).toContain('2 not sent. Interrupted.');
});

it('describes the pace, and is empty if there is none', () => {
  expect(paceText(operation)).toBe('');
  expect(timeLeftText(operation)).toBe('');
  const pace = { targetsPerSecond: 41.2, bytesPerSecond: 1024 ** 3, remainingSeconds: 240 };
  expect(paceText({ pace })).toBe('41 a second, 1.00 GiB/s, about 4 min left');
  const slow = { targetsPerSecond: 0.02, bytesPerSecond: 1024 ** 2, remainingSeconds: null };
  expect(paceText({ pace: slow })).toBe('1.00 MiB/s');
  expect(paceText({ pace: { targetsPerSecond: 0, bytesPerSecond: 0, remainingSeconds: null } })).toBe('stalled');
  expect(timeLeftText({ pace: { ...pace, remainingSeconds: 0.2 } })).toBe('finishing');
});

it('counts hosts if some targets are whole hosts and others are images', () => {
  const none = {
    ...operation.counts,
    waiting: 0,
    sent: 0,
    following: 0,
    done: 0,
    alreadyDone: 0,
    failed: 0,
    refused: 0,
  };
  const host = (hostId: string, counts: Partial<typeof none>, total: number) => ({
    hostId,
    hostName: hostId,
    counts: { ...none, ...counts },
    total,
    actual: { images: 0, bytes: 0 },
    freed: null,
  });
  const hosts = [host('a', { done: 1 }, 1), host('b', { done: 900, failed: 1 }, 901), host('c', { refused: 1 }, 1)];
  const byHost = progressByHost([{ imageId: null }, { imageId: 'x' }], hosts);
  expect(progressText({ ...operation, state: 'finished' }, byHost)).toBe('1 of 2 hosts done, 1 failed, 1 skipped.');
  expect(progressByHost([{ imageId: 'y' }, { imageId: 'x' }], hosts)).toBeUndefined();
});
