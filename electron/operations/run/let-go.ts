import { ExpectedFailure } from '../../contract/failure.ts';
import { type ImageIndex, indexImages } from '../model/image-index.ts';
import { type Account, deedOf, type Entry } from '../model/operation-run.ts';
import type { Crew } from './crew.ts';

/**
 * Says of a target whose host has accepted it how it stands when its operation is cancelled: nothing takes it back, and
 * nobody follows it any more.
 */
export function letGo(crew: Crew, account: Account, entry: Entry): void {
  const back = lastSeen(crew, entry)?.cached.get(entry.imageId ?? '');
  if (entry.state === 'unknown') {
    const text = 'No answer; cancelled before it was seen whether it arrived.';
    account.set(entry, 'unknown', { text, failure: entry.failure });
  } else if (entry.rung === 'read') {
    const text = 'All of it was read. Cancelled before it was seen whether the host has cached it.';
    if (back) account.set(entry, 'done', { text: null, actual: { images: 1, bytes: back.sizeBytes } });
    else account.set(entry, 'cancelled', { text });
  } else if (deedOf(account, entry) !== 'queue') {
    if (back) {
      account.set(entry, 'failed', { text: 'It came back: the host was fetching it, and that fetch has ended.' });
      return;
    }
    const actual = entry.actual ?? entry.expected;
    const text = 'Taken out. Cancelled before it could be seen whether a fetch brings something back.';
    account.set(entry, 'done', { text, actual });
  } else if (back) {
    account.set(entry, 'done', { actual: { images: 1, bytes: back.sizeBytes } });
  } else {
    const text =
      'The host had accepted it, and fetches it in its own time: cancelled, so it is not followed any more. Delete it ' +
      'from the queue to take it back.';
    account.set(entry, 'cancelled', { text });
  }
}

/** What the host last listed; `undefined` when the console does not have it any more. */
function lastSeen(crew: Crew, { hostId }: Entry): ImageIndex | undefined {
  try {
    return indexImages(crew.access(hostId).images());
  } catch (error) {
    if (error instanceof ExpectedFailure) return undefined;
    throw error;
  }
}
