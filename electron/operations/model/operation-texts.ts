import { plural } from '../../contract/counts.ts';
import type { Failure } from '../../contract/failure.ts';
import type { Action, Amount, PlannedTarget } from '../../contract/operations.ts';
import { formatSizeSum } from '../../contract/sizes.ts';
import type { PruneLock } from '../../fleet/prune-locks.ts';
import { formatDuration } from '../../lib/duration.ts';

export function amountText(amount: Amount): string {
  return `${plural(amount.images, 'image')} (${formatSizeSum(amount)})`;
}

type Named = Pick<PlannedTarget, 'hostName' | 'imageId' | 'imageName' | 'step' | 'verdict'>;

/** The title of an operation, from its targets that need an action: `Delete 3 images from glance-01`. */
export function titleOf(action: Action, planned: readonly Named[]): string {
  const todo = planned.filter(({ verdict }) => verdict === 'willDo');
  const targets = todo.length > 0 ? todo : planned;
  const hosts = new Set(targets.map((target) => target.hostName));
  const [first = 'no host'] = hosts;
  const where = hosts.size === 1 ? first : plural(hosts.size, 'host');
  return title(action, targets, where).slice(0, 300);
}

function title(action: Action, targets: readonly Named[], where: string): string {
  switch (action.kind) {
    case 'queue':
      // Counts as the button that starts the operation does: an image that several hosts fetch is one image.
      return `${action.anew ? 'Requeue' : 'Queue'} ${images(targets, distinctImages(targets))} on ${where}`;
    case 'delete':
      return `Delete ${copies(targets)} from ${where}`;
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
        return ofStep.length > 0 ? [`${step} ${step === 'queue' ? images(ofStep) : copies(ofStep)}`] : [];
      });
      return `Sync ${where}: ${steps.join(', ')}`;
    }
  }
}

/** A number of images, or the name of the only one. */
function images(targets: readonly Named[], count = targets.length): string {
  const [first] = targets;
  if (!first || distinctImages(targets) !== 1) return plural(count, 'image');
  return (first.imageName ?? first.imageId ?? '').slice(0, 150);
}

/**
 * The deleted images: `12 copies of 3 images` if several hosts have the same image, as the button that starts it says.
 */
function copies(targets: readonly Named[]): string {
  const count = distinctImages(targets);
  return count === 1 || count === targets.length
    ? images(targets)
    : `${plural(targets.length, 'copy', 'copies')} of ${plural(count, 'image')}`;
}

function distinctImages(targets: readonly Named[]): number {
  return new Set(targets.map(({ imageId }) => imageId)).size;
}

/** Why a second prune is not sent to a host whose last one may still be running (docs/glance-cache-api.md, trap 4). */
export function hungPrune(hostName: string, { state, at }: Pick<PruneLock, 'state' | 'at'>, now: number): string {
  if (state === 'running')
    return `A prune sent to ${hostName} ${formatDuration(now - at)} ago is running. Wait until it ends.`;
  return (
    `A prune sent to ${hostName} ${formatDuration(now - at)} ago did not respond and may still be running. A second prune ` +
    'would hang behind it. Restart glance-api on that host, mark the service as restarted in the console, then prune again.'
  );
}

/** Explains a prune whose answer did not arrive within its deadline (docs/glance-cache-api.md, trap 4). */
export function pruneHung(hostName: string, cause: Failure): Failure {
  return {
    ...cause,
    message: `${hostName} did not respond to the prune request: ${cause.message}`.slice(0, 2_000),
    remedy:
      'Glance’s prune loops forever when files without a record keep the cache directory over the limit: it ' +
      'deletes every recorded image first. Remove files that are not in the list from the cache directory, restart ' +
      'glance-api (only this stops the prune), then mark the service as restarted. Until then the console sends no other prune.',
  };
}

/**
 * Explains an image that was read completely through a host and is not cached there (docs/glance-cache-api.md, section
 * 2).
 */
export function readNotCached(hostName: string, image: string, size: string): Failure {
  return {
    code: 'hostError',
    message: `${hostName} sent all ${size} of ${image} but does not list it as cached.`.slice(0, 2_000),
    remedy:
      'A download is cached only through the caching middleware. Set flavor = keystone+cachemanagement in the ' +
      '[paste_deploy] section of glance-api.conf on the host and restart glance-api. An incomplete file that an earlier ' +
      'fetch left in the cache directory also blocks caching until Clean removes it.',
  };
}

/** Explains an image that a host accepted and did not cache in time (docs/glance-cache-api.md, traps 1 and 2). */
export function notFetched(hostName: string, image: string, waited: number): Failure {
  return {
    code: 'hostError',
    message:
      `${hostName} accepted ${image} but did not cache it within ${formatDuration(waited)}. It is still queued.`.slice(
        0,
        2_000,
      ),
    remedy:
      'The fetch worker of that API process has probably died: an image with missing data or a wrong ' +
      'checksum stops it permanently. Restart glance-api on the host, delete the image from the ' +
      'queue, and queue it again. If it is still not cached, check the image data.',
  };
}
