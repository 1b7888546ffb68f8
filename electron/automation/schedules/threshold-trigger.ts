import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Schedule, ScheduleId } from '../../contract/schedules.ts';
import type { StorageHealth } from '../../store/storage-health.ts';
import type { ActiveRuns } from './active-runs.ts';
import type { HostFailures } from './host-failures.ts';
import { resolveTargets } from './resolve-targets.ts';
import type { RunRecords } from './run-records.ts';
import { runProblems } from './schedule-problems.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import type { RecordedRun } from './schedule-tables.ts';
import { newRun } from './schedule-ticker.ts';
import { isBlackout } from './timing/next-runs.ts';

export type ThresholdTriggerOptions = {
  sources: ScheduleSources;
  records: RunRecords;
  runs: ActiveRuns;
  failures: HostFailures;
  storage: Pick<StorageHealth, 'report' | 'problem'>;
};

/** Starts the runs of schedules with a threshold: one for each host that a poll shows above it. */
export class ThresholdTrigger {
  readonly #options: ThresholdTriggerOptions;
  /** When the last run of a schedule ended on a host, in epoch milliseconds. A poll before that proves nothing. */
  readonly #endedAt = new Map<ScheduleId, Map<HostId, number>>();

  constructor(options: ThresholdTriggerOptions) {
    this.#options = options;
  }

  /** Looks at hosts that changed; at all hosts if none are named. */
  check(changed?: readonly HostId[]): void {
    const { sources, storage } = this.#options;
    if (sources.paused() || storage.problem) return;
    const schedules = sources.schedules().filter(({ enabled, trigger }) => enabled && trigger.kind === 'threshold');
    if (schedules.length === 0) return;
    const wanted = changed && new Set(changed);
    const hosts = sources.hosts().filter(({ id }) => wanted?.has(id) ?? true);
    for (const schedule of schedules) {
      for (const host of hosts) if (this.#isDue(schedule, host)) this.#begin(schedule, host);
    }
  }

  /** Notes the end of a run. */
  ended({ scheduleId, hostIds, endedAt }: RecordedRun): void {
    const ends = this.#endedAt.get(scheduleId) ?? new Map<HostId, number>();
    this.#endedAt.set(scheduleId, ends);
    for (const hostId of hostIds ?? []) ends.set(hostId, endedAt ?? 0);
  }

  #isDue(schedule: Schedule, host: HostSummary): boolean {
    if (!isAbove(schedule, host)) return false;
    const { sources, runs, failures } = this.#options;
    const now = sources.clock.now();
    const { id } = schedule;
    if ((host.refreshedAt ?? 0) <= (this.#endedAt.get(id)?.get(host.id) ?? 0)) return false;
    const isOpen = [...runs.running(id), ...runs.waiting(id)].some(({ hostIds }) => hostIds?.includes(host.id) ?? true);
    if (isOpen || !failures.mayRun(id, host.id, now) || isBlackout(schedule, now)) return false;
    if (runProblems(schedule, sources).length > 0) return false;
    return resolveTargets(schedule.targets, [host], sources.clouds()).hostIds.length > 0;
  }

  #begin(schedule: Schedule, host: HostSummary): void {
    const { sources, records, runs, storage } = this.#options;
    const now = sources.clock.now();
    const run = newRun(schedule, { cause: 'threshold', dueAt: now, dueRuns: 1, now, hostIds: [host.id] });
    try {
      records.add(run);
    } catch (error) {
      if (!storage.report(error)) throw error;
      return;
    }
    void runs.begin(schedule, run);
  }
}

/** Whether a host answers and its cache is above the threshold of a schedule. A host without a limit never is. */
export function isAbove({ trigger }: Pick<Schedule, 'trigger'>, { state, totals, limitBytes }: HostSummary): boolean {
  if (trigger.kind !== 'threshold' || state !== 'reachable' || !totals || limitBytes === null) return false;
  return totals.sizeBytes * 100 > limitBytes * trigger.abovePercent;
}
