import { plural } from '../../contract/counts.ts';
import { hostTrouble } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { type Action, addAmount, amountOf, type Plan, type PlannedTarget } from '../../contract/operations.ts';
import { formatSize } from '../../contract/sizes.ts';
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
    warnings.push(`${plural(failed.size, 'host')} skipped: ${names}${failed.size > 10 ? ', …' : ''}.`);
  }
  warnings.push(...interruptedWarnings(planned, inputs));
  for (const [hostId, ofHost] of planned) {
    const view = inputs.host(hostId);
    if (!view) continue;
    if (mayQueue && isQueueing(ofHost)) warnings.push(...queueWarnings(view));
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

/** The hosts that an action would fill beyond their limit. */
export function overLimitOf(
  { kind }: Action,
  targets: readonly PlannedTarget[],
  { host }: Pick<PlanInputs, 'host'>,
): Plan['overLimit'] {
  if (kind !== 'queue' && kind !== 'align') return [];
  const planned = Map.groupBy(
    targets.filter(({ verdict }) => verdict === 'willDo'),
    ({ hostId }) => hostId,
  );
  return [...planned].flatMap(([hostId, ofHost]) => {
    const view = host(hostId);
    const limitBytes = view?.summary.limitBytes ?? null;
    if (!view || limitBytes === null || !isQueueing(ofHost)) return [];
    const held = amountOf(view.cached.values());
    for (const { expected, step } of ofHost) addAmount(held, expected, step === 'delete' ? -1 : 1);
    if (held.bytes <= limitBytes) return [];
    const over = { ...held, bytes: held.bytes - limitBytes };
    return [{ hostId, hostName: view.summary.name, over, limitBytes }];
  });
}

/** An interrupted operation sends nothing, until somebody continues it. */
function interruptedWarnings(planned: ReadonlyMap<HostId, unknown>, { interrupted }: PlanInputs): string[] {
  return interrupted.flatMap(({ title, hostIds, counts }) => {
    const open = counts.waiting + counts.unknown + counts.following;
    if (open === 0 || !hostIds.some((hostId) => planned.has(hostId))) return [];
    return [
      `The operation “${title}” was interrupted with ${plural(open, 'open target')} on hosts of this plan. ` +
        'Continue or cancel it first. If it continues later, it may undo this plan.',
    ];
  });
}

/** Images that are fetched while a host prunes count towards its limit. */
function fetchWarnings({ others, summary }: HostView): string[] {
  return others.flatMap(({ title, open }) => {
    const fetches = open.queue + open.read;
    if (fetches === 0) return [];
    const what = `The operation “${title}” is fetching ${plural(fetches, 'image')} on ${summary.name} at the same time`;
    return [`${what}. The host may exceed its limit again after the prune.`];
  });
}

function isQueueing(targets: readonly PlannedTarget[]): boolean {
  return targets.some(({ step }) => step !== 'delete');
}

const deadWorker = 'its fetch worker has probably died';

function queueWarnings(view: HostView): string[] {
  const warnings: string[] = [];
  const { name } = view.summary;
  if (view.capabilities?.fetch === 'periodic') {
    warnings.push(`${name} only queues the images. Its periodic job fetches them, by default every 5 minutes.`);
  }
  if (view.capabilities?.fetch === 'byProgram') {
    warnings.push(`${name} only queues the images. Run glance-cache-prefetcher on it to fetch them.`);
  }
  const stalled = [...view.queued.values()].filter((image) => image.stalled !== null).length;
  if (stalled > 0 && view.capabilities?.fetch !== 'byProgram') {
    const dead = view.capabilities?.fetch === 'periodic' ? 'its periodic job is probably not running' : deadWorker;
    warnings.push(
      `${name} has ${plural(stalled, 'stalled image')} in its queue: ${dead}. Newly queued images may not be fetched ` +
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
      `${summary.name} was still ${formatSize(prune.overBytes ?? 0)} over its limit after its last prune. Files ` +
        'without a record may be in its cache directory. In that case the prune deletes every image and never ends.',
    ];
  }
  if (prune?.state === 'hung' || prune?.state === 'running') {
    return [
      `An earlier prune of ${summary.name} did not respond. Unless the service was restarted since, this prune hangs too.`,
    ];
  }
  if (limit !== null && view.images.odd.length > 0) {
    return [`${summary.name} lists invalid records. Its prune may fail.`];
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
      `(${formatSize(bytes)}). A prune counts them but cannot delete them, so it deletes more images instead.`,
  ];
}

function catalogueWarnings(hostIds: readonly HostId[], inputs: PlanInputs): string[] {
  const services = new Set(hostIds.flatMap((hostId) => inputs.host(hostId)?.summary.imageServiceId ?? []));
  if ([...services].every((serviceId) => isCatalogueCurrent(inputs.catalogue(serviceId)))) return [];
  return ['The image catalog could not be refreshed. The host checks whether each image exists and is active.'];
}
