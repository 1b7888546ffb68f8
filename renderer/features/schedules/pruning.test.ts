import { expect, it } from 'vitest';
import type { HostJobs } from '../../../electron/contract/host-jobs.ts';
import type { ScheduleState } from '../../../electron/contract/schedules.ts';
import { findPruning } from './pruning.ts';

const schedule = (kind: string, enabled: boolean, hostIds: string[]) =>
  ({ schedule: { id: 's', name: 'Nightly', enabled, action: { kind } }, hostIds }) as unknown as ScheduleState;
const jobs = (hostId: string, readAt: number | null, ...found: Partial<HostJobs['jobs'][number]>[]) =>
  ({ hostId, readAt, jobs: found, unread: [], failure: null }) as unknown as HostJobs;
const pruner = { program: 'pruner', active: true, source: 'crontab of glance', when: '@hourly' } as const;

it('names the schedule in preference to the job', () => {
  expect(findPruning('a', [schedule('prune', true, ['a'])], [jobs('a', 1, pruner)])).toMatchObject({
    by: 'schedule',
    name: 'Nightly',
  });
  expect(findPruning('a', [schedule('prune', false, ['a'])], [jobs('a', 1, pruner)])).toMatchObject({ by: 'job' });
});

it('is reported as missing only if the jobs were read', () => {
  const others = [schedule('clean', true, ['a']), schedule('prune', true, ['b'])];
  expect(findPruning('a', others, [jobs('a', 1, { ...pruner, active: false })])).toEqual({ by: 'nothing' });
  expect(findPruning('a', others, [jobs('a', null)])).toEqual({ by: 'unknown' });
  expect(findPruning('a', others, [])).toEqual({ by: 'unknown' });
});
