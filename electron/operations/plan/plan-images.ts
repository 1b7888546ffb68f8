import type { ImageId } from '../../contract/images.ts';
import type { PlannedTarget } from '../../contract/operations.ts';
import { unaddressable } from '../addressable.ts';
import { listTells } from '../model/list.ts';
import { type CatalogueLook, type HostLook, refusal } from './look.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated'>;

const nothing = { images: 0, bytes: 0 };

/** Why a queued image is not queued anew (glance-cache-api, trap 3). */
export const mayBeFetched =
  'It is queued and not stalled: it may be being fetched, and a second request would make two fetches write one file.';

/** What queueing one image on one host would do. It never asks twice for one image: trap 3 of glance-cache-api. */
export function judgeQueue(
  look: HostLook,
  catalogue: CatalogueLook,
  imageId: ImageId,
  now: number,
  anew = false,
): Verdict {
  const refused = refusal(look, 'queue');
  if (refused) return refuse(refused);
  const cannot = look.capabilities && unaddressable(imageId, look.capabilities);
  if (cannot) return refuse(cannot);
  if (!listTells(look.summary)) {
    return refuse('The host lists null: it cannot read its own cache database, so it cannot be seen what it has.');
  }
  if (look.cached.has(imageId)) return already('Cached already.');
  const queued = look.queued.get(imageId);
  if (queued && !anew) return already('Queued already, or being fetched.');
  if (queued && queued.stalled === null) return refuse(mayBeFetched);
  if (look.asking.has(imageId)) return already('A running operation queues or reads it already.');
  if ((look.dequeued.get(imageId) ?? 0) > now) {
    return refuse(
      'It was taken out of the queue a moment ago, and the host may still be fetching it: a second request would make ' +
        'two fetches write one file. Wait until it appears as cached, or a few minutes.',
    );
  }
  const image = catalogue.images.get(imageId);
  if (!image) {
    if (catalogue.read && !catalogue.failure) {
      return refuse('Not in the image catalogue: Glance has no such image, or this login may not see it.');
    }
    // Only the cache API looks an id up: the legacy middleware queues whatever it is given, for good.
    if (look.capabilities?.dialect === 'legacy') {
      return refuse('The image catalogue could not be read, and this host would queue any id unchecked.');
    }
    return { verdict: 'willDo', reason: null, expected: null, estimated: true };
  }
  if (image.status !== 'active') {
    return refuse(`Its status is “${image.status}”: Glance caches active images only.`.slice(0, 1_000));
  }
  return {
    verdict: 'willDo',
    reason: queued ? 'Stalled: taken out of the queue, then queued anew.' : null,
    expected: { images: 1, bytes: image.sizeBytes ?? 0 },
    estimated: image.sizeBytes === null,
  };
}

/** What deleting one image from one host's cache and queue would do. */
export function judgeDelete(look: HostLook, imageId: ImageId): Verdict {
  const refused = refusal(look, 'delete');
  if (refused) return refuse(refused);
  const cached = look.cached.get(imageId);
  const queued = look.queued.get(imageId);
  const cannot = look.capabilities && unaddressable(imageId, look.capabilities);
  if (cannot) return refuse(cannot);
  if (!cached && !queued) {
    if (listTells(look.summary)) return already('Neither cached nor queued.');
    return {
      verdict: 'willDo',
      reason: 'The host lists null: whether it is there, only it knows.',
      expected: null,
      estimated: true,
    };
  }
  return {
    verdict: 'willDo',
    reason: queued ? 'Queued: if the host is fetching it, it comes back when the fetch ends.' : null,
    expected: { images: 1, bytes: cached?.sizeBytes ?? 0 },
    estimated: false,
  };
}

function refuse(reason: string): Verdict {
  return { verdict: 'refused', reason, expected: null, estimated: false };
}

function already(reason: string): Verdict {
  return { verdict: 'alreadyDone', reason, expected: nothing, estimated: false };
}
