import { expect, test } from 'vitest';
import {
  countsText,
  effectText,
  operationStateText,
  reasonOf,
  summaryText,
  targetStateText,
} from './operation-labels.ts';
import { progressOf } from './operation-progress.ts';
import { operation, target, zero } from './testing/operation-samples.ts';

test('progress counts ended targets, and its shares are of the total', () => {
  const counts = {
    ...zero,
    waiting: 2,
    sent: 1,
    following: 1,
    done: 2,
    alreadyDone: 1,
    failed: 1,
    refused: 1,
    cancelled: 1,
  };
  const progress = progressOf(operation({ counts, total: 10 }));
  expect(progress).toEqual({
    ended: 4,
    done: 2,
    bad: 1,
    total: 8,
    fraction: 0.5,
    share: { done: 25, bad: 12.5, rest: 12.5 },
  });
  expect(progressOf(operation({ counts: zero, total: 0 })).share).toEqual({ done: 100, bad: 0, rest: 0 });
});

test('an operation that finished with failures does not look successful', () => {
  expect(operationStateText(operation())).toEqual({ label: 'Done', mark: 'ok' });
  expect(operationStateText(operation({ counts: { ...zero, done: 1, failed: 2 } }))).toEqual({
    label: '2 failed',
    mark: 'bad',
  });
  expect(operationStateText(operation({ counts: { ...zero, done: 1, unknown: 1, refused: 1 } })).mark).toBe('warn');
});

test('a target’s reason is its failure, otherwise the host’s message, otherwise the meaning of its state', () => {
  expect(reasonOf(target('done')).text).toContain('Completed');
  expect(reasonOf(target('done', { text: 'It was gone already.' })).text).toBe('It was gone already.');
});

test('a target that is no longer watched is not shown as watched', () => {
  expect(targetStateText('following', true).label).toBe('In progress');
  expect(targetStateText('following', false).label).toBe('Accepted');
  expect(targetStateText('done', false).label).toBe('Done');
});

test('describes effects and the summary', () => {
  expect(effectText(operation())).toBe('3.00 GiB freed');
  expect(effectText(operation({ kind: 'queue' }))).toBe('3.00 GiB fetched');
  expect(effectText(operation({ actual: { images: 0, bytes: 0 } }))).toBe('');
  const freed = { images: 1, bytes: 1024 ** 3 };
  expect(effectText(operation({ kind: 'align', freed }))).toBe('3.00 GiB fetched, 1.00 GiB freed');
  expect(summaryText([operation(), operation({ state: 'running' }), operation({ state: 'interrupted' })])).toBe(
    '1 running, 2 past, 1 interrupted',
  );
});

test('describes the outcomes of targets, and omits outcomes without targets', () => {
  const counts = { ...zero, done: 2, alreadyDone: 1, failed: 1, waiting: 1_200 };
  expect(countsText({ counts, total: 1_204 })).toBe('2 done, 1 already done, 1 failed, 1,200 waiting');
});
