import { plural } from '../../contract/counts.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Amount, Operation, OperationTargets } from '../../contract/operations.ts';
import type { ScheduleRun } from '../../contract/schedules.ts';
import { formatSizeSum } from '../../contract/sizes.ts';

/**
 * How an operation ended, as the run that started it records it. `skippedHosts`: hosts on which nothing was done,
 * because the planned requests could not be sent any more. `succeeded`: hosts on which nothing failed.
 */
export type OperationResult = Pick<ScheduleRun, 'outcome' | 'text' | 'failedHosts' | 'skippedHosts' | 'deleted'> & {
  succeeded: HostId[];
};

/** What an ended operation shows about the run of a schedule. `targets` are those that were not done. */
export function resultOf({
  operation,
  hosts,
  targets,
}: Pick<OperationTargets, 'operation' | 'hosts' | 'targets'>): OperationResult {
  const reasons = new Map<HostId, string>();
  for (const { hostId, text, failure } of targets) {
    if (!reasons.has(hostId)) reasons.set(hostId, failure?.message ?? text ?? 'The outcome is unknown.');
  }
  const failed = hosts.filter(({ counts }) => counts.failed + counts.unknown > 0);
  const succeeded = hosts.filter((host) => !failed.includes(host) && host.counts.done + host.counts.alreadyDone > 0);
  const skipped = hosts.filter(
    (host) => !failed.includes(host) && !succeeded.includes(host) && host.counts.refused > 0,
  );
  const deleted = deletedBy(operation);
  return {
    ...endOf(operation, failed.length),
    failedHosts: failed.map(({ hostId, counts }) => ({
      hostId,
      reason: `${plural(counts.failed + counts.unknown, 'target')} failed. ${reasons.get(hostId) ?? ''}`
        .trim()
        .slice(0, 1_000),
    })),
    skippedHosts: skipped.map(({ hostId }) => ({ hostId, reason: (reasons.get(hostId) ?? '').slice(0, 1_000) })),
    deleted,
    succeeded: succeeded.map(({ hostId }) => hostId),
  };
}

function endOf(operation: Operation, failedHosts: number): Pick<ScheduleRun, 'outcome' | 'text'> {
  const did = whatWasDone(operation);
  if (operation.state === 'cancelled') return { outcome: 'interrupted', text: `Cancelled by the operator. ${did}` };
  if (operation.state === 'interrupted') {
    const why = operation.failure?.message ?? 'The console ended before it was complete.';
    return { outcome: 'interrupted', text: `${why} ${did} The operation can be continued in the history.` };
  }
  if (failedHosts > 0) return { outcome: 'failed', text: `Failed on ${plural(failedHosts, 'host')}. ${did}` };
  return { outcome: 'done', text: did };
}

function whatWasDone({ kind, actual, freed, counts, hostIds }: Operation): string {
  const images = (amount: Amount) => `${plural(amount.images, 'image')} (${formatSizeSum(amount)})`;
  switch (kind) {
    case 'align':
      return `Fetched ${images(actual)} and deleted ${images(freed ?? { images: 0, bytes: 0 })}.`;
    case 'prefetch':
    case 'queue':
      return `Fetched ${images(actual)}.`;
    case 'clean':
      return `Cleaned ${counts.done + counts.alreadyDone} of ${plural(hostIds.length, 'host')}.`;
    default:
      return `Deleted ${images(actual)}.`;
  }
}

/** The images that an operation deleted. */
function deletedBy({ kind, actual, freed }: Operation): Amount {
  if (kind === 'align') return freed ?? { images: 0, bytes: 0 };
  return kind === 'prune' || kind === 'delete' || kind === 'clear' ? actual : { images: 0, bytes: 0 };
}
