import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { formatSize } from '../../contract/units.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { relist } from '../model/image-index.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import type { Crew, Follow, Runner } from './crew.ts';
import { deleteRunner } from './run-delete.ts';
import { againOrFailed } from './send.ts';
import { repeatable, troubleOf } from './trouble.ts';

const nothing = { images: 0, bytes: 0 };

/**
 * Prunes by deleting the images that the plan showed, and no other. Each goes on the word of a list read just before: one
 * that was accessed meanwhile is left, and so is the rest once the host is within its stated limit.
 */
export function pruneByDeleteRunner(crew: Crew, account: Account, follow: Follow): Runner {
  const deletes = deleteRunner(crew, account, follow);
  const lists = new Map<HostId, { seen: Promise<ImageIndex>; at: number }>();

  return {
    ...deletes,
    async send(entry) {
      let seen: ImageIndex;
      try {
        seen = await listed(entry.hostId);
      } catch (error) {
        lists.delete(entry.hostId);
        if (crew.stopping.aborted) return undefined;
        if (!(error instanceof ExpectedFailure)) throw error;
        entry.tries += 1;
        const trouble = troubleOf(error.failure);
        const unsent = { failure: error.failure, trouble: trouble === 'lost' ? ('notSent' as const) : trouble };
        return againOrFailed(crew, account, entry, unsent, repeatable);
      }
      if (crew.stopping.aborted || settledBefore(entry, seen)) return undefined;
      return deletes.send(entry);
    },
  };

  /** The host's list, no older than a request may rest on. Those that wait for one share it. */
  function listed(hostId: HostId): Promise<ImageIndex> {
    const now = crew.clock.now();
    const known = lists.get(hostId);
    if (known && now - known.at < crew.bounds().listFresh) return known.seen;
    const seen = relist(crew.access(hostId), crew.stopping);
    lists.set(hostId, { seen, at: now });
    return seen;
  }

  function settledBefore(entry: Entry, seen: ImageIndex): boolean {
    const cached = seen.cached.get(entry.imageId ?? '');
    if (!cached && entry.tries === 0) {
      account.set(entry, 'alreadyDone', { text: 'It was gone when its turn came.', actual: nothing });
      return true;
    }
    if (cached && cached.lastAccessed !== entry.plannedAccess) {
      account.set(entry, 'refused', {
        text: 'Left: it was accessed since the plan was made. The host frees that much less; prune again for the rest.',
      });
      return true;
    }
    const { limitBytes } = crew.access(entry.hostId).summary();
    if (cached && limitBytes !== null && held(entry.hostId, seen) <= limitBytes) {
      const text = `Left: the host is within its stated limit of ${formatSize(limitBytes)} without it by now.`;
      account.set(entry, 'alreadyDone', { text, actual: nothing });
      return true;
    }
    return false;
  }

  /** Bytes cached there, without those that this operation has deleted since, or is deleting. */
  function held(hostId: HostId, seen: ImageIndex): number {
    const going = new Set(
      account.ofHost(hostId).flatMap(({ imageId, state }) => (leaves.has(state) && imageId !== null ? [imageId] : [])),
    );
    let bytes = 0;
    for (const image of seen.cached.values()) if (!going.has(image.imageId)) bytes += image.sizeBytes;
    return bytes;
  }
}

const leaves: ReadonlySet<Entry['state']> = new Set(['sent', 'following', 'done']);
