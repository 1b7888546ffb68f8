import type { Failure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { amountOf } from '../../contract/operations.ts';
import { formatSize } from '../../contract/sizes.ts';
import { delay } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';
import { readConflict } from '../model/fetch-conflicts.ts';
import { type ImageIndex, relist } from '../model/image-index.ts';
import { readRateOf } from '../model/operation-from-plan.ts';
import { readNotCached } from '../model/operation-texts.ts';
import { noAmount, type TargetRun } from '../model/target-run.ts';
import { imageLabel } from './fetch-follower.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import { tryRelist } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';
import { idempotentRetries, noteAnswer, retryOrFail, retryUnsent, sendTarget, settleConflict } from './send-target.ts';

/**
 * Warms the cache of a host by reading: each queued image is downloaded through the host, one after another, and discarded.
 * Each read relies on a list read just before, never while the host may be fetching the image itself (docs/glance-cache-api.md,
 * trap 3), and counts as done only when the host lists the image as cached.
 */
export function readRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const throttles = new Map<HostId, Throttle>();

  return {
    jobKind: () => 'read',
    async send(target) {
      if (settleConflict(context, run, target)) return undefined;
      let index: ImageIndex;
      try {
        index = await relist(context.access(target.hostId), context.stopping);
      } catch (error) {
        if (context.stopping.aborted) return undefined;
        return retryUnsent(context, run, target, error, idempotentRetries);
      }
      if (context.stopping.aborted || settleBeforeSend(target, index)) return undefined;
      return read(target, index);
    },
  };

  async function read(target: TargetRun, index: ImageIndex): Promise<number | undefined> {
    const imageId = target.imageId ?? '';
    const listedSize = index.queued.get(imageId)?.description?.catalogueSizeBytes ?? null;
    const sizeBytes = listedSize ?? (target.expected && target.expected.bytes > 0 ? target.expected.bytes : null);
    const throttle = throttleOf(target.hostId);
    const cancel = context.cancelSignals.add(run.id);
    let bytes = 0;
    try {
      context.access(target.hostId).report({ kind: 'read', imageIds: [imageId] });
      context.openTargets.noteFetch(run, target);
      const sent = await sendTarget(context, run, target, (host, _, stopping) => {
        const signal = AbortSignal.any([stopping, cancel.signal]);
        const taken = (sum: number, announced: number | null) => {
          const added = sum - bytes;
          bytes = sum;
          run.setProgress(target, { bytes, of: announced ?? sizeBytes });
          context.notifyProgress(run);
          return throttle.consume(added, signal);
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
      // Not retried: each try would read the whole image again, and damaged data stays damaged.
      if (bytes > 0) {
        run.setTarget(target, 'failed', { failure: interruptedDownload(sent.failure, bytes) });
        return undefined;
      }
      return retryOrFail(context, run, target, sent, idempotentRetries);
    } finally {
      cancel.close();
    }
  }

  /** The host lists the image as cached when the last byte is sent, or a moment later. */
  async function confirmCached(target: TargetRun, bytes: number): Promise<void> {
    const imageId = target.imageId ?? '';
    const begun = context.clock.now();
    const size = formatSize(bytes);
    const check = (index: ImageIndex | undefined, now: number): boolean => {
      const cached = index?.cached.get(imageId);
      const queued = index?.queued.has(imageId) === true;
      const late = now - begun > context.access(target.hostId).state.timings.vanishAfter;
      if (cached && (!queued || late)) {
        const text = `Downloaded all ${size}; the host has cached it${queued ? ' and still lists it as queued' : ''}.`;
        run.setTarget(target, 'done', { text, actual: amountOf([cached]) });
        return true;
      }
      if (!late) return false;
      const text = index ? null : 'The host has not listed its cached images since.';
      run.setTarget(target, 'failed', { failure: readNotCached(target.hostName, imageLabel(target), size), text });
      return true;
    };
    run.setTarget(target, 'following', { text: `Downloaded all ${size}; checking whether the host has cached it.` });
    if (!check(await tryRelist(context, target.hostId), context.clock.now())) follow(target, check);
  }

  function settleBeforeSend(target: TargetRun, index: ImageIndex): boolean {
    const imageId = target.imageId ?? '';
    const cached = index.cached.get(imageId);
    if (run.state === 'cancelling') {
      run.setTarget(target, 'cancelled', { text: 'Cancelled before the download started.' });
    } else if (cached && target.unanswered) {
      run.setTarget(target, 'done', { text: null, actual: amountOf([cached]) });
    } else if (cached) {
      run.setTarget(target, 'alreadyDone', { text: 'Already cached.', actual: noAmount() });
    } else if (!index.queued.has(imageId)) {
      run.setTarget(target, 'alreadyDone', {
        text: 'No longer queued.',
        actual: noAmount(),
      });
    } else {
      const conflict = readConflict(context.access(target.hostId).summary().capabilities?.fetch, index, imageId);
      if (!conflict) return false;
      run.setTarget(target, 'refused', { text: conflict });
    }
    return true;
  }

  /** All images that this operation reads at a host share one throttle. */
  function throttleOf(hostId: HostId): Throttle {
    const known = throttles.get(hostId) ?? new Throttle(context.clock, readRateOf(run.detail));
    throttles.set(hostId, known);
    return known;
  }
}

function cancelledText(bytes: number, of: number | null): string {
  const read = of === null ? formatSize(bytes) : `${formatSize(bytes)} of ${formatSize(of)}`;
  return `Cancelled after ${read}. It is still queued. The incomplete file is unusable; Clean removes it.`;
}

function interruptedDownload(failure: Failure, bytes: number): Failure {
  return { ...failure, message: `After ${formatSize(bytes)}: ${failure.message}`.slice(0, 2_000) };
}

/**
 * Bytes may arrive this many milliseconds ahead of the rate before the download pauses. Shorter pauses only cost time.
 */
const burst = 100;

/** Limits a download to this many bytes a second on average; null does not limit it. */
class Throttle {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number | null;
  /** Epoch milliseconds when all bytes so far are due at the rate. */
  #due = 0;

  constructor(clock: Clock, bytesPerSecond: number | null) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Counts arrived bytes. Resolves when more may arrive, or when the signal is aborted. */
  async consume(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === null) return;
    const now = this.#clock.now();
    this.#due = Math.max(this.#due, now) + (bytes / this.#bytesPerSecond) * 1_000;
    if (this.#due - now > burst) await delay(this.#clock, this.#due - now, signal);
  }
}
