import type { HostId } from '../../contract/hosts.ts';
import { amountOf } from '../../contract/operations.ts';
import { delay } from '../../lib/abort.ts';
import { fetchMayBeRunning } from '../model/fetch-conflicts.ts';
import { type ImageIndex, indexImages, isBetweenLists, relist } from '../model/image-index.ts';
import { noAmount, type TargetRun } from '../model/target-run.ts';
import { followFetch, imageLabel } from './fetch-follower.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';
import {
  idempotentRetries,
  noteAnswer,
  retryOrFail,
  retryUnsent,
  sendTarget,
  settleConflict,
  undoneRetries,
} from './send-target.ts';

/**
 * Queues images. Never an image that the host has queued or is fetching: a second fetch makes two processes write one file
 * (docs/glance-cache-api.md, trap 3). So each request relies on a list read just before, and a request without an answer is
 * not repeated: the lists show whether it arrived.
 */
export function queueRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const lists = new Map<HostId, { index: ImageIndex; at: number }>();

  const runner: Runner = {
    jobKind: () => 'queue',
    async send(target) {
      const imageId = target.imageId ?? '';
      if (settleConflict(context, run, target)) return undefined;
      let index: ImageIndex;
      try {
        index = await recentList(target);
      } catch (error) {
        if (context.stopping.aborted) return undefined;
        return retryUnsent(context, run, target, error, undoneRetries);
      }
      if (context.stopping.aborted) return undefined;
      if (target.unanswered && settleUnanswered(target, index)) return undefined;
      if (run.detail === 'anew' && index.queued.has(imageId) && !index.cached.has(imageId)) {
        return requeue(target, index);
      }
      if (settleBeforeSend(target, index)) return undefined;
      const access = context.access(target.hostId);
      access.state.noteRequest(imageId);
      context.openTargets.noteFetch(run, target);
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
      // The request may have arrived, or may still arrive at a process that is busy fetching. It is not sent again.
      followFetch(context, run, target, follow, sent.failure);
      return undefined;
    },
  };
  return runner;

  /** Removes a stalled image from the queue and queues it again. Refuses an image that may be being fetched. */
  async function requeue(target: TargetRun, index: ImageIndex): Promise<number | undefined> {
    const imageId = target.imageId ?? '';
    if ((index.queued.get(imageId)?.stalled ?? null) === null) {
      run.setTarget(target, 'refused', { text: fetchMayBeRunning });
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
      run.setTarget(target, 'cancelled', { text: 'Deleted from the queue; cancelled before it was requeued.' });
      return undefined;
    }
    target.tries = 0;
    target.unanswered = false;
    // All checks before a request are made again.
    return runner.send(target);
  }

  /** The host's lists, at most `maxListAge` old and newer than the last request for the image and its last removal. */
  async function recentList(target: TargetRun): Promise<ImageIndex> {
    const { hostId } = target;
    const imageId = target.imageId ?? '';
    const { maxListAge, relistDelay } = context.limits();
    const known = lists.get(hostId);
    const isOld = !known || context.clock.now() - known.at >= maxListAge;
    const access = context.access(hostId);
    const isOutdated =
      isOld || access.state.requestedSince(imageId, known.at) || access.state.removedSince(imageId, known.at);
    if (!isOutdated) return known.index;
    const earlier = indexImages(access.images());
    const at = context.clock.now();
    let index = await relist(access, context.stopping);
    const isBetween = run
      .ofHost(hostId)
      .some(({ imageId, state }) => state === 'waiting' && imageId !== null && isBetweenLists(imageId, earlier, index));
    if (isBetween) {
      await delay(context.clock, relistDelay, context.stopping);
      index = await relist(access, context.stopping);
    }
    lists.set(hostId, { index, at });
    return index;
  }

  /** Settles a target whose earlier request has arrived. */
  function settleUnanswered(target: TargetRun, index: ImageIndex): boolean {
    const cached = index.cached.get(target.imageId ?? '');
    if (cached) run.setTarget(target, 'done', { text: null, actual: amountOf([cached]) });
    else if (index.queued.has(target.imageId ?? '')) followFetch(context, run, target, follow);
    else return false;
    return true;
  }

  function settleBeforeSend(target: TargetRun, index: ImageIndex): boolean {
    const imageId = target.imageId ?? '';
    if (index.cached.has(imageId)) {
      run.setTarget(target, 'alreadyDone', { text: 'Already cached.', actual: noAmount() });
      return true;
    }
    if (index.queued.has(imageId)) {
      run.setTarget(target, 'alreadyDone', { text: 'Already queued.', actual: noAmount() });
      return true;
    }
    if ((context.access(target.hostId).state.recentDequeues.get(imageId) ?? 0) > context.clock.now()) {
      const text = `${imageLabel(target)} was just deleted from the queue and may still be fetched, so it is not queued again.`;
      run.setTarget(target, 'refused', { text });
      return true;
    }
    return false;
  }
}
