import { expect, test } from 'vitest';
import type { Operation, TargetOutcome, TargetState } from '../../../electron/contract/operations.ts';
import { progressOf } from '../../operations/progress.ts';
import { effectWords, operationWording, reasonOf, summaryWords, targetWording } from '../../operations/words.ts';
import { everyOperation, filterOperations, filterTargets } from './filter.ts';

const zero: Operation['counts'] = {
  waiting: 0,
  sent: 0,
  following: 0,
  done: 0,
  alreadyDone: 0,
  failed: 0,
  refused: 0,
  cancelled: 0,
  unknown: 0,
};

function operation(change: Partial<Operation> = {}): Operation {
  return {
    id: 'o1',
    kind: 'delete',
    title: 'Delete 3 images from glance-01',
    state: 'finished',
    startedAt: 1_000,
    endedAt: 2_000,
    hostIds: ['h1'],
    counts: { ...zero, done: 3 },
    total: 3,
    actual: { images: 3, bytes: 3 * 1024 ** 3 },
    pace: null,
    ...change,
  };
}

function target(state: TargetState, change: Partial<TargetOutcome> = {}): TargetOutcome {
  return {
    hostId: 'h1',
    hostName: 'glance-01',
    imageId: 'id-1',
    imageName: 'cirros',
    expected: null,
    rung: null,
    state,
    text: null,
    failure: null,
    actual: null,
    ...change,
  };
}

test('progress counts what ended, and its shares are of the whole', () => {
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
  expect(progress).toEqual({ ended: 6, succeeded: 3, bad: 1, total: 10, share: { succeeded: 30, bad: 10, rest: 20 } });
  expect(progressOf(operation({ counts: zero, total: 0 })).share).toEqual({ succeeded: 0, bad: 0, rest: 0 });
});

test('an operation that finished with failures does not look done', () => {
  expect(operationWording(operation())).toEqual({ label: 'Done', mark: 'ok' });
  expect(operationWording(operation({ counts: { ...zero, done: 1, failed: 2 } }))).toEqual({
    label: '2 failed',
    mark: 'bad',
  });
  expect(operationWording(operation({ counts: { ...zero, done: 1, unknown: 1, refused: 1 } })).mark).toBe('warn');
});

test('filters leave the newest first', () => {
  const all = [
    operation({ id: 'old', startedAt: 1 }),
    operation({ id: 'new', startedAt: 9, hostIds: ['h2'], kind: 'queue', state: 'running' }),
    operation({ id: 'bad', startedAt: 5, counts: { ...zero, failed: 3 } }),
  ];
  const ids = (filter: Partial<typeof everyOperation>) =>
    filterOperations(all, { ...everyOperation, ...filter }).map(({ id }) => id);
  expect(ids({})).toEqual(['new', 'bad', 'old']);
  expect(ids({ host: 'h2' })).toEqual(['new']);
  expect(ids({ kind: 'delete' })).toEqual(['bad', 'old']);
  expect(ids({ state: 'running' })).toEqual(['new']);
  expect(ids({ state: 'problems' })).toEqual(['bad']);
  expect(ids({ state: 'done' })).toEqual(['old']);
});

test('targets are found by state and by any words of theirs', () => {
  const failure = { code: 'timeout' as const, message: 'No answer in 30 s', remedy: 'Wait.' };
  const targets = [
    target('done'),
    target('failed', { failure, imageId: 'id-2' }),
    target('refused', { hostName: 'edge' }),
  ];
  expect(filterTargets(targets, new Set(), '')).toHaveLength(3);
  expect(filterTargets(targets, new Set(['failed', 'refused']), '')).toHaveLength(2);
  expect(filterTargets(targets, new Set(), 'NO ANSWER')).toHaveLength(1);
  expect(filterTargets(targets, new Set(['done']), 'edge')).toHaveLength(0);
});

test('a target’s reason is its failure, else the host’s words, else its state’s meaning', () => {
  expect(reasonOf(target('done')).text).toContain('Done');
  expect(reasonOf(target('done', { text: 'It was gone already.' })).text).toBe('It was gone already.');
});

test('a target that nobody follows any more does not look as if somebody did', () => {
  expect(targetWording('following', true).label).toBe('Following');
  expect(targetWording('following', false).label).toBe('Accepted');
  expect(targetWording('done', false).label).toBe('Done');
});

test('effects and the summary are in words', () => {
  expect(effectWords(operation())).toBe('3.00 GiB freed');
  expect(effectWords(operation({ kind: 'queue' }))).toBe('3.00 GiB fetched');
  expect(effectWords(operation({ actual: { images: 0, bytes: 0 } }))).toBe('');
  expect(summaryWords([operation(), operation({ state: 'running' }), operation({ state: 'interrupted' })])).toBe(
    '1 running, 2 past, 1 interrupted',
  );
});
