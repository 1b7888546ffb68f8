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
  expect(findPruning('a', [schedule('prune', true, ['a'])], [jobs('a', 1, pruner)], [], 0)).toMatchObject({
    by: 'schedule',
    name: 'Nightly',
  });
  expect(findPruning('a', [schedule('prune', false, ['a'])], [jobs('a', 1, pruner)], [], 0)).toMatchObject({
    by: 'job',
  });
});

it('is something else if images were removed recently and nothing is known to prune', () => {
  const day = 24 * 3_600_000;
  const removal = (until: number) => ({ hostId: 'a', from: until - 1, until, removed: { images: 1, bytes: 1 } });
  const removals = [removal(1), removal(2), { ...removal(9), hostId: 'b' }];
  expect(findPruning('a', [], [jobs('a', 1)], removals, 7 * day)).toEqual({ by: 'other', last: removal(2) });
  expect(findPruning('a', [], [], removals, 9 * day)).toEqual({ by: 'unknown' });
  expect(findPruning('a', [], [jobs('a', 1, pruner)], removals, 3)).toMatchObject({ by: 'job' });
});

it('is reported as missing only if the jobs were read', () => {
  const others = [schedule('clean', true, ['a']), schedule('prune', true, ['b'])];
  expect(findPruning('a', others, [jobs('a', 1, { ...pruner, active: false })], [], 0)).toEqual({ by: 'nothing' });
  expect(findPruning('a', others, [jobs('a', null)], [], 0)).toEqual({ by: 'unknown' });
  expect(findPruning('a', others, [], [], 0)).toEqual({ by: 'unknown' });
});
