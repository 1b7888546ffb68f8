import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { ReturnWatch } from '../../fleet/delete-watch.ts';
import { formatDuration } from '../../lib/text.ts';
import { indexImages, isListReadable } from '../model/image-index.ts';
import { type Account, deedOf, type Entry } from '../model/operation-run.ts';
import type { Crew, Follow, Runner } from './crew.ts';
import { tryRelist } from './look-again.ts';
import { againOrFailed, answered, send } from './send.ts';
import { repeatable } from './trouble.ts';

/** Deletes images from caches and queues. What is gone already is done, and says so. */
export function deleteRunner(crew: Crew, account: Account, follow: Follow): Runner {
  /** Targets of which a request got no answer, and may have been done. */
  const lost = new Set<Entry>();

  /** Only what a host listed a moment ago may be taken for gone unasked; it may be down, or never read since the start. */
  function isListedNow(summary: HostSummary, { takenAt }: HostImages): boolean {
    const isFresh = takenAt !== null && crew.clock.now() - takenAt < crew.bounds().planFresh;
    return isFresh && summary.state === 'reachable' && isListReadable(summary);
  }

  return {
    work: () => 'request',
    async send(entry) {
      const imageId = entry.imageId ?? '';
      const access = crew.access(entry.hostId);
      const images = access.images();
      const seen = indexImages(images);
      const cached = seen.cached.get(imageId);
      const queued = seen.queued.get(imageId);
      if (!cached && !queued && entry.tries === 0 && isListedNow(access.summary(), images)) {
        account.set(entry, 'alreadyDone', { text: 'It was gone when its turn came.', actual: { images: 0, bytes: 0 } });
        return undefined;
      }
      const sent = await send(crew, account, entry, (host, capabilities, signal) =>
        host.delete(capabilities, imageId, signal),
      );
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) {
        if (sent.trouble === 'lost') lost.add(entry);
        return againOrFailed(crew, account, entry, sent, repeatable);
      }
      const freed = { images: 1, bytes: cached?.sizeBytes ?? entry.expected?.bytes ?? 0 };
      answered(account, entry.hostId);
      access.report({ kind: 'deleted', imageIds: [imageId] });
      if (sent.answer.wasThere === false) {
        // A try before this one, whose answer was lost, may have done it: then it was this operation after all.
        const ours = lost.has(entry);
        account.set(entry, ours ? 'done' : 'alreadyDone', {
          text: ours ? 'Gone: an earlier try, whose answer was lost, has done it.' : 'The host says that it was gone.',
          actual: ours ? freed : { images: 0, bytes: 0 },
        });
        return undefined;
      }
      const watch = queued && access.state.dequeued([queued]);
      if (watch) watchForReturn(entry, watch, freed.bytes);
      else account.set(entry, 'done', { actual: freed });
      return undefined;
    },

    async hostDone(hostId) {
      const deleted = account
        .ofHost(hostId)
        .filter((entry) => entry.state === 'done' && entry.imageId !== null && deedOf(account, entry) !== 'queue');
      if (deleted.length === 0 || crew.stopping.aborted) return;
      // The host answered each delete; that it does not list now is told on its own row.
      const seen = await tryRelist(crew, hostId);
      for (const entry of deleted) {
        if (!seen?.cached.has(entry.imageId ?? '')) continue;
        account.set(entry, 'failed', { text: 'The host said that it was deleted, and lists it as cached again.' });
      }
    },
  };

  function watchForReturn(entry: Entry, watch: ReturnWatch, freed: number): void {
    account.set(entry, 'following', { text: 'Deleted from the queue; if it was being fetched, it comes back.' });
    follow(entry, (seen, now) => {
      if (!watch.isOver(seen?.cached, now)) return false;
      if (watch.returned(seen?.cached).length > 0) {
        account.set(entry, 'failed', {
          text: 'It came back: the host was fetching it, and that fetch has ended. Delete it again now.',
        });
      } else {
        account.set(entry, 'done', {
          text: `Deleted from the queue; not come back in ${formatDuration(now - watch.startedAt)}.`,
          actual: { images: 1, bytes: freed },
        });
      }
      return true;
    });
  }
}
