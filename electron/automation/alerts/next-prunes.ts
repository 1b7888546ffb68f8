import type { HostJobs } from '../../contract/host-jobs.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ScheduleState } from '../../contract/schedules.ts';

export type PruneSources = {
  schedules: readonly Pick<
    ScheduleState,
    'schedule' | 'hostIds' | 'nextRun' | 'waitingRun' | 'pausedHosts' | 'problem'
  >[];
  /** Whether all schedules are paused. */
  schedulesPaused: boolean;
  hostJobs: readonly Pick<HostJobs, 'hostId' | 'jobs'>[];
};

/**
 * When each host is pruned next without the operator, in epoch milliseconds: by a schedule, or by a job of the host, whose
 * time is not known and counts as now. Hosts that nothing prunes are absent.
 */
export function nextPrunes({ schedules, schedulesPaused, hostJobs }: PruneSources, now: number): Map<HostId, number> {
  const next = new Map<HostId, number>();
  const add = (hostId: HostId, at: number) => next.set(hostId, Math.min(at, next.get(hostId) ?? at));
  for (const { schedule, hostIds, nextRun, waitingRun, pausedHosts, problem } of schedules) {
    const { action, enabled, trigger } = schedule;
    if (action.kind !== 'prune' || !enabled || schedulesPaused || problem !== null || waitingRun) continue;
    // A threshold above the limit lets the cache exceed the limit first.
    const at = trigger.kind !== 'threshold' ? nextRun : trigger.abovePercent <= 100 ? now : null;
    if (at === null) continue;
    const paused = new Set(pausedHosts.map(({ hostId }) => hostId));
    for (const hostId of hostIds) if (!paused.has(hostId)) add(hostId, at);
  }
  for (const { hostId, jobs } of hostJobs) {
    if (jobs.some(({ program, active }) => program === 'pruner' && active)) add(hostId, now);
  }
  return next;
}
