import type { Failure } from '../../contract/failure.ts';
import type { Action, Amount, PlannedTarget } from '../../contract/operations.ts';
import { formatSizeSum } from '../../contract/units.ts';
import type { PruneLock } from '../../fleet/prune-locks.ts';
import { formatDuration, plural } from '../../lib/text.ts';

export function amountText(amount: Amount): string {
  return `${plural(amount.images, 'image')} (${formatSizeSum(amount)})`;
}

type Named = Pick<PlannedTarget, 'hostName' | 'imageName' | 'step'>;

/** What an operation is called: `Delete 3 images from glance-01`. */
export function titleOf(action: Action, targets: readonly Named[]): string {
  const hosts = new Set(targets.map((target) => target.hostName));
  const [first = 'no host'] = hosts;
  const where = hosts.size === 1 ? first : plural(hosts.size, 'host');
  return title(action, targets, where).slice(0, 300);
}

function title(action: Action, targets: readonly Named[], where: string): string {
  switch (action.kind) {
    case 'queue':
      return `Queue ${images(action.targets, targets)} on ${where}`;
    case 'delete':
      return `Delete ${images(action.targets, targets)} from ${where}`;
    case 'clear': {
      const what = { cache: 'the cache', queue: 'the queue', both: 'the cache and queue' };
      return `Clear ${what[action.what]} of ${where}`;
    }
    case 'prune':
      return `Prune ${where}`;
    case 'clean':
      return `Clean ${where}`;
    case 'prefetch':
      return `Prefetch on ${where}`;
    case 'align': {
      const steps = (['queue', 'delete'] as const).flatMap((step) => {
        const ofStep = targets.filter((target) => target.step === step);
        return ofStep.length > 0 ? [`${step} ${images(action[step], ofStep)}`] : [];
      });
      return `Bring ${where} up to date: ${steps.join(', ')}`;
    }
  }
}

function images(asked: readonly { imageId: string }[], targets: readonly { imageName: string | null }[]): string {
  const ids = new Set(asked.map((target) => target.imageId));
  if (ids.size !== 1) return plural(targets.length, 'image');
  const [id = ''] = ids;
  return (targets[0]?.imageName ?? id).slice(0, 150);
}

/** Why a second prune is not sent to a host whose last one may still be running (docs/glance-cache-api.md, trap 4). */
export function hungPrune(hostName: string, { state, at }: Pick<PruneLock, 'state' | 'at'>, now: number): string {
  if (state === 'running')
    return `A prune sent to ${hostName} ${formatDuration(now - at)} ago is running: wait until it ends.`;
  return (
    `A prune sent to ${hostName} ${formatDuration(now - at)} ago did not answer, and may be running there still: a second ` +
    'one would hang behind it. Restart the glance-api service on that host, tell the console so, then prune again.'
  );
}

/** A prune whose answer did not come within its deadline, explained (docs/glance-cache-api.md, trap 4). */
export function pruneHung(hostName: string, cause: Failure): Failure {
  return {
    ...cause,
    message: `${hostName} did not answer the prune: ${cause.message}`.slice(0, 2_000),
    remedy:
      'Glance’s own prune can loop for ever when files without a record keep its cache directory over the limit: it ' +
      'removes every record first. Look into the directory for files that the list does not have, remove them, restart ' +
      'the glance-api service (only that ends it), tell the console so. Until then no second prune is sent there.',
  };
}

/** An image that was read whole through a host and is not cached there, explained (docs/glance-cache-api.md, section 2). */
export function readNotCached(hostName: string, image: string, size: string): Failure {
  return {
    code: 'hostError',
    message: `${hostName} sent all ${size} of ${image}, and does not list it as cached.`.slice(0, 2_000),
    remedy:
      'A download fills the cache only through the caching middleware: set flavor = keystone+cachemanagement in the ' +
      '[paste_deploy] section of glance-api.conf on the host and restart glance-api. An incomplete file that an earlier ' +
      'fetch left in the cache directory keeps the image out too, until Clean removes it.',
  };
}

/** An image that a host accepted and did not cache in its time, explained (docs/glance-cache-api.md, traps 1 and 2). */
export function notFetched(hostName: string, image: string, waited: number): Failure {
  return {
    code: 'hostError',
    message:
      `${hostName} accepted ${image}, and has not cached it in ${formatDuration(waited)}: it is queued still.`.slice(
        0,
        2_000,
      ),
    remedy:
      'The fetch worker of that API process has probably died: an image whose data is missing in the store or does not ' +
      'match its checksum ends it for good. Restart the glance-api service on the host, delete the image from the ' +
      'queue, and queue it again; should it stay, look at the image’s data.',
  };
}
