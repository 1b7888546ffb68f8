import { type Amount, amountOf } from '../../contract/operations.ts';
import type { ReturnWatch } from '../../fleet/delete-watch.ts';
import { formatDuration } from '../../lib/duration.ts';
import { type ImageIndex, indexImages, isListReadable, relist } from '../model/image-index.ts';
import { isSameCopy, isStillListed, listedImage } from '../model/listed-image.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import { noAmount, stepOf, type TargetRun } from '../model/target-run.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import { tryRelist } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';
import {
  idempotentRetries,
  noteAnswer,
  removedSince,
  retryOrFail,
  retryUnsent,
  sendTarget,
  settleConflict,
} from './send-target.ts';

/**
 * Deletes images from caches and queues. An image that is already gone is `alreadyDone`. A request without an answer is
 * repeated only while the host lists the copy that the first one was sent for.
 */
export function deleteRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  /**
   * Whether the list is recent enough to conclude that an image is gone: the host may be down, or may never have been
   * read.
   */
  function isListedNow(access: OperatedHost): boolean {
    const { takenAt } = access.images();
    const summary = access.summary();
    const isFresh = takenAt !== null && context.clock.now() - takenAt < context.limits().maxSnapshotAge;
    return isFresh && summary.state === 'reachable' && isListReadable(summary);
  }

  /**
   * What the host lists before an image is deleted. The last list is enough, unless the image may have been removed
   * since that list was requested: a host answers the delete of a missing image as if it had been there
   * (docs/glance-cache-api.md, section 4), and a removal must not be counted twice.
   */
  async function listBefore({ hostId, imageId, unanswered }: TargetRun): Promise<ImageIndex> {
    const access = context.access(hostId);
    if (unanswered || access.state.removedSinceList(imageId ?? '')) return relist(access, context.stopping);
    const index = indexImages(access.images());
    const isListed = index.cached.has(imageId ?? '') || index.queued.has(imageId ?? '');
    if (isListed || isListedNow(access)) return index;
    return (await tryRelist(context, hostId)) ?? index;
  }

  /** What a delete of an image that the host did not list frees: nothing, unless its list was never read. */
  function freedUnlisted(target: TargetRun): Amount {
    const access = context.access(target.hostId);
    const wasRead = access.images().takenAt !== null && isListReadable(access.summary());
    return wasRead && !target.unanswered ? noAmount() : freedBy(target);
  }

  return {
    jobKind: () => 'request',
    async send(target) {
      if (settleConflict(context, run, target)) return undefined;
      const imageId = target.imageId ?? '';
      const access = context.access(target.hostId);
      let index: ImageIndex;
      try {
        index = await listBefore(target);
      } catch (error) {
        if (context.stopping.aborted) return undefined;
        return retryUnsent(context, run, target, error, idempotentRetries);
      }
      if (context.stopping.aborted) return undefined;
      if (target.unanswered && settleUnanswered(context, run, target, index, follow)) return undefined;
      const cached = index.cached.get(imageId);
      const queued = index.queued.get(imageId);
      if (!cached && !queued && !target.unanswered && isListedNow(access)) {
        run.setTarget(target, 'alreadyDone', {
          text: 'Already deleted.',
          actual: { images: 0, bytes: 0 },
        });
        return undefined;
      }
      const isRepeated = target.unanswered;
      if (!isRepeated) target.listed = listedImage(index, imageId);
      const sent = await sendTarget(context, run, target, (host, capabilities, signal) =>
        host.delete(capabilities, imageId, signal),
      );
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) {
        if (sent.retryClass === 'lost') access.state.noteRemoval([imageId]);
        return retryOrFail(context, run, target, sent, idempotentRetries);
      }
      const isListed = cached !== undefined || queued !== undefined;
      const listed = cached ? amountOf([cached]) : { images: 1, bytes: 0 };
      const freed = isListed ? listed : freedUnlisted(target);
      noteAnswer(run, target.hostId);
      access.report({ kind: 'deleted', imageIds: [imageId] });
      if (sent.answer.wasThere === false) {
        // An earlier try without an answer may have deleted it. Then the removal counts for this operation.
        run.setTarget(target, isRepeated ? 'done' : 'alreadyDone', {
          text: isRepeated ? earlierTry : 'Already deleted.',
          actual: isRepeated ? freed : noAmount(),
        });
        return undefined;
      }
      const watch = queued && access.state.dequeued([queued]);
      if (watch) watchForReturn(run, target, watch, freed, follow);
      else run.setTarget(target, 'done', { text: freed.images === 0 ? notListed : null, actual: freed });
      return undefined;
    },

    async finishHost(hostId) {
      const deleted = run
        .ofHost(hostId)
        .filter((target) => target.state === 'done' && target.imageId !== null && stepOf(run, target) !== 'queue');
      if (deleted.length === 0 || context.stopping.aborted) return;
      const index = await tryRelist(context, hostId);
      for (const target of deleted) {
        const cached = index?.cached.get(target.imageId ?? '');
        if (!cached || context.openTargets.isFetchedAgain(target)) continue;
        const { actual, listed } = target;
        if (listed?.cached && !isSameCopy(listed.cached, cached)) {
          run.setTarget(target, 'done', { text: target.text ?? `Deleted. ${cachedAgain}`, actual });
        } else {
          run.setTarget(target, 'failed', {
            text: 'The host confirmed the delete but lists the image as cached again.',
          });
        }
      }
    },
  };
}

const notListed = 'The host no longer listed it, so no freed space is counted.';
const earlierTry = 'Deleted by an earlier attempt whose response was lost.';
const cachedAgain = 'It was cached or queued again since; the new copy is kept.';
const cameBack = 'It was cached again because a fetch was in progress. Delete it again.';

/**
 * Settles a delete whose answer is missing by a newer list. Returns false if the host still lists what the request was
 * sent for, so that it may be sent again. A copy that was cached since is not a target, and stays.
 */
export function settleUnanswered(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  index: ImageIndex,
  follow: Follow,
): boolean {
  const imageId = target.imageId ?? '';
  const { listed } = target;
  const isListed = index.cached.has(imageId) || index.queued.has(imageId);
  if (!listed) {
    // An older console sent it, and did not record what the host listed.
    if (isListed) run.setTarget(target, 'unknown', { text: notRecorded });
    else run.setTarget(target, 'done', { text: earlierTry, actual: freedBy(target) });
    return true;
  }
  if (isStillListed(listed, index, imageId)) return false;
  const others = removedSince(context, run, target);
  const other = others?.images.get(imageId) ?? others?.unnamed;
  if (other !== undefined && target.state !== 'following') {
    const text = `Deleted by the operation “${other}”, so it is not counted here.`;
    run.setTarget(target, 'alreadyDone', { text, actual: noAmount() });
    return true;
  }
  const watch = listed.queued
    ? context
        .access(target.hostId)
        .state.dequeued([{ imageId, stalled: null, description: null }], target.sentAt ?? undefined)
    : undefined;
  if (watch) watchForReturn(run, target, watch, freedBy(target), follow, index);
  else if (!isListed) run.setTarget(target, 'done', { text: earlierTry, actual: freedBy(target) });
  else if (listed.cached) run.setTarget(target, 'done', { text: `Deleted. ${cachedAgain}`, actual: freedBy(target) });
  else {
    const text = 'It was not cached or queued when the request was sent. The listed copy is newer and is kept.';
    run.setTarget(target, 'alreadyDone', { text, actual: noAmount() });
  }
  return true;
}

const notRecorded =
  'Result unknown: an older console sent the request without a record of the copy, so the copy listed ' +
  'now may be newer. Delete it again if needed.';

function freedBy({ expected }: TargetRun): Amount {
  return expected ?? { images: 1, bytes: 0 };
}

/** Follows an image that was removed from the queue: if it was being fetched, it is cached when the fetch ends. */
function watchForReturn(
  run: OperationRun,
  target: TargetRun,
  watch: ReturnWatch,
  freed: Amount,
  follow: Follow,
  listed?: ImageIndex,
): void {
  const check = (index: ImageIndex | undefined, now: number): boolean => {
    const isBack = watch.returned(index?.cached).length > 0;
    if (!isBack && now < watch.until) return false;
    if (isBack) run.setTarget(target, 'failed', { text: cameBack });
    else {
      run.setTarget(target, 'done', {
        text: `Deleted from the queue; not cached within ${formatDuration(now - watch.startedAt)}.`,
        actual: freed,
      });
    }
    return true;
  };
  const text = 'Deleted from the queue. If it was being fetched, it is cached when the fetch ends.';
  run.setTarget(target, 'following', { text, actual: freed });
  if (!listed || !check(listed, watch.startedAt)) follow(target, check);
}
