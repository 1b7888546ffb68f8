import type { ImageId } from '../../contract/images.ts';
import { type Action, type Amount, amountOf } from '../../contract/operations.ts';
import { addressProblem } from '../../glance/image-path.ts';
import { fetchMayBeRunning } from '../model/fetch-conflicts.ts';
import { isListReadable } from '../model/image-index.ts';
import {
  abilityRefusal,
  alreadyDone,
  type CatalogueView,
  type HostView,
  isCatalogueCurrent,
  refused,
  type Verdict,
} from './host-view.ts';

/**
 * Plans to queue one image on one host. An image that may be being fetched is never requested again: two fetches would
 * write one file (docs/glance-cache-api.md, trap 3). `requeue` removes a stalled image from the queue first.
 */
export function planQueue(
  view: HostView,
  catalogue: CatalogueView,
  imageId: ImageId,
  now: number,
  requeue = false,
): Verdict {
  const unable = abilityRefusal(view, 'queue') ?? addressProblem(imageId, view.capabilities);
  if (unable) return refused(unable);
  if (!isListReadable(view.summary)) {
    return refused('The host returned null: it cannot read its cache database, so its images are unknown.');
  }
  if (view.cached.has(imageId)) return alreadyDone('Already cached.');
  const queued = view.queued.get(imageId);
  if (queued && !requeue) return alreadyDone('Already queued or being fetched.');
  if (queued && queued.stalled === null) return refused(fetchMayBeRunning);
  if ((view.dequeued.get(imageId) ?? 0) > now) {
    return refused(
      'It was just deleted from the queue, and the host may still be fetching it. A second request would make ' +
        'two fetches write the same file. Wait until it is cached, or try again in a few minutes.',
    );
  }
  const image = catalogue.images.get(imageId);
  if (!image) {
    if (isCatalogueCurrent(catalogue)) {
      return refused('Not in the image catalog: the image does not exist or is not visible to this login.');
    }
    // Only the cache API checks that the image exists. The legacy middleware queues any id, which then stays queued.
    if (view.capabilities?.dialect === 'legacy') {
      return refused('The image catalog could not be read, and this host queues any ID without a check.');
    }
    return { verdict: 'willDo', reason: null, expected: null, estimated: true };
  }
  if (image.status !== 'active') return refused(`Its status is “${image.status}”. Glance caches only active images.`);
  return {
    verdict: 'willDo',
    reason: queued ? 'Stalled: deleted from the queue, then requeued.' : null,
    expected: amountOf([image]),
    estimated: image.sizeBytes === null,
  };
}

/** Plans to delete one image from the cache and the queue of one host. */
export function planDelete(view: HostView, imageId: ImageId): Verdict {
  const unable = abilityRefusal(view, 'delete') ?? addressProblem(imageId, view.capabilities);
  if (unable) return refused(unable);
  const cached = view.cached.get(imageId);
  const queued = view.queued.get(imageId);
  if (!cached && !queued) {
    if (isListReadable(view.summary)) return alreadyDone('Not cached or queued.');
    const reason = 'The host returned null, so it is unknown whether it has this image.';
    return { verdict: 'willDo', reason, expected: null, estimated: true };
  }
  return {
    verdict: 'willDo',
    reason: queued ? 'Queued. If the host is fetching it, it is cached when the fetch ends.' : null,
    // A queue entry has no bytes.
    expected: cached ? amountOf([cached]) : { images: 1, bytes: 0 },
    estimated: cached?.sizeBytes === null,
  };
}

type ClearScope = Extract<Action, { kind: 'clear' }>['what'];

/** Plans to clear the cache, the queue or both of a host. */
export function planClear(view: HostView, scope: ClearScope): Verdict {
  const unable = abilityRefusal(view, 'clear');
  if (unable) return refused(unable);
  const expected = clearedAmount(view, scope);
  // With an unreadable list or record the content is not known (docs/glance-cache-api.md, trap 12), so the clear is sent.
  const isSure = view.images.odd.length === 0 && isListReadable(view.summary);
  if (expected.images === 0 && isSure) {
    const empty = { cache: 'Nothing is cached.', queue: 'Nothing is queued.', both: 'Nothing is cached or queued.' };
    return alreadyDone(empty[scope]);
  }
  const comesBack = scope !== 'cache' && view.queued.size > 0;
  const reason = comesBack ? 'An image that the host is fetching now is cached when the fetch ends.' : null;
  return { verdict: 'willDo', reason, expected, estimated: !isSure };
}

/** How much a clear would remove. A queue entry has no bytes. */
function clearedAmount({ cached, queued }: HostView, scope: ClearScope): Amount {
  const amount = amountOf(scope === 'queue' ? [] : cached.values());
  if (scope !== 'cache') amount.images += queued.size;
  return amount;
}
