import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { formatSize } from '../../contract/units.ts';
import { readConflict } from '../model/fetch-conflicts.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { relist } from '../model/image-index.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import { readNotCached } from '../model/operation-texts.ts';
import { readRateOf } from '../model/recorded-operation.ts';
import type { Crew, Follow, Runner } from './crew.ts';
import { label } from './follow-fetch.ts';
import { tryRelist } from './look-again.ts';
import { againOrFailed, answered, send } from './send.ts';
import { Throttle } from './throttle.ts';
import { repeatable, troubleOf } from './trouble.ts';

const nothing = { images: 0, bytes: 0 };

/**
 * Warms a host's cache by reading: each queued image is downloaded through the host, one after another, and thrown away.
 * Each is read on the word of a list read just before, never while the host may be fetching it itself (docs/glance-cache-api.md,
 * trap 3), and is done only when the host lists it as cached.
 */
export function readRunner(crew: Crew, account: Account, follow: Follow): Runner {
  const throttles = new Map<HostId, Throttle>();

  return {
    work: () => 'read',
    async send(entry) {
      let seen: ImageIndex;
      try {
        seen = await relist(crew.access(entry.hostId), crew.stopping);
      } catch (error) {
        if (crew.stopping.aborted) return undefined;
        if (!(error instanceof ExpectedFailure)) throw error;
        entry.tries += 1;
        const trouble = troubleOf(error.failure);
        const unsent = { failure: error.failure, trouble: trouble === 'lost' ? ('notSent' as const) : trouble };
        return againOrFailed(crew, account, entry, unsent, repeatable);
      }
      if (crew.stopping.aborted || settledBefore(entry, seen)) return undefined;
      return read(entry, seen);
    },
  };

  async function read(entry: Entry, seen: ImageIndex): Promise<number | undefined> {
    const imageId = entry.imageId ?? '';
    const listed = seen.queued.get(imageId)?.description?.catalogueSizeBytes ?? null;
    const sizeBytes = listed ?? (entry.expected && entry.expected.bytes > 0 ? entry.expected.bytes : null);
    const throttle = throttleOf(entry.hostId);
    const cancel = crew.cancels.open(account.id);
    let bytes = 0;
    try {
      crew.access(entry.hostId).report({ kind: 'read', imageIds: [imageId] });
      const sent = await send(crew, account, entry, (host, _, stopping) => {
        const signal = AbortSignal.any([stopping, cancel.signal]);
        const taken = (sum: number, announced: number | null) => {
          const news = sum - bytes;
          bytes = sum;
          account.advance(entry, { bytes, of: announced ?? sizeBytes });
          crew.stir(account);
          return throttle.took(news, signal);
        };
        return host.readImage(imageId, { sizeBytes, taken }, signal);
      });
      if (sent === 'stopped') return undefined;
      if ('answer' in sent) {
        answered(account, entry.hostId);
        await lookWhetherCached(entry, sent.answer);
        return undefined;
      }
      if (cancel.signal.aborted) {
        account.set(entry, 'cancelled', { text: cancelledText(bytes, sizeBytes) });
        return undefined;
      }
      // Broken off in the middle: each new try would read all of it anew, and damaged data stays damaged.
      if (bytes > 0) {
        account.set(entry, 'failed', { failure: brokenOff(sent.failure, bytes) });
        return undefined;
      }
      return againOrFailed(crew, account, entry, sent, repeatable);
    } finally {
      cancel.close();
    }
  }

  /** The host caches with the last byte, or a moment later. */
  async function lookWhetherCached(entry: Entry, bytes: number): Promise<void> {
    const imageId = entry.imageId ?? '';
    const begun = crew.clock.now();
    const size = formatSize(bytes);
    const look = (seen: ImageIndex | undefined, now: number): boolean => {
      const cached = seen?.cached.get(imageId);
      const queued = seen?.queued.has(imageId) === true;
      const late = now - begun > crew.access(entry.hostId).state.timings.vanishAfter;
      if (cached && (!queued || late)) {
        const text = `All ${size} read; the host has it cached now${queued ? ', and lists it as queued still' : ''}.`;
        account.set(entry, 'done', { text, actual: { images: 1, bytes: cached.sizeBytes } });
        return true;
      }
      if (!late) return false;
      const text = seen ? null : 'The host has not told since what it has cached.';
      account.set(entry, 'failed', { failure: readNotCached(entry.hostName, label(entry), size), text });
      return true;
    };
    account.set(entry, 'following', { text: `All ${size} read; looking whether the host has cached it.` });
    if (!look(await tryRelist(crew, entry.hostId), crew.clock.now())) follow(entry, look);
  }

  function settledBefore(entry: Entry, seen: ImageIndex): boolean {
    const imageId = entry.imageId ?? '';
    const { hostId, hostName } = entry;
    if (account.state === 'cancelling') {
      account.set(entry, 'cancelled', { text: 'Cancelled before it was read.' });
    } else if (seen.cached.has(imageId)) {
      account.set(entry, 'alreadyDone', { text: 'It was cached when its turn came.', actual: nothing });
    } else if (!seen.queued.has(imageId)) {
      account.set(entry, 'alreadyDone', { text: 'It was not queued any more when its turn came.', actual: nothing });
    } else if (crew.askedByOthers(account, hostId).has(imageId)) {
      account.set(entry, 'alreadyDone', { text: 'Another operation has asked for it.', actual: nothing });
    } else if (crew.access(hostId).state.programs.has('prefetcher')) {
      account.set(entry, 'refused', { text: `The prefetcher of ${hostName} is run by another operation.` });
    } else {
      const living = readConflict(crew.access(hostId).summary().capabilities?.fetch, seen, imageId);
      if (!living) return false;
      account.set(entry, 'refused', { text: living });
    }
    return true;
  }

  /** One for all that this operation reads at a host: its rate goes on from image to image. */
  function throttleOf(hostId: HostId): Throttle {
    const known = throttles.get(hostId) ?? new Throttle(crew.clock, readRateOf(account.what));
    throttles.set(hostId, known);
    return known;
  }
}

function cancelledText(bytes: number, of: number | null): string {
  const read = of === null ? formatSize(bytes) : `${formatSize(bytes)} of ${formatSize(of)}`;
  return `Cancelled after ${read}. It stays queued; what the host has of it is no use, and a clean removes it.`;
}

function brokenOff(failure: Failure, bytes: number): Failure {
  return { ...failure, message: `After ${formatSize(bytes)}: ${failure.message}`.slice(0, 2_000) };
}
