import { hostTrouble } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { type Action, addAmount, amountOf, type PlannedTarget } from '../../contract/operations.ts';
import { formatSize, formatSizeSum } from '../../contract/units.ts';
import { plural } from '../../lib/text.ts';
import { diskDifference } from '../../ssh/disk-listing.ts';
import { stalledWarning } from '../model/fetch-conflicts.ts';
import type { DiskView } from '../model/operated-host.ts';
import { type HostView, isCatalogueCurrent, type PlanInputs } from './host-view.ts';
import { prefetchWarnings } from './plan-prefetch.ts';

/** What the operator should know before confirming, beyond the verdict of each target. */
export function planWarnings(action: Action, targets: readonly PlannedTarget[], inputs: PlanInputs): string[] {
  const warnings: string[] = [];
  const mayQueue = action.kind === 'queue' || action.kind === 'align';
  const willDo = targets.filter(({ verdict }) => verdict === 'willDo');
  const planned = Map.groupBy(willDo, ({ hostId }) => hostId);
  const failed = new Set(
    targets.flatMap(({ hostId, hostName }) => {
      const failure = inputs.host(hostId)?.failure;
      return failure ? [`${hostName} ${hostTrouble(failure)}`] : [];
    }),
  );
  if (failed.size > 0) {
    const names = [...failed].slice(0, 10).join(', ');
    warnings.push(`Nothing will be sent to ${plural(failed.size, 'host')}: ${names}${failed.size > 10 ? ', …' : ''}.`);
  }
  warnings.push(...interruptedWarnings(planned, inputs));
  for (const [hostId, ofHost] of planned) {
    const view = inputs.host(hostId);
    if (!view) continue;
    if (mayQueue && isQueueing(ofHost)) warnings.push(...queueWarnings(view, ofHost));
    if (action.kind === 'prefetch') warnings.push(...prefetchWarnings(view, ofHost, inputs));
    if (action.kind === 'queue' && action.anew && view.capabilities?.fetch !== 'byProgram') {
      warnings.push(stalledWarning(view.summary.name));
    }
    if (action.kind === 'prune')
      warnings.push(
        ...pruneWarnings(view),
        ...fetchWarnings(view),
        ...unrecordedFileWarnings(view, inputs.disk(hostId)),
      );
  }
  if (mayQueue) {
    const hostIds = [...planned].flatMap(([hostId, ofHost]) => (isQueueing(ofHost) ? [hostId] : []));
    warnings.push(...catalogueWarnings(hostIds, inputs));
  }
  return warnings;
}

/** An interrupted operation sends nothing, until somebody continues it. */
function interruptedWarnings(planned: ReadonlyMap<HostId, unknown>, { interrupted }: PlanInputs): string[] {
  return interrupted.flatMap(({ title, hostIds, counts }) => {
    const open = counts.waiting + counts.unknown + counts.following;
    if (open === 0 || !hostIds.some((hostId) => planned.has(hostId))) return [];
    return [
      `The operation “${title}” was interrupted with ${plural(open, 'open target')}, and concerns hosts of this plan. ` +
        'Continue it first, or cancel it: continued later, it may undo what is planned here.',
    ];
  });
}

/** What is fetched while a host prunes counts towards its limit. */
function fetchWarnings({ others, summary }: HostView): string[] {
  return others.flatMap(({ title, open }) => {
    const fetches = open.queue + open.read;
    if (fetches === 0) return [];
    const what = `The operation “${title}” has ${summary.name} fetch ${plural(fetches, 'image')} at the same time`;
    return [`${what}: the host may be over its limit again afterwards.`];
  });
}

function isQueueing(targets: readonly PlannedTarget[]): boolean {
  return targets.some(({ step }) => step !== 'delete');
}

const deadWorker = 'its fetch worker has probably died';

function queueWarnings(view: HostView, targets: readonly PlannedTarget[]): string[] {
  const warnings: string[] = [];
  const { name, limitBytes } = view.summary;
  const held = amountOf(view.cached.values());
  for (const { expected, step } of targets) addAmount(held, expected, step === 'delete' ? -1 : 1);
  if (limitBytes !== null && held.bytes > limitBytes) {
    const over = { bytes: held.bytes - limitBytes, unsized: held.unsized };
    warnings.push(`${name} would be ${formatSizeSum(over)} over its stated limit of ${formatSize(limitBytes)}.`);
  }
  if (view.capabilities?.fetch === 'periodic') {
    warnings.push(`${name} only queues: a job of its own fetches what is queued, by default every 5 minutes.`);
  }
  if (view.capabilities?.fetch === 'byProgram') {
    warnings.push(`${name} only queues: nothing is fetched until glance-cache-prefetcher is run on it.`);
  }
  const stalled = [...view.queued.values()].filter((image) => image.stalled !== null).length;
  if (stalled > 0 && view.capabilities?.fetch !== 'byProgram') {
    const dead = view.capabilities?.fetch === 'periodic' ? 'its own job does probably not run' : deadWorker;
    warnings.push(
      `${name} has ${plural(stalled, 'stalled image')} in its queue: ${dead}, and what is queued now may not be fetched ` +
        'until the service is restarted.',
    );
  }
  return warnings;
}

/** The signs that a prune may hang (docs/glance-cache-api.md, trap 4), as the console saw them. */
function pruneWarnings(view: HostView): string[] {
  const { prune, summary } = view;
  const limit = summary.limitBytes;
  if (prune?.state === 'returned' && (prune.overBytes ?? 0) > 0) {
    return [
      `${summary.name} was still ${formatSize(prune.overBytes ?? 0)} over its stated limit after its last prune. Files ` +
        'without a record may be in its cache directory: then the prune removes every image and never ends.',
    ];
  }
  if (prune?.state === 'hung' || prune?.state === 'running') {
    return [
      `A prune sent to ${summary.name} before never answered: if the service was not restarted since, this hangs too.`,
    ];
  }
  if (limit !== null && view.images.odd.length > 0) {
    return [`${summary.name} lists records that are not what they should be: its prune may not find what it expects.`];
  }
  return [];
}

/** The sign of trap 4 that only the cache directory shows: files without a record. */
function unrecordedFileWarnings({ summary, cached }: HostView, disk: DiskView | undefined): string[] {
  if (!disk || 'failure' in disk) return [];
  const { withoutRecord } = diskDifference(disk.listing, [...cached.values()]);
  if (withoutRecord.length === 0) return [];
  const bytes = withoutRecord.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [
    `${summary.name} has ${plural(withoutRecord.length, 'file')} without a record in its cache directory ` +
      `(${formatSize(bytes)}): a prune counts them and cannot remove them, so more images go in their place.`,
  ];
}

function catalogueWarnings(hostIds: readonly HostId[], inputs: PlanInputs): string[] {
  const services = new Set(hostIds.flatMap((hostId) => inputs.host(hostId)?.summary.imageServiceId ?? []));
  if ([...services].every((serviceId) => isCatalogueCurrent(inputs.catalogue(serviceId)))) return [];
  return ['The image catalogue could not be read anew: whether each image is there and active, the host will tell.'];
}
