import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { delay } from '../../lib/abort.ts';
import { fetchMayBeRunning } from '../model/fetch-conflicts.ts';
import { type ImageIndex, indexImages, relist } from '../model/image-index.ts';
import type { TargetRun } from '../model/target-run.ts';
import { followFetch, imageLabel } from './fetch-follower.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';
import { idempotentRetries, noteAnswer, retryClassOf, retryOrFail, sendTarget, undoneRetries } from './send-target.ts';

/**
 * Queues images. Never one that the host has queued or is fetching: a second fetch of it makes two processes write one
 * file (docs/glance-cache-api.md, trap 3). So each request goes out on the word of a list read just before, and after a
 * request whose answer was lost the list is looked at instead of asking again.
 */
export function queueRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const lists = new Map<HostId, { seen: ImageIndex; at: number }>();

  const runner: Runner = {
    jobKind: () => 'queue',
    async send(target) {
      const imageId = target.imageId ?? '';
      let seen: ImageIndex;
      try {
        seen = await listed(target);
      } catch (error) {
        if (context.stopping.aborted) return undefined;
        if (!(error instanceof ExpectedFailure)) throw error;
        target.tries += 1;
        const retryClass = retryClassOf(error.failure);
        const unsent = {
          failure: error.failure,
          retryClass: retryClass === 'lost' ? ('notSent' as const) : retryClass,
        };
        return retryOrFail(context, run, target, unsent, undoneRetries);
      }
      if (context.stopping.aborted) return undefined;
      if (run.detail === 'anew' && seen.queued.has(imageId) && !seen.cached.has(imageId)) {
        return dequeue(target, seen);
      }
      if (settledBefore(target, seen)) return undefined;
      const access = context.access(target.hostId);
      access.state.noteRequest(imageId);
      const sent = await sendTarget(context, run, target, (host, capabilities, signal) =>
        host.queue(capabilities, imageId, signal),
      );
      if (sent === 'stopped') return undefined;
      access.state.noteRequest(imageId);
      if ('answer' in sent) {
        noteAnswer(run, target.hostId);
        access.report({ kind: 'queued', imageIds: [imageId] });
        followFetch(context, run, target, follow);
        return undefined;
      }
      lists.delete(target.hostId);
      if (sent.retryClass !== 'lost') return retryOrFail(context, run, target, sent, undoneRetries);
      // It may have arrived, or may arrive yet in a process that is busy fetching: look, do not ask again.
      followFetch(context, run, target, follow, sent.failure);
      return undefined;
    },
  };
  return runner;

  /** Takes what is stalled out of the queue, and has it come back here to be queued anew. Nothing that may be fetched. */
  async function dequeue(target: TargetRun, seen: ImageIndex): Promise<number | undefined> {
    const imageId = target.imageId ?? '';
    if ((seen.queued.get(imageId)?.stalled ?? null) === null) {
      run.setTarget(target, 'refused', { text: fetchMayBeRunning });
      return undefined;
    }
    if (context.requestedByOthers(run, target.hostId).has(imageId)) {
      run.setTarget(target, 'refused', { text: 'Another operation has asked for it.' });
      return undefined;
    }
    const sent = await sendTarget(context, run, target, (host, capabilities, signal) =>
      host.delete(capabilities, imageId, signal),
    );
    if (sent === 'stopped') return undefined;
    lists.delete(target.hostId);
    if ('failure' in sent) return retryOrFail(context, run, target, sent, idempotentRetries);
    noteAnswer(run, target.hostId);
    context.access(target.hostId).report({ kind: 'deleted', imageIds: [imageId] });
    if (run.state === 'cancelling') {
      run.setTarget(target, 'cancelled', { text: 'Taken out of the queue; cancelled before it was queued anew.' });
      return undefined;
    }
    target.tries = 0;
    // Again through everything that is looked at before a request.
    return runner.send(target);
  }

  /** The host's lists, no older than a request may rest on. */
  async function listed(target: TargetRun): Promise<ImageIndex> {
    const { hostId } = target;
    const { maxListAge, relistDelay } = context.limits();
    const known = lists.get(hostId);
    const old = !known || context.clock.now() - known.at >= maxListAge;
    const access = context.access(hostId);
    if (!old && !access.state.requestedSince(target.imageId ?? '', known.at)) return known.seen;
    const earlier = indexImages(access.images());
    const at = context.clock.now();
    let seen = await relist(access, context.stopping);
    const between = run
      .ofHost(hostId)
      .some(({ imageId, state }) => state === 'waiting' && imageId !== null && vanished(imageId, earlier, seen));
    if (between) {
      await delay(context.clock, relistDelay, context.stopping);
      seen = await relist(access, context.stopping);
    }
    lists.set(hostId, { seen, at });
    return seen;
  }

  function settledBefore(target: TargetRun, seen: ImageIndex): boolean {
    const imageId = target.imageId ?? '';
    const nothing = { images: 0, bytes: 0 };
    if (seen.cached.has(imageId)) {
      run.setTarget(target, 'alreadyDone', { text: 'It was cached when its turn came.', actual: nothing });
      return true;
    }
    if (seen.queued.has(imageId)) {
      run.setTarget(target, 'alreadyDone', { text: 'It was queued already when its turn came.', actual: nothing });
      return true;
    }
    if (context.requestedByOthers(run, target.hostId).has(imageId)) {
      run.setTarget(target, 'alreadyDone', { text: 'Another operation has asked for it.', actual: nothing });
      return true;
    }
    if ((context.access(target.hostId).state.recentDequeues.get(imageId) ?? 0) > context.clock.now()) {
      const text = `${imageLabel(target)} was just taken out of the queue, and its fetch may still go on: not asked for again.`;
      run.setTarget(target, 'refused', { text });
      return true;
    }
    return false;
  }
}

/** Whether an image that was queued is in neither list, as it is for a moment when its fetch ends. */
function vanished(imageId: string, earlier: ImageIndex, seen: ImageIndex): boolean {
  return earlier.queued.has(imageId) && !seen.queued.has(imageId) && !seen.cached.has(imageId);
}
