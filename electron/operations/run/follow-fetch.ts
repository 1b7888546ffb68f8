import type { Failure } from '../../contract/failure.ts';
import { formatDuration } from '../../lib/text.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { type Account, deedOf, type Entry } from '../model/operation-run.ts';
import { notFetched } from '../model/operation-texts.ts';
import type { Crew, Follow } from './crew.ts';

/** A target's image as the operator knows it. */
export function label(entry: Pick<Entry, 'imageId' | 'imageName'>): string {
  return entry.imageName ?? entry.imageId ?? 'the image';
}

/**
 * Follows an image that a host was asked to cache until it is cached or visibly is not: an accepted request proves
 * nothing (docs/glance-cache-api.md, trap 1). `lost` is the failure of a request of which it is not known whether it arrived.
 */
export function followFetch(crew: Crew, account: Account, entry: Entry, follow: Follow, lost?: Failure): void {
  const imageId = entry.imageId ?? '';
  const access = crew.access(entry.hostId);
  const { state } = access;
  const fetch = access.summary().capabilities?.fetch ?? 'atOnce';
  const begun = crew.clock.now();
  let missingSince: number | undefined;
  let everSeen = lost === undefined;
  let progress = begun;
  let others = ahead(account, entry);
  if (lost) account.set(entry, 'unknown', { text: 'No answer; looking whether it arrived.', failure: lost });
  else account.set(entry, 'following', { text: acceptedText(fetch) });

  follow(entry, (seen, now) => {
    const cached = seen?.cached.get(imageId);
    if (cached) {
      account.set(entry, 'done', { text: null, actual: { images: 1, bytes: cached.sizeBytes } });
      return true;
    }
    const left = ahead(account, entry);
    if (left.count < others.count) progress = now;
    others = left;
    if (seen?.queued.has(imageId)) {
      missingSince = undefined;
      if (!everSeen) account.set(entry, 'following', { text: acceptedText(fetch) });
      everSeen = true;
      return queuedStill(seen, now);
    }
    // In neither list: between the two for a moment, not arrived yet, or taken out by somebody. Counted from the first
    // such look, not from the last sight of it: the console may have slept in between.
    const { vanishAfter, fetchPatience } = state.timings;
    if (seen) missingSince ??= now;
    if (seen && everSeen && now - (missingSince ?? now) > vanishAfter) {
      const text = 'It left the queue without being cached: somebody took it out, or the fetch failed.';
      account.set(entry, 'failed', { text });
      return true;
    }
    if (seen && !everSeen && now - begun > fetchPatience) {
      const text = 'Not seen queued or cached since. It was not sent again: two fetches would write one file.';
      account.set(entry, 'failed', { text, failure: lost ?? null });
      return true;
    }
    const bytes = others.bytes + (entry.expected?.bytes ?? 0);
    if (!seen && now - Math.max(begun, progress) > state.longestWait(fetch, bytes)) {
      const since = 'the host has not answered since, so what came of it is not known.';
      if (everSeen) account.set(entry, 'following', { text: `Accepted; ${since}` });
      else account.set(entry, 'unknown', { text: `No answer; ${since}`, failure: lost ?? null });
      return true;
    }
    return false;
  });

  function queuedStill(seen: ImageIndex, now: number): boolean {
    if (fetch === 'byProgram') {
      const text = 'Queued. This host fetches nothing by itself: glance-cache-prefetcher has to be run on it.';
      account.set(entry, 'done', { text, actual: { images: 0, bytes: 0 } });
      return true;
    }
    const waited = now - begun;
    if ((seen.queued.get(imageId)?.stalled ?? null) === null) return false;
    if (fetch === 'atOnce') {
      account.set(entry, 'failed', { failure: notFetched(entry.hostName, label(entry), waited) });
    } else {
      const text =
        `Accepted and queued, not cached in ${formatDuration(waited)}. The host’s own job fetches it, by default every 5 ` +
        'minutes; should it stay queued, look into that host’s log.';
      account.set(entry, 'following', { text });
    }
    return true;
  }
}

/** What this operation follows at the host beside this image: one API process fetches one after another. */
function ahead(account: Account, entry: Entry): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const other of account.ofHost(entry.hostId)) {
    if (other === entry || other.state !== 'following' || deedOf(account, other) !== 'queue') continue;
    count += 1;
    bytes += other.expected?.bytes ?? 0;
  }
  return { count, bytes };
}

function acceptedText(fetch: 'atOnce' | 'periodic' | 'byProgram'): string {
  switch (fetch) {
    case 'atOnce':
      return 'Accepted; being fetched, or waiting for its turn.';
    case 'periodic':
      return 'Accepted; the host’s own job will fetch it, by default within 5 minutes.';
    case 'byProgram':
      return 'Accepted; looking for it in the queue.';
  }
}
