import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { delay } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/text.ts';
import { type ImageIndex, relist } from '../model/image-index.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import { notFetched } from '../model/operation-texts.ts';
import type { OperationLimits } from '../model/operation-timings.ts';
import { stepOf, type TargetRun } from '../model/target-run.ts';
import type { Follow, OperationContext } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';

/** Something that is looked for in a host's snapshots. */
export type FollowedTarget = {
  operationId: string;
  hostId: HostId;
  /** Looks once; `undefined` when the host did not answer. True when it need not be looked for any more. */
  check(seen: ImageIndex | undefined, now: number): boolean;
  /** The operation was cancelled; nobody looks any more. */
  released(): void;
  /** Once, when it was found, given up or released. */
  ended(): void;
};

export type HostFollowerOptions = {
  access: (hostId: HostId) => OperatedHost;
  bounds: () => OperationLimits;
  clock: Clock;
  stopping: AbortSignal;
  fault: (error: unknown) => void;
};

type Watch = { items: Set<FollowedTarget>; wait: number; nudge: AbortController };

/** Looks at hosts again and again, each at its own pace, for as long as something there is to be seen happening. */
export class HostFollower {
  readonly #watches = new Map<HostId, Watch>();
  readonly #options: HostFollowerOptions;

  constructor(options: HostFollowerOptions) {
    this.#options = options;
  }

  follow(item: FollowedTarget): void {
    const first = this.#options.bounds().minFollowInterval;
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

  /** Gives up what an operation follows. */
  release(operationId: string): void {
    for (const watch of this.#watches.values()) {
      for (const item of [...watch.items]) {
        if (item.operationId !== operationId) continue;
        item.released();
        end(watch, item);
      }
    }
  }

  async #watch(hostId: HostId, watch: Watch): Promise<void> {
    const { access, bounds, clock, stopping, fault } = this.#options;
    while (watch.items.size > 0 && !stopping.aborted) {
      watch.nudge = new AbortController();
      await delay(clock, watch.wait, AbortSignal.any([watch.nudge.signal, stopping]));
      if (stopping.aborted) break;
      watch.wait = Math.min(bounds().maxFollowInterval, Math.max(1, watch.wait * 1.5));
      const present = [...watch.items];
      let seen: ImageIndex | undefined;
      try {
        seen = await relist(access(hostId), stopping);
      } catch (error) {
        if (!(error instanceof ExpectedFailure)) fault(error);
      }
      if (stopping.aborted) break;
      // What came while the host was asked is first seen with the next answer: this one may be older than it.
      for (const item of present) if (watch.items.has(item) && item.check(seen, clock.now())) end(watch, item);
    }
    this.#watches.delete(hostId);
  }
}

function end(watch: Watch, item: FollowedTarget): void {
  if (watch.items.delete(item)) item.ended();
}

/** A target's image as the operator knows it. */
export function imageLabel(target: Pick<TargetRun, 'imageId' | 'imageName'>): string {
  return target.imageName ?? target.imageId ?? 'the image';
}

/**
 * Follows an image that a host was asked to cache until it is cached or visibly is not: an accepted request proves
 * nothing (docs/glance-cache-api.md, trap 1). `lost` is the failure of a request of which it is not known whether it arrived.
 */
export function followFetch(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  follow: Follow,
  lost?: Failure,
): void {
  const imageId = target.imageId ?? '';
  const access = context.access(target.hostId);
  const { state } = access;
  const fetch = access.summary().capabilities?.fetch ?? 'atOnce';
  const begun = context.clock.now();
  let missingSince: number | undefined;
  let wasListed = lost === undefined;
  let progress = begun;
  let others = otherFetches(run, target);
  if (lost) run.setTarget(target, 'unknown', { text: 'No answer; looking whether it arrived.', failure: lost });
  else run.setTarget(target, 'following', { text: acceptedText(fetch) });

  follow(target, (seen, now) => {
    const cached = seen?.cached.get(imageId);
    if (cached) {
      run.setTarget(target, 'done', { text: null, actual: { images: 1, bytes: cached.sizeBytes } });
      return true;
    }
    const left = otherFetches(run, target);
    if (left.count < others.count) progress = now;
    others = left;
    if (seen?.queued.has(imageId)) {
      missingSince = undefined;
      if (!wasListed) run.setTarget(target, 'following', { text: acceptedText(fetch) });
      wasListed = true;
      return queuedStill(seen, now);
    }
    // In neither list: between the two for a moment, not arrived yet, or taken out by somebody. Counted from the first
    // such look, not from the last sight of it: the console may have slept in between.
    const { vanishAfter, fetchPatience } = state.timings;
    if (seen) missingSince ??= now;
    if (seen && wasListed && now - (missingSince ?? now) > vanishAfter) {
      const text = 'It left the queue without being cached: somebody took it out, or the fetch failed.';
      run.setTarget(target, 'failed', { text });
      return true;
    }
    if (seen && !wasListed && now - begun > fetchPatience) {
      const text = 'Not seen queued or cached since. It was not sent again: two fetches would write one file.';
      run.setTarget(target, 'failed', { text, failure: lost ?? null });
      return true;
    }
    const bytes = others.bytes + (target.expected?.bytes ?? 0);
    if (!seen && now - Math.max(begun, progress) > state.longestWait(fetch, bytes)) {
      const since = 'the host has not answered since, so what came of it is not known.';
      if (wasListed) run.setTarget(target, 'following', { text: `Accepted; ${since}` });
      else run.setTarget(target, 'unknown', { text: `No answer; ${since}`, failure: lost ?? null });
      return true;
    }
    return false;
  });

  function queuedStill(seen: ImageIndex, now: number): boolean {
    if (fetch === 'byProgram') {
      const text = 'Queued. This host fetches nothing by itself: glance-cache-prefetcher has to be run on it.';
      run.setTarget(target, 'done', { text, actual: { images: 0, bytes: 0 } });
      return true;
    }
    const waited = now - begun;
    if ((seen.queued.get(imageId)?.stalled ?? null) === null) return false;
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

/** What this operation follows at the host beside this image: one API process fetches one after another. */
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
