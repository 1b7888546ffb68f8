import { plural } from '../../contract/counts.ts';
import type { ImageId } from '../../contract/images.ts';
import { type Amount, addAmount, addImage } from '../../contract/operations.ts';
import type { ReturnWatch } from '../../fleet/delete-watch.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { Removals } from '../journal/operation-history.ts';
import { type ClearContent, clearContentOf, compareWithContent } from '../model/clear-content.ts';
import { type ImageIndex, indexImages, relist } from '../model/image-index.ts';
import { isSameCopy } from '../model/listed-image.ts';
import { clearScopeOf } from '../model/operation-from-plan.ts';
import { amountText } from '../model/operation-texts.ts';
import { noAmount, type TargetRun } from '../model/target-run.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import { tryRelist } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';
import {
  idempotentRetries,
  removedSince,
  retryOrFail,
  retryUnsent,
  sendTarget,
  settleConflict,
} from './send-target.ts';

/**
 * Clears caches and queues. Hosts do not report how many images they removed, so the lists before and after are
 * compared. The list before is recorded first, as the content of the clear. If the answer to a clear is missing and the
 * host lists other images by now, no second clear is sent: the remaining recorded images are deleted one by one.
 */
export function clearRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const scope = clearScopeOf(run.detail);

  return {
    jobKind: () => 'request',
    async send(target) {
      if (settleConflict(context, run, target)) return undefined;
      const access = context.access(target.hostId);
      let content: ClearContent;
      if (target.unanswered) {
        let index: ImageIndex;
        try {
          index = await relist(access, context.stopping);
        } catch (error) {
          if (context.stopping.aborted) return undefined;
          return retryUnsent(context, run, target, error, idempotentRetries);
        }
        const recorded = await context.clearContents.read(run.id, target);
        if (context.stopping.aborted) return undefined;
        if (!recorded) {
          settleUnrecorded(run, target, index);
          return undefined;
        }
        const { left, added } = compareWithContent(recorded, run.detail, index);
        // Queue entries cannot be distinguished: after the clear was sent, images may have been queued again.
        const rest = hasBegun(recorded, index) ? left.cached : [...left.queued, ...left.cached];
        if (rest.length === 0) {
          settleClear(context, run, target, follow, recorded, index);
          return undefined;
        }
        if (added > 0 || rest.length < left.queued.length + left.cached.length) {
          return deleteLeft(target, rest, recorded, index);
        }
        content = recorded;
      } else {
        const index = (await tryRelist(context, target.hostId)) ?? indexImages(access.images());
        content = clearContentOf(index, run.detail);
        await context.clearContents.record(run.id, target, content);
        if (context.stopping.aborted) return undefined;
      }
      const sent = await sendTarget(context, run, target, (host, capabilities, signal) =>
        host.clear(capabilities, scope, signal),
      );
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) return retryOrFail(context, run, target, sent, idempotentRetries);
      access.report({ kind: 'cleared', what: scope });
      settleClear(context, run, target, follow, content, await tryRelist(context, target.hostId));
      return undefined;
    },
  };

  /** Deletes the recorded images that are still listed, each by its own request. */
  async function deleteLeft(
    target: TargetRun,
    rest: readonly ImageId[],
    content: ClearContent,
    first: ImageIndex,
  ): Promise<number | undefined> {
    const access = context.access(target.hostId);
    let index = first;
    let listedAt = context.clock.now();
    for (const imageId of rest) {
      if (run.state === 'cancelling') break;
      try {
        if (context.clock.now() - listedAt >= context.limits().maxListAge) {
          listedAt = context.clock.now();
          index = await relist(access, context.stopping);
        }
      } catch (error) {
        if (context.stopping.aborted) return undefined;
        return retryUnsent(context, run, target, error, idempotentRetries);
      }
      if (context.stopping.aborted) return undefined;
      if (!mayDelete(imageId, content, index)) continue;
      const sent = await sendTarget(context, run, target, (host, capabilities, signal) =>
        host.delete(capabilities, imageId, signal),
      );
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) return retryOrFail(context, run, target, sent, idempotentRetries);
      access.report({ kind: 'deleted', imageIds: [imageId] });
      // Tries are counted for each request.
      target.tries = 0;
    }
    settleClear(context, run, target, follow, content, await tryRelist(context, target.hostId));
    return undefined;
  }

  /**
   * A delete removes an image from the cache and from the queue, so both entries must be those that the clear was sent
   * for.
   */
  function mayDelete(imageId: ImageId, content: ClearContent, index: ImageIndex): boolean {
    const cached = index.cached.get(imageId);
    const recorded = content.cached.get(imageId);
    if (cached && !(recorded && isSameCopy(recorded, cached))) return false;
    return content.queued.has(imageId) || !index.queued.has(imageId);
  }
}

/** Whether a clear was carried out at least in part: a cached image is gone, or a queued one is in neither list. */
function hasBegun({ cached, queued }: ClearContent, index: ImageIndex): boolean {
  for (const [imageId, copy] of cached) if (!isSameCopy(copy, index.cached.get(imageId))) return true;
  for (const imageId of queued.keys()) if (!index.queued.has(imageId) && !index.cached.has(imageId)) return true;
  return false;
}

/**
 * Settles a clear that the host has carried out, by its list after that; undefined if the host did not answer. `more`:
 * what was removed besides the recorded content.
 */
export function settleClear(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  follow: Follow,
  content: ClearContent,
  after: ImageIndex | undefined,
  more?: Amount,
): void {
  if (context.stopping.aborted) return;
  if (!after) {
    run.setTarget(target, 'done', {
      text: 'Cleared. The number of deleted images is not available.',
    });
    return;
  }
  const { went, left, added } = compareWithContent(content, run.detail, after);
  const elsewhere = removedElsewhere(removedSince(context, run, target), content, after);
  const removed = { ...went };
  addAmount(removed, elsewhere, -1);
  addAmount(removed, more ?? null);
  const stayed = left.cached.length + left.queued.length;
  const others = added > 0 ? ` ${plural(added, 'image')} cached or queued since: not cleared.` : '';
  const counted = elsewhere.images > 0 ? ` Other operations deleted ${amountText(elsewhere)}.` : '';
  const what =
    run.detail === 'queue'
      ? `Removed from the queue: ${plural(removed.images, 'image')}`
      : `Deleted: ${amountText(removed)}`;
  const text = `${what}.${counted}${others}`;
  if (stayed > 0) {
    run.setTarget(target, 'failed', {
      text: `${text} ${plural(stayed, 'image is', 'images are')} still listed, or listed again.`,
      actual: removed,
    });
    return;
  }
  const { state } = context.access(target.hostId);
  const watch = state.dequeued([...content.queued.values()], target.sentAt ?? undefined);
  if (watch) watchForReturn(run, target, text, removed, watch, follow);
  else run.setTarget(target, 'done', { text, actual: removed });
}

/** How much of the recorded content of a clear other operations removed, or may have removed: it counts for them. */
function removedElsewhere(removals: Removals | undefined, content: ClearContent, after: ImageIndex): Amount {
  const amount = noAmount();
  if (!removals) return amount;
  const count = (imageId: ImageId, isGone: boolean, sizeBytes: number | null) => {
    if (!isGone || (removals.unnamed === undefined && !removals.images.has(imageId))) return;
    addImage(amount, sizeBytes);
  };
  for (const [imageId, copy] of content.cached)
    count(imageId, !isSameCopy(copy, after.cached.get(imageId)), copy.sizeBytes);
  for (const imageId of content.queued.keys()) count(imageId, !after.queued.has(imageId), 0);
  return amount;
}

/** An older console sent the clear, and did not record its content. */
export function settleUnrecorded(run: OperationRun, target: TargetRun, index: ImageIndex): void {
  const { cached, queued } = clearContentOf(index, run.detail);
  const held = cached.size + queued.size;
  const actual = target.actual ?? target.expected;
  if (held === 0) run.setTarget(target, 'done', { text: 'Empty, confirmed by the host.', actual });
  else {
    const names = [...cached.keys(), ...queued.keys()].slice(0, 5).join(', ');
    const text =
      `Result unknown: an older console sent the request without a record of the images, so the images listed now may ` +
      `have been cached since (${plural(held, 'image')}: ${names}${held > 5 ? ', …' : ''}). Clear again if needed.`;
    run.setTarget(target, 'unknown', { text });
  }
}

/** Follows images that were removed from the queue: those that were being fetched are cached when their fetch ends. */
function watchForReturn(
  run: OperationRun,
  target: TargetRun,
  text: string,
  removed: Amount,
  watch: ReturnWatch,
  follow: Follow,
): void {
  const may = `${plural(watch.imageIds.length, 'image')} from the queue may be cached when a fetch that has begun ends.`;
  run.setTarget(target, 'following', { text: `${text} ${may}`, actual: removed });
  follow(target, (index, now) => {
    if (!watch.isOver(index?.cached, now)) return false;
    const back = watch.returned(index?.cached);
    if (back.length === 0) {
      run.setTarget(target, 'done', {
        text: `${text} None was cached within ${formatDuration(now - watch.startedAt)}.`,
        actual: removed,
      });
    } else {
      run.setTarget(target, 'failed', {
        text: `${text} ${plural(back.length, 'image')} cached after the clear because a fetch was in progress. Clear again.`,
        actual: removed,
      });
    }
    return true;
  });
}
