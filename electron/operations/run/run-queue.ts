import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { delay } from '../../lib/abort.ts';
import { fetchMayBeRunning } from '../model/fetch-conflicts.ts';
import { type ImageIndex, indexImages, relist } from '../model/image-index.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import type { Crew, Follow, Runner } from './crew.ts';
import { followFetch, label } from './follow-fetch.ts';
import { againOrFailed, answered, send } from './send.ts';
import { onlyIfUndone, repeatable, troubleOf } from './trouble.ts';

/**
 * Queues images. Never one that the host has queued or is fetching: a second fetch of it makes two processes write one
 * file (docs/glance-cache-api.md, trap 3). So each request goes out on the word of a list read just before, and after a
 * request whose answer was lost the list is looked at instead of asking again.
 */
export function queueRunner(crew: Crew, account: Account, follow: Follow): Runner {
  const lists = new Map<HostId, { seen: ImageIndex; at: number }>();

  const runner: Runner = {
    work: () => 'queue',
    async send(entry) {
      const imageId = entry.imageId ?? '';
      let seen: ImageIndex;
      try {
        seen = await listed(entry);
      } catch (error) {
        if (crew.stopping.aborted) return undefined;
        if (!(error instanceof ExpectedFailure)) throw error;
        entry.tries += 1;
        const trouble = troubleOf(error.failure);
        const unsent = { failure: error.failure, trouble: trouble === 'lost' ? ('notSent' as const) : trouble };
        return againOrFailed(crew, account, entry, unsent, onlyIfUndone);
      }
      if (crew.stopping.aborted) return undefined;
      if (account.what === 'anew' && seen.queued.has(imageId) && !seen.cached.has(imageId)) {
        return dequeue(entry, seen);
      }
      if (settledBefore(entry, seen)) return undefined;
      const access = crew.access(entry.hostId);
      access.state.noteRequest(imageId);
      const sent = await send(crew, account, entry, (host, capabilities, signal) =>
        host.queue(capabilities, imageId, signal),
      );
      if (sent === 'stopped') return undefined;
      access.state.noteRequest(imageId);
      if ('answer' in sent) {
        answered(account, entry.hostId);
        access.report({ kind: 'queued', imageIds: [imageId] });
        followFetch(crew, account, entry, follow);
        return undefined;
      }
      lists.delete(entry.hostId);
      if (sent.trouble !== 'lost') return againOrFailed(crew, account, entry, sent, onlyIfUndone);
      // It may have arrived, or may arrive yet in a process that is busy fetching: look, do not ask again.
      followFetch(crew, account, entry, follow, sent.failure);
      return undefined;
    },
  };
  return runner;

  /** Takes what is stalled out of the queue, and has it come back here to be queued anew. Nothing that may be fetched. */
  async function dequeue(entry: Entry, seen: ImageIndex): Promise<number | undefined> {
    const imageId = entry.imageId ?? '';
    if ((seen.queued.get(imageId)?.stalled ?? null) === null) {
      account.set(entry, 'refused', { text: fetchMayBeRunning });
      return undefined;
    }
    if (crew.askedByOthers(account, entry.hostId).has(imageId)) {
      account.set(entry, 'refused', { text: 'Another operation has asked for it.' });
      return undefined;
    }
    const sent = await send(crew, account, entry, (host, capabilities, signal) =>
      host.delete(capabilities, imageId, signal),
    );
    if (sent === 'stopped') return undefined;
    lists.delete(entry.hostId);
    if ('failure' in sent) return againOrFailed(crew, account, entry, sent, repeatable);
    answered(account, entry.hostId);
    crew.access(entry.hostId).report({ kind: 'deleted', imageIds: [imageId] });
    if (account.state === 'cancelling') {
      account.set(entry, 'cancelled', { text: 'Taken out of the queue; cancelled before it was queued anew.' });
      return undefined;
    }
    entry.tries = 0;
    // Again through everything that is looked at before a request.
    return runner.send(entry);
  }

  /** The host's lists, no older than a request may rest on. */
  async function listed(entry: Entry): Promise<ImageIndex> {
    const { hostId } = entry;
    const { listFresh, secondLook } = crew.bounds();
    const known = lists.get(hostId);
    const old = !known || crew.clock.now() - known.at >= listFresh;
    const access = crew.access(hostId);
    if (!old && !access.state.requestedSince(entry.imageId ?? '', known.at)) return known.seen;
    const earlier = indexImages(access.images());
    const at = crew.clock.now();
    let seen = await relist(access, crew.stopping);
    const between = account
      .ofHost(hostId)
      .some(({ imageId, state }) => state === 'waiting' && imageId !== null && vanished(imageId, earlier, seen));
    if (between) {
      await delay(crew.clock, secondLook, crew.stopping);
      seen = await relist(access, crew.stopping);
    }
    lists.set(hostId, { seen, at });
    return seen;
  }

  function settledBefore(entry: Entry, seen: ImageIndex): boolean {
    const imageId = entry.imageId ?? '';
    const nothing = { images: 0, bytes: 0 };
    if (seen.cached.has(imageId)) {
      account.set(entry, 'alreadyDone', { text: 'It was cached when its turn came.', actual: nothing });
      return true;
    }
    if (seen.queued.has(imageId)) {
      account.set(entry, 'alreadyDone', { text: 'It was queued already when its turn came.', actual: nothing });
      return true;
    }
    if (crew.askedByOthers(account, entry.hostId).has(imageId)) {
      account.set(entry, 'alreadyDone', { text: 'Another operation has asked for it.', actual: nothing });
      return true;
    }
    if ((crew.access(entry.hostId).state.recentDequeues.get(imageId) ?? 0) > crew.clock.now()) {
      const text = `${label(entry)} was just taken out of the queue, and its fetch may still go on: not asked for again.`;
      account.set(entry, 'refused', { text });
      return true;
    }
    return false;
  }
}

/** Whether an image that was queued is in neither list, as it is for a moment when its fetch ends. */
function vanished(imageId: string, earlier: ImageIndex, seen: ImageIndex): boolean {
  return earlier.queued.has(imageId) && !seen.queued.has(imageId) && !seen.cached.has(imageId);
}
