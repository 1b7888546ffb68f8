import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { RunRecords } from './run-records.ts';
import type { RecordedRun } from './schedule-tables.ts';

function run(scheduleId: string, at: number, outcome: RecordedRun['outcome'] = 'done'): RecordedRun {
  return {
    id: `${scheduleId}-${at}`,
    scheduleId,
    scheduleName: scheduleId,
    action: { kind: 'clean' },
    cause: 'due',
    dueAt: at,
    dueRuns: 1,
    startedAt: at,
    endedAt: outcome === 'done' ? at : null,
    outcome,
    text: '',
    operationId: null,
    hostIds: null,
    skippedHosts: [],
    failedHosts: [],
    deleted: { images: 0, bytes: 0 },
    approval: null,
  };
}

it('removes runs by age and by number, and keeps those of a rare schedule beside a frequent one', () => {
  const records = new RunRecords(new DatabaseSync(':memory:'));
  const times = (scheduleId: string) => records.list(scheduleId, 1_000, 100).map(({ dueAt }) => dueAt);
  for (const at of [1, 50, 60]) records.add(run('weekly', at));
  for (let at = 70; at < 90; at += 1) records.add(run('frequent', at));
  records.add(run('waits', 2, 'waiting'));
  records.removeOld(10, 5);
  expect(times('weekly')).toEqual([60, 50]);
  expect(times('frequent')).toEqual([89, 88, 87, 86, 85]);
  expect(times('waits')).toEqual([2]);
  records.removeOld(10, 5, 3);
  expect([times('weekly'), times('frequent'), times('waits')]).toEqual([[], [89, 88, 87], [2]]);
});
