import type { ScheduleState } from '../../../../electron/contract/schedules.ts';

/** Which schedules the table shows. */
export const scheduleFilters = ['all', 'waiting', 'problems', 'off'] as const;
export type ScheduleFilter = (typeof scheduleFilters)[number];

export function isScheduleFilter(value: unknown): value is ScheduleFilter {
  return scheduleFilters.some((one) => one === value);
}

/** Whether a schedule needs the operator's attention: it cannot run, is paused for a host, or failed the last time. */
function hasProblem({ problem, pausedHosts, lastRun }: ScheduleState): boolean {
  return (
    problem !== null || pausedHosts.length > 0 || lastRun?.outcome === 'failed' || lastRun?.outcome === 'interrupted'
  );
}

export function inFilter(state: ScheduleState, filter: ScheduleFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'waiting':
      return state.waitingRun !== null;
    case 'problems':
      return hasProblem(state);
    case 'off':
      return !state.schedule.enabled;
  }
}

/** The schedules in the order of the table: those that wait for the operator, those with problems, then by name. */
export function orderSchedules(schedules: readonly ScheduleState[]): ScheduleState[] {
  const rank = (state: ScheduleState) => (state.waitingRun ? 0 : hasProblem(state) ? 1 : 2);
  return [...schedules].sort(
    (a, b) => rank(a) - rank(b) || a.schedule.name.localeCompare(b.schedule.name, 'en', { numeric: true }),
  );
}
