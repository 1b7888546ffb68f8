import { expect, it } from 'vitest';
import type { GoldenDrift, GoldenHostDrift } from '../../../electron/contract/golden.ts';
import { goldenSet } from '../../../electron/contract/golden.ts';
import { canUpdate, describeCompletion, describeContents, describeProblem, setRows } from './golden-rows.ts';

const set = goldenSet.parse({ id: 'g', cloudId: 'c', name: 'base', hosts: { kind: 'all' } });
const none = { images: 0, bytes: 0 };
const host = (hostId: string, changes: Partial<GoldenHostDrift> = {}): GoldenHostDrift => ({
  hostId,
  state: 'complete',
  reason: null,
  takenAt: 1,
  present: none,
  missing: none,
  queued: none,
  stalled: 0,
  extra: none,
  ...changes,
});
const lacks = host('2', { state: 'drifted', missing: { images: 2, bytes: 20 } });
const silent = host('3', { state: 'unknown', reason: 'No route.', missing: { images: 5, bytes: 50 } });
const drift: GoldenDrift = {
  id: 'g',
  total: { images: 3, bytes: 30 },
  hosts: [host('1'), lacks, silent],
  problems: [],
  readAt: 1,
  failure: null,
};

it('adds up the hosts whose drift is known', () => {
  const [row] = setRows([set], new Map([['g', drift]]), [{ id: 'c', name: 'Lab' }]);
  expect(row).toMatchObject({ cloudName: 'Lab', hosts: 3, complete: 1, unknown: 1, missing: { images: 2, bytes: 20 } });
  expect(row && describeCompletion(row)).toBe('1 of 3 hosts complete, 1 unknown');
});

it('describes a set whose drift is not known yet', () => {
  const [row] = setRows([set], new Map(), []);
  expect(row && describeCompletion(row)).toBe('No data yet');
});

it('syncs hosts with missing or extra images, not those with queued images or unknown drift', () => {
  expect(canUpdate(lacks)).toBe(true);
  expect(canUpdate(silent)).toBe(false);
  expect(canUpdate(host('4', { state: 'drifted', queued: { images: 1, bytes: 1 } }))).toBe(false);
});

it('describes the contents and the problems of a set', () => {
  expect(describeContents({ images: [{ by: 'name', name: 'a' }], rules: [] })).toBe('1 named image');
  expect(describeContents({ images: [], rules: [] })).toBe('empty');
  expect(describeProblem({ part: { of: 'rules', index: 1 }, text: 'No.' })).toBe('Rule 2: No.');
});
