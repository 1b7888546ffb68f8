import type { Failure } from '../../contract/failure.ts';
import { amountOf } from '../../contract/operations.ts';
import { assumedSize } from '../../fleet/host-timings.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { notFetched } from '../model/operation-texts.ts';
import { stepOf, type TargetRun } from '../model/target-run.ts';
import type { Follow, OperationContext } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';

/** The name of a target's image, otherwise its id. */
export function imageLabel(target: Pick<TargetRun, 'imageId' | 'imageName'>): string {
  return target.imageName ?? target.imageId ?? 'the image';
}

/**
 * Follows an image that a host was asked to cache until it is cached or has visibly failed. An accepted request proves
 * nothing (docs/glance-cache-api.md, trap 1). `unanswered` is the failure of a request that may not have arrived.
 */
export function followFetch(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  follow: Follow,
  unanswered?: Failure,
): void {
  const imageId = target.imageId ?? '';
  const access = context.access(target.hostId);
  const { state } = access;
  const fetch = access.summary().capabilities?.fetch ?? 'atOnce';
  const begun = context.clock.now();
  let missingSince: number | undefined;
  let wasListed = unanswered === undefined;
  let lastProgress = begun;
  let others = otherFetches(run, target);
  if (unanswered)
    run.setTarget(target, 'unknown', {
      text: 'No response; checking whether the request arrived.',
      failure: unanswered,
    });
  else run.setTarget(target, 'following', { text: acceptedText(fetch) });

  follow(target, (index, now) => {
    const cached = index?.cached.get(imageId);
    if (cached) {
      run.setTarget(target, 'done', { text: null, actual: amountOf([cached]) });
      return true;
    }
    const left = otherFetches(run, target);
    if (left.count < others.count) lastProgress = now;
    others = left;
    if (index?.queued.has(imageId)) {
      missingSince = undefined;
      if (!wasListed) run.setTarget(target, 'following', { text: acceptedText(fetch) });
      wasListed = true;
      return queuedStill(index, now);
    }
    // The image is in neither list: it is just between the two, its request has not arrived yet, or another client
    // removed it. The time counts from the first such list and not from the last one with the image, because the
    // machine may have slept in between.
    const { vanishAfter, fetchTimeout } = state.timings;
    if (index) missingSince ??= now;
    if (index && wasListed && now - (missingSince ?? now) > vanishAfter) {
      const text = 'It left the queue without being cached: it was deleted from the queue, or the fetch failed.';
      run.setTarget(target, 'failed', { text });
      return true;
    }
    if (index && !wasListed && now - begun > fetchTimeout) {
      const text =
        'Not queued or cached since. The request is not repeated, because two fetches would write the same file.';
      run.setTarget(target, 'failed', { text, failure: unanswered ?? null });
      return true;
    }
    const bytes = others.bytes + bytesToFetch(target);
    if (!index && now - Math.max(begun, lastProgress) > state.maxQueueWait(fetch, bytes)) {
      const since = 'the host has not responded since. Result unknown.';
      if (wasListed) run.setTarget(target, 'following', { text: `Accepted; ${since}` });
      else run.setTarget(target, 'unknown', { text: `No response; ${since}`, failure: unanswered ?? null });
      return true;
    }
    return false;
  });

  function queuedStill(index: ImageIndex, now: number): boolean {
    if (fetch === 'byProgram') {
      const text = 'Queued. This host needs a manual prefetch: run glance-cache-prefetcher on it.';
      run.setTarget(target, 'done', { text, actual: { images: 0, bytes: 0 } });
      return true;
    }
    const waited = now - begun;
    if ((index.queued.get(imageId)?.stalled ?? null) === null) return false;
    if (fetch === 'atOnce') {
      run.setTarget(target, 'failed', { failure: notFetched(target.hostName, imageLabel(target), waited) });
    } else {
      const text =
        `Accepted and queued, not cached within ${formatDuration(waited)}. The host’s periodic job fetches it, by default every 5 ` +
        'minutes. If it is still queued after that, check the host’s log.';
      run.setTarget(target, 'following', { text });
    }
    return true;
  }
}

/** Other images that this operation follows at the host: an API process fetches one image after another. */
function otherFetches(run: OperationRun, target: TargetRun): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const other of run.ofHost(target.hostId)) {
    if (other === target || other.state !== 'following' || stepOf(run, other) !== 'queue') continue;
    count += 1;
    bytes += bytesToFetch(other);
  }
  return { count, bytes };
}

function bytesToFetch({ expected }: TargetRun): number {
  return assumedSize(!expected || expected.unsized ? null : expected.bytes);
}

function acceptedText(fetch: 'atOnce' | 'periodic' | 'byProgram'): string {
  switch (fetch) {
    case 'atOnce':
      return 'Accepted; being fetched or waiting to be fetched.';
    case 'periodic':
      return 'Accepted; the host’s periodic job fetches it, by default within 5 minutes.';
    case 'byProgram':
      return 'Accepted; checking the queue.';
  }
}
