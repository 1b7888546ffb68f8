import { expect, test } from 'vitest';
import { operation, target, zero } from '../testing/operation-samples.ts';
import { filterOperations, filterTargets, isOperationFilter, noFilter } from './operation-filters.tsx';

test('filtered operations are sorted newest first', () => {
  const all = [
    operation({ id: 'old', startedAt: 1 }),
    operation({ id: 'new', startedAt: 9, hostIds: ['h2'], kind: 'queue', state: 'running' }),
    operation({ id: 'bad', schedule: { id: 's1', name: 'Nightly' }, startedAt: 5, counts: { ...zero, failed: 3 } }),
  ];
  const ids = (filter: Partial<typeof noFilter>) =>
    filterOperations(all, { ...noFilter, ...filter }).map(({ id }) => id);
  expect(ids({})).toEqual(['new', 'bad', 'old']);
  expect(ids({ by: 'schedules' })).toEqual(['bad']);
  expect(ids({ by: 's1' })).toEqual(['bad']);
  expect(ids({ by: 's2' })).toEqual([]);
  expect(ids({ by: 'operator' })).toEqual(['new', 'old']);
  expect(ids({ host: 'h2' })).toEqual(['new']);
  expect(ids({ kind: 'delete' })).toEqual(['bad', 'old']);
  expect(ids({ state: 'running' })).toEqual(['new']);
  expect(ids({ state: 'problems' })).toEqual(['bad']);
  expect(ids({ state: 'done' })).toEqual(['old']);
});

test('targets are found by state and by any of their texts', () => {
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
  expect(filterTargets(targets, new Set(), '', 'another host')).toHaveLength(0);
});

test('operations about an image are those that the journal names', () => {
  const all = [operation({ id: 'a' }), operation({ id: 'b' })];
  expect(filterOperations(all, noFilter, new Set(['b'])).map(({ id }) => id)).toEqual(['b']);
});

test('a stored filter is used only if it is complete', () => {
  expect(isOperationFilter(noFilter)).toBe(true);
  expect(isOperationFilter({ host: null, kind: null, state: 'all' })).toBe(false);
  expect(isOperationFilter({ ...noFilter, kind: 'explode' })).toBe(false);
});
