import { type ExternalRemoval, isRecentRemoval } from '../../../electron/contract/external-removals.ts';
import type { HostJobs } from '../../../electron/contract/host-jobs.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ScheduleState } from '../../../electron/contract/schedules.ts';

/**
 * What prunes a host automatically: a schedule of this console, a job on the host, or an unknown program that is only
 * seen by the images that it removes. `nothing` only if the jobs of the host were read and none prunes.
 */
export type Pruning =
  | { by: 'schedule'; id: string; name: string }
  | { by: 'job'; source: string; when: string }
  | { by: 'other'; last: ExternalRemoval }
  | { by: 'nothing' | 'unknown' };

/** Finds what prunes a host. `removals`: oldest first for each host; `now` in epoch milliseconds. */
export function findPruning(
  hostId: HostId,
  schedules: readonly ScheduleState[],
  hostJobs: readonly HostJobs[],
  removals: readonly ExternalRemoval[],
  now: number,
): Pruning {
  const prunes = schedules.find(
    ({ schedule, hostIds }) => schedule.enabled && schedule.action.kind === 'prune' && hostIds.includes(hostId),
  );
  if (prunes) return { by: 'schedule', id: prunes.schedule.id, name: prunes.schedule.name };
  const known = hostJobs.find((jobs) => jobs.hostId === hostId);
  const job = known?.jobs.find(({ program, active }) => program === 'pruner' && active);
  if (job) return { by: 'job', source: job.source, when: job.when };
  const last = removals.findLast((removal) => removal.hostId === hostId);
  if (last && isRecentRemoval(last, now)) return { by: 'other', last };
  return { by: known && known.readAt !== null ? 'nothing' : 'unknown' };
}
