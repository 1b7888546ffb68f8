import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { formatSize } from '../../contract/units.ts';
import { delay } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';
import { readConflict } from '../model/fetch-conflicts.ts';
import { type ImageIndex, relist } from '../model/image-index.ts';
import { readNotCached } from '../model/operation-texts.ts';
import { readRateOf } from '../model/recorded-operation.ts';
import type { TargetRun } from '../model/target-run.ts';
import { imageLabel } from './fetch-follower.ts';
import { tryRelist } from './look-again.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';
import { idempotentRetries, noteAnswer, retryClassOf, retryOrFail, sendTarget } from './send-target.ts';

const nothing = { images: 0, bytes: 0 };

/**
 * Warms a host's cache by reading: each queued image is downloaded through the host, one after another, and thrown away.
 * Each is read on the word of a list read just before, never while the host may be fetching it itself (docs/glance-cache-api.md,
 * trap 3), and is done only when the host lists it as cached.
 */
export function readRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const throttles = new Map<HostId, Throttle>();

  return {
    jobKind: () => 'read',
    async send(target) {
      let seen: ImageIndex;
      try {
        seen = await relist(context.access(target.hostId), context.stopping);
      } catch (error) {
        if (context.stopping.aborted) return undefined;
        if (!(error instanceof ExpectedFailure)) throw error;
        target.tries += 1;
        const retryClass = retryClassOf(error.failure);
        const unsent = {
          failure: error.failure,
          retryClass: retryClass === 'lost' ? ('notSent' as const) : retryClass,
        };
        return retryOrFail(context, run, target, unsent, idempotentRetries);
      }
      if (context.stopping.aborted || settledBefore(target, seen)) return undefined;
      return read(target, seen);
    },
  };

  async function read(target: TargetRun, seen: ImageIndex): Promise<number | undefined> {
    const imageId = target.imageId ?? '';
    const listed = seen.queued.get(imageId)?.description?.catalogueSizeBytes ?? null;
    const sizeBytes = listed ?? (target.expected && target.expected.bytes > 0 ? target.expected.bytes : null);
    const throttle = throttleOf(target.hostId);
    const cancel = context.cancelSignals.add(run.id);
    let bytes = 0;
    try {
      context.access(target.hostId).report({ kind: 'read', imageIds: [imageId] });
      const sent = await sendTarget(context, run, target, (host, _, stopping) => {
        const signal = AbortSignal.any([stopping, cancel.signal]);
        const taken = (sum: number, announced: number | null) => {
          const news = sum - bytes;
          bytes = sum;
          run.setProgress(target, { bytes, of: announced ?? sizeBytes });
          context.notifyProgress(run);
          return throttle.took(news, signal);
        };
        return host.readImage(imageId, { sizeBytes, taken }, signal);
      });
      if (sent === 'stopped') return undefined;
      if ('answer' in sent) {
        noteAnswer(run, target.hostId);
        await confirmCached(target, sent.answer);
        return undefined;
      }
      if (cancel.signal.aborted) {
        run.setTarget(target, 'cancelled', { text: cancelledText(bytes, sizeBytes) });
        return undefined;
      }
      // Broken off in the middle: each new try would read all of it anew, and damaged data stays damaged.
      if (bytes > 0) {
        run.setTarget(target, 'failed', { failure: interruptedDownload(sent.failure, bytes) });
        return undefined;
      }
      return retryOrFail(context, run, target, sent, idempotentRetries);
    } finally {
      cancel.close();
    }
  }

  /** The host caches with the last byte, or a moment later. */
  async function confirmCached(target: TargetRun, bytes: number): Promise<void> {
    const imageId = target.imageId ?? '';
    const begun = context.clock.now();
    const size = formatSize(bytes);
    const look = (seen: ImageIndex | undefined, now: number): boolean => {
      const cached = seen?.cached.get(imageId);
      const queued = seen?.queued.has(imageId) === true;
      const late = now - begun > context.access(target.hostId).state.timings.vanishAfter;
      if (cached && (!queued || late)) {
        const text = `All ${size} read; the host has it cached now${queued ? ', and lists it as queued still' : ''}.`;
        run.setTarget(target, 'done', { text, actual: { images: 1, bytes: cached.sizeBytes } });
        return true;
      }
      if (!late) return false;
      const text = seen ? null : 'The host has not told since what it has cached.';
      run.setTarget(target, 'failed', { failure: readNotCached(target.hostName, imageLabel(target), size), text });
      return true;
    };
    run.setTarget(target, 'following', { text: `All ${size} read; looking whether the host has cached it.` });
    if (!look(await tryRelist(context, target.hostId), context.clock.now())) follow(target, look);
  }

  function settledBefore(target: TargetRun, seen: ImageIndex): boolean {
    const imageId = target.imageId ?? '';
    const { hostId, hostName } = target;
    if (run.state === 'cancelling') {
      run.setTarget(target, 'cancelled', { text: 'Cancelled before it was read.' });
    } else if (seen.cached.has(imageId)) {
      run.setTarget(target, 'alreadyDone', { text: 'It was cached when its turn came.', actual: nothing });
    } else if (!seen.queued.has(imageId)) {
      run.setTarget(target, 'alreadyDone', { text: 'It was not queued any more when its turn came.', actual: nothing });
    } else if (context.requestedByOthers(run, hostId).has(imageId)) {
      run.setTarget(target, 'alreadyDone', { text: 'Another operation has asked for it.', actual: nothing });
    } else if (context.access(hostId).state.programs.has('prefetcher')) {
      run.setTarget(target, 'refused', { text: `The prefetcher of ${hostName} is run by another operation.` });
    } else {
      const conflict = readConflict(context.access(hostId).summary().capabilities?.fetch, seen, imageId);
      if (!conflict) return false;
      run.setTarget(target, 'refused', { text: conflict });
    }
    return true;
  }

  /** One for all that this operation reads at a host: its rate goes on from image to image. */
  function throttleOf(hostId: HostId): Throttle {
    const known = throttles.get(hostId) ?? new Throttle(context.clock, readRateOf(run.detail));
    throttles.set(hostId, known);
    return known;
  }
}

function cancelledText(bytes: number, of: number | null): string {
  const read = of === null ? formatSize(bytes) : `${formatSize(bytes)} of ${formatSize(of)}`;
  return `Cancelled after ${read}. It stays queued; what the host has of it is no use, and a clean removes it.`;
}

function interruptedDownload(failure: Failure, bytes: number): Failure {
  return { ...failure, message: `After ${formatSize(bytes)}: ${failure.message}`.slice(0, 2_000) };
}

/** What may come at once before it is held back, as milliseconds at the full rate; shorter pauses would only cost time. */
const burst = 100;

/** Holds back what comes faster than so many bytes a second, on average; null lets everything pass. */
export class Throttle {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number | null;
  /** When all that came was due at the rate. */
  #due = 0;

  constructor(clock: Clock, bytesPerSecond: number | null) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** So many bytes have come: resolves when more may come, or at once when the signal says so. */
  async took(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === null) return;
    const now = this.#clock.now();
    this.#due = Math.max(this.#due, now) + (bytes / this.#bytesPerSecond) * 1_000;
    if (this.#due - now > burst) await delay(this.#clock, this.#due - now, signal);
  }
}
