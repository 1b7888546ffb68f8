import type { HostId } from '../../contract/hosts.ts';
import type { Action, PlannedTarget } from '../../contract/operations.ts';
import { formatSize } from '../../contract/units.ts';
import { plural } from '../../lib/text.ts';
import { diskDifference } from '../../ssh/disk-listing.ts';
import type { DiskLook } from '../model/remote.ts';
import type { Ground, HostLook } from './look.ts';
import { prefetchWarnings, stalledIsAGuess } from './plan-prefetch.ts';

/** What the operator should know before saying yes, that no single target tells. */
export function warningsOf(action: Action, targets: readonly PlannedTarget[], ground: Ground): string[] {
  const warnings: string[] = [];
  const queues = action.kind === 'queue' || action.kind === 'align';
  const toDo = new Map<HostId, PlannedTarget[]>();
  const down = new Set<string>();
  for (const target of targets) {
    const look = ground.host(target.hostId);
    if (look?.failure) down.add(target.hostName);
    if (target.verdict !== 'willDo') continue;
    const ofHost = toDo.get(target.hostId);
    if (ofHost) ofHost.push(target);
    else toDo.set(target.hostId, [target]);
  }
  if (down.size > 0) {
    const names = [...down].slice(0, 10).join(', ');
    warnings.push(`${plural(down.size, 'host is', 'hosts are')} down, nothing will be sent there: ${names}.`);
  }
  for (const [hostId, ofHost] of toDo) {
    const look = ground.host(hostId);
    if (!look) continue;
    if (queues && ofHost.some(({ step }) => step !== 'delete')) warnings.push(...queueWarnings(look, ofHost));
    if (action.kind === 'prefetch') warnings.push(...prefetchWarnings(look, ofHost, ground));
    if (action.kind === 'queue' && action.anew && look.capabilities?.fetch !== 'byProgram') {
      warnings.push(stalledIsAGuess(look.summary.name));
    }
    if (action.kind === 'prune') warnings.push(...pruneWarnings(look), ...strayWarnings(look, ground.disk(hostId)));
  }
  if (queues) {
    const queued = [...toDo].filter(([, ofHost]) => ofHost.some(({ step }) => step !== 'delete'));
    warnings.push(
      ...catalogueWarnings(
        queued.map(([hostId]) => hostId),
        ground,
      ),
    );
  }
  return warnings;
}

const deadWorker = 'its fetch worker has probably died';

function queueWarnings(look: HostLook, targets: readonly PlannedTarget[]): string[] {
  const warnings: string[] = [];
  const { name, limitBytes } = look.summary;
  let held = 0;
  for (const image of look.cached.values()) held += image.sizeBytes;
  for (const { expected, step } of targets) held += (step === 'delete' ? -1 : 1) * (expected?.bytes ?? 0);
  if (limitBytes !== null && held > limitBytes) {
    warnings.push(
      `${name} would be ${formatSize(held - limitBytes)} over its stated limit of ${formatSize(limitBytes)}.`,
    );
  }
  if (look.capabilities?.fetch === 'periodic') {
    warnings.push(`${name} only queues: a job of its own fetches what is queued, by default every 5 minutes.`);
  }
  if (look.capabilities?.fetch === 'byProgram') {
    warnings.push(`${name} only queues: nothing is fetched until glance-cache-prefetcher is run on it.`);
  }
  const stalled = [...look.queued.values()].filter((image) => image.stalled !== null).length;
  if (stalled > 0 && look.capabilities?.fetch !== 'byProgram') {
    const dead = look.capabilities?.fetch === 'periodic' ? 'its own job does probably not run' : deadWorker;
    warnings.push(
      `${name} has ${plural(stalled, 'stalled image')} in its queue: ${dead}, and what is queued now may not be fetched ` +
        'until the service is restarted.',
    );
  }
  return warnings;
}

/** The signs of trap 4 (glance-cache-api): over its limit although a prune returned, or far over all records. */
function pruneWarnings(look: HostLook): string[] {
  const { prune, summary } = look;
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
  if (limit !== null && look.images.odd.length > 0) {
    return [`${summary.name} lists records that are not what they should be: its prune may not find what it expects.`];
  }
  return [];
}

/** The sign of trap 4 that only the disk tells. */
function strayWarnings({ summary, cached }: HostLook, disk: DiskLook | undefined): string[] {
  if (!disk || 'failure' in disk) return [];
  const { withoutRecord } = diskDifference(disk.listing, [...cached.values()]);
  if (withoutRecord.length === 0) return [];
  const bytes = withoutRecord.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [
    `${summary.name} has ${plural(withoutRecord.length, 'file')} without a record in its cache directory ` +
      `(${formatSize(bytes)}): a prune counts them and cannot remove them, so more images go in their place.`,
  ];
}

function catalogueWarnings(hostIds: readonly HostId[], ground: Ground): string[] {
  const clouds = new Set(hostIds.flatMap((hostId) => ground.host(hostId)?.summary.cloudId ?? []));
  const unread = [...clouds].filter((cloudId) => {
    const catalogue = ground.catalogue(cloudId);
    return !catalogue.read || catalogue.failure !== null;
  });
  if (unread.length === 0) return [];
  return ['The image catalogue could not be read anew: whether each image is there and active, the host will tell.'];
}
