import type { Capabilities } from '../../contract/hosts.ts';
import type { ImageId, QueuedImage } from '../../contract/images.ts';
import type { PlannedTarget } from '../../contract/operations.ts';
import { unaddressable } from '../addressable.ts';
import type { Seen } from '../model/seen.ts';
import { type CatalogueLook, clip, type HostLook } from './look.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated' | 'rung'>;
type Fetch = Capabilities['fetch'] | undefined;

const nothing = { images: 0, bytes: 0 };

/** What reading one queued image through its host would do. Never one that the host itself may be fetching: trap 3. */
export function judgeRead(look: HostLook, catalogue: CatalogueLook, imageId: ImageId): Verdict {
  if (look.cached.has(imageId)) return already('Cached already.');
  const queued = look.queued.get(imageId);
  if (!queued) return already('It is not queued any more.');
  if (look.asking.has(imageId)) return already('A running operation queues or reads it already.');
  const fetch = look.capabilities?.fetch;
  const living = whyLiving(fetch, queued);
  if (living) return fetch === 'atOnce' ? already(living) : refuse(living);
  const cannot = look.capabilities && unaddressable(imageId, look.capabilities);
  if (cannot) return refuse(cannot);
  const known = catalogue.images.get(imageId);
  if (queued.standing === 'orphan' && !known) {
    return refuse('Glance has no such image any more, so there is nothing to read. Delete it from the queue.');
  }
  const status = known?.status ?? queued.description?.status;
  if (status !== undefined && status !== 'active') {
    return refuse(`Its status is “${status}”: Glance caches active images only.`);
  }
  const sizeBytes = known?.sizeBytes ?? queued.description?.catalogueSizeBytes ?? null;
  return {
    verdict: 'willDo',
    reason: null,
    expected: { images: 1, bytes: sizeBytes ?? 0 },
    estimated: sizeBytes === null,
    rung: 'read',
  };
}

/** Whether a host may be fetching, or be about to fetch, what is queued there. */
export function mayBeFetchedThere({ capabilities, queued }: Pick<HostLook, 'capabilities' | 'queued'>, id: ImageId) {
  return whyLiving(capabilities?.fetch, queued.get(id)) !== undefined;
}

/** Why an image must not be read now: the host may be fetching it, and both would write one file. */
export function whyNotRead(fetch: Fetch, { queued }: Pick<Seen, 'queued'>, imageId: ImageId): string | undefined {
  return whyLiving(fetch, queued.get(imageId));
}

function whyLiving(fetch: Fetch, image: QueuedImage | undefined): string | undefined {
  if (!image || image.stalled !== null || fetch === 'byProgram') return undefined;
  if (fetch === 'periodic') {
    return (
      'A job of the host’s own fetches it, by default within 5 minutes: read at the same time, both would write one ' +
      'file. It can be read once it counts as stalled.'
    );
  }
  return 'The host fetches it at once by itself, and it is not stalled.';
}

function already(reason: string): Verdict {
  return { verdict: 'alreadyDone', reason, expected: nothing, estimated: false, rung: null };
}

function refuse(reason: string): Verdict {
  return { verdict: 'refused', reason: clip(reason), expected: null, estimated: false, rung: null };
}
