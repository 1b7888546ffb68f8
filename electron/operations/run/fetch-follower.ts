import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { delay } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/text.ts';
import { type ImageIndex, relist } from '../model/image-index.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import type { OperationLimits } from '../model/operation-limits.ts';
import { notFetched } from '../model/operation-texts.ts';
import { stepOf, type TargetRun } from '../model/target-run.ts';
import type { CheckList, Follow, OperationContext } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';

/** Something that is waited for in the lists of a host. */
export type FollowedTarget = {
  operationId: string;
  hostId: HostId;
  check: CheckList;
  /** Called when the operation is cancelled. */
  released(): void;
  /** Called once, when `check` returned true or the operation was cancelled. */
  ended(): void;
};

export type HostFollowerOptions = {
  access: (hostId: HostId) => OperatedHost;
  limits: () => OperationLimits;
  clock: Clock;
  stopping: AbortSignal;
  fault: (error: unknown) => void;
};

/** `wait`: milliseconds until the next list. `nudge` ends the wait. */
type HostWatch = { items: Set<FollowedTarget>; wait: number; nudge: AbortController };

/** Lists hosts repeatedly while targets are followed there. The interval of each host grows until something new is followed. */
export class HostFollower {
  readonly #watches = new Map<HostId, HostWatch>();
  readonly #options: HostFollowerOptions;

  constructor(options: HostFollowerOptions) {
    this.#options = options;
  }

  follow(item: FollowedTarget): void {
    const first = this.#options.limits().minFollowInterval;
    const watch = this.#watches.get(item.hostId);
    if (watch) {
      watch.items.add(item);
      if (watch.wait > first) watch.nudge.abort();
      watch.wait = first;
      return;
    }
    const begun = { items: new Set([item]), wait: first, nudge: new AbortController() };
    this.#watches.set(item.hostId, begun);
    void this.#watch(item.hostId, begun);
  }

  /** Stops following the targets of an operation. */
  release(operationId: string): void {
    for (const watch of this.#watches.values()) {
      for (const item of [...watch.items]) {
        if (item.operationId !== operationId) continue;
        item.released();
        end(watch, item);
      }
    }
  }

  async #watch(hostId: HostId, watch: HostWatch): Promise<void> {
    const { access, limits, clock, stopping, fault } = this.#options;
    while (watch.items.size > 0 && !stopping.aborted) {
      watch.nudge = new AbortController();
      await delay(clock, watch.wait, AbortSignal.any([watch.nudge.signal, stopping]));
      if (stopping.aborted) break;
      watch.wait = Math.min(limits().maxFollowInterval, Math.max(1, watch.wait * 1.5));
      const present = [...watch.items];
      let index: ImageIndex | undefined;
      try {
        index = await relist(access(hostId), stopping);
      } catch (error) {
        if (!(error instanceof ExpectedFailure)) fault(error);
      }
      if (stopping.aborted) break;
      // Targets added while the host was asked wait for the next list: this one may be older.
      for (const item of present) if (watch.items.has(item) && item.check(index, clock.now())) end(watch, item);
    }
    this.#watches.delete(hostId);
  }
}

function end(watch: HostWatch, item: FollowedTarget): void {
  if (watch.items.delete(item)) item.ended();
}

/** The name of a target's image, else its id. */
export function imageLabel(target: Pick<TargetRun, 'imageId' | 'imageName'>): string {
  return target.imageName ?? target.imageId ?? 'the image';
}

/**
 * Follows an image that a host was asked to cache until it is cached or will visibly not be. An accepted request proves
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
    run.setTarget(target, 'unknown', { text: 'No answer; looking whether it arrived.', failure: unanswered });
  else run.setTarget(target, 'following', { text: acceptedText(fetch) });

  follow(target, (index, now) => {
    const cached = index?.cached.get(imageId);
    if (cached) {
      run.setTarget(target, 'done', { text: null, actual: { images: 1, bytes: cached.sizeBytes } });
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
    // In neither list: between the two for a moment, not arrived yet, or removed by somebody. The time counts from the
    // first such list and not from the last one with the image: the console may have slept in between.
    const { vanishAfter, fetchPatience } = state.timings;
    if (index) missingSince ??= now;
    if (index && wasListed && now - (missingSince ?? now) > vanishAfter) {
      const text = 'It left the queue without being cached: somebody took it out, or the fetch failed.';
      run.setTarget(target, 'failed', { text });
      return true;
    }
    if (index && !wasListed && now - begun > fetchPatience) {
      const text = 'Not index queued or cached since. It was not sent again: two fetches would write one file.';
      run.setTarget(target, 'failed', { text, failure: unanswered ?? null });
      return true;
    }
    const bytes = others.bytes + (target.expected?.bytes ?? 0);
    if (!index && now - Math.max(begun, lastProgress) > state.longestWait(fetch, bytes)) {
      const since = 'the host has not answered since, so what came of it is not known.';
      if (wasListed) run.setTarget(target, 'following', { text: `Accepted; ${since}` });
      else run.setTarget(target, 'unknown', { text: `No answer; ${since}`, failure: unanswered ?? null });
      return true;
    }
    return false;
  });

  function queuedStill(index: ImageIndex, now: number): boolean {
    if (fetch === 'byProgram') {
      const text = 'Queued. This host fetches nothing by itself: glance-cache-prefetcher has to be run on it.';
      run.setTarget(target, 'done', { text, actual: { images: 0, bytes: 0 } });
      return true;
    }
    const waited = now - begun;
    if ((index.queued.get(imageId)?.stalled ?? null) === null) return false;
    if (fetch === 'atOnce') {
      run.setTarget(target, 'failed', { failure: notFetched(target.hostName, imageLabel(target), waited) });
    } else {
      const text =
        `Accepted and queued, not cached in ${formatDuration(waited)}. The host’s own job fetches it, by default every 5 ` +
        'minutes; should it stay queued, look into that host’s log.';
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
