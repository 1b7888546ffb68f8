import type { CachedImage } from '../../contract/images.ts';
import type { Action, Amount, PlannedTarget } from '../../contract/operations.ts';
import { listTells } from '../model/list.ts';
import { type HostLook, refusal } from './look.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated'>;
type Clear = Extract<Action, { kind: 'clear' }>['what'];

/** What clearing a host's cache, queue or both would take away. */
export function judgeClear(look: HostLook, what: Clear): Verdict {
  const refused = refusal(look, 'clear');
  if (refused) return refuse(refused);
  const expected = amountOf(look, what);
  // An unreadable list or record says nothing about what is there (trap 12): then the host is asked all the same.
  const sure = look.images.odd.length === 0 && listTells(look.summary);
  if (expected.images === 0 && sure) {
    const empty = { cache: 'Nothing is cached.', queue: 'Nothing is queued.', both: 'Nothing is cached or queued.' };
    return { verdict: 'alreadyDone', reason: empty[what], expected, estimated: false };
  }
  const comesBack = what !== 'cache' && look.queued.size > 0;
  const reason = comesBack ? 'What the host is fetching at this moment comes back when its fetch ends.' : null;
  return { verdict: 'willDo', reason, expected, estimated: !sure };
}

/** How much a clear would take away, as last seen. A queue entry has no bytes. */
export function amountOf(look: Pick<HostLook, 'cached' | 'queued'>, what: Clear): Amount {
  const amount = { images: 0, bytes: 0 };
  if (what !== 'queue') {
    amount.images += look.cached.size;
    for (const image of look.cached.values()) amount.bytes += image.sizeBytes;
  }
  if (what !== 'cache') amount.images += look.queued.size;
  return amount;
}

/** The images that go until the rest is within a limit, in the order in which they go (glance-cache-api, section 5). */
export function leastRecentlyAccessed(
  cached: readonly CachedImage[],
  limitBytes: number,
  /** What the host counts, where that is known to be other than its images. */
  held = cached.reduce((sum, image) => sum + image.sizeBytes, 0),
): CachedImage[] {
  let left = held;
  const order = [...cached].sort(
    (one, other) => (one.lastAccessed ?? 0) - (other.lastAccessed ?? 0) || (one.imageId < other.imageId ? -1 : 1),
  );
  const goes: CachedImage[] = [];
  for (const image of order) {
    if (left <= limitBytes) break;
    goes.push(image);
    left -= image.sizeBytes;
  }
  return goes;
}

function refuse(reason: string): Verdict {
  return { verdict: 'refused', reason, expected: null, estimated: false };
}
