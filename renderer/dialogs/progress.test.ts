import { expect, it } from 'vitest';
import type { Operation } from '../../electron/contract/operations.ts';
import { progressOf, progressWords } from './progress.ts';

const operation: Operation = {
  id: 'o',
  kind: 'delete',
  title: 'Delete',
  state: 'running',
  startedAt: 0,
  endedAt: null,
  hostIds: [],
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
  actual: { images: 3, bytes: 0 },
};

it('counts every end as an end, but only the good ones as done', () => {
  expect(progressOf(operation)).toEqual({ ended: 6, failed: 1, share: 0.6 });
  expect(progressWords(operation)).toBe('4 of 10 done, 1 accepted and watched until seen, 1 failed, 1 left out.');
});
