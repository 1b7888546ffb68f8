import { plural } from '../../contract/counts.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';
import { type Amount, amountOf } from '../../contract/operations.ts';
import { formatSize } from '../../contract/sizes.ts';
import { shareOfLimit } from '../../fleet/maintenance-methods.ts';
import { type ImageIndex, indexImages, relist, removedFrom } from '../model/image-index.ts';
import { pruneShareOf } from '../model/operation-from-plan.ts';
import { amountText, hungPrune, pruneHung } from '../model/operation-texts.ts';
import { noAmount, type TargetRun } from '../model/target-run.ts';
import { deleteRunner, settleUnanswered } from './delete-runner.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import { tryRelist } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';
import {
  idempotentRetries,
  retryOrFail,
  retryUnsent,
  sendTarget,
  settleConflict,
  undoneRetries,
} from './send-target.ts';
import { planDifference } from './ssh-runner.ts';

/** Makes hosts prune themselves. Never while a prune may be running on the host (docs/glance-cache-api.md, trap 4). */
export function pruneRunner(context: OperationContext, run: OperationRun): Runner {
  return {
    jobKind: () => 'long',
    async send(target) {
      if (settleConflict(context, run, target)) return undefined;
      const { hostId } = target;
      const access = context.access(hostId);
      const { state } = access;
      const running = state.runningPrune;
      if (running) {
        run.setTarget(target, 'refused', { text: hungPrune(target.hostName, running, context.clock.now()) });
        return undefined;
      }
      // Before the first await, so that no other operation sends a prune meanwhile.
      const prune = state.pruneStarted(run.id);
      const before = (await tryRelist(context, hostId)) ?? indexImages(access.images());
      try {
        await context.clearContents.record(run.id, target, { cached: before.cached, queued: new Map() });
      } catch (error) {
        state.pruneOver();
        throw error;
      }
      const sent = await sendTarget(context, run, target, (host, _, signal) => host.prune(signal));
      if (sent === 'stopped') {
        if (target.state === 'waiting') state.pruneOver();
        return undefined;
      }
      access.report({ kind: 'pruned' });
      if ('answer' in sent) {
        // A host over its limit after a prune is a sign of trap 4.
        const overBytes = overLimit(access.summary(), await tryRelist(context, hostId));
        const still = overBytes ? ` It is still ${formatSize(overBytes)} over its limit.` : '';
        run.setTarget(target, 'done', {
          text: [`The host deleted ${amountText(sent.answer)}.${still}`, planDifference(target, sent.answer)]
            .join(' ')
            .trim(),
          actual: sent.answer,
        });
        // The outcome is on disk before the lock ends: a kill in between must not lose what the host answered.
        context.journal.flush();
        state.pruneReturned(prune, overBytes);
        return undefined;
      }
      if (sent.retryClass !== 'lost') {
        state.pruneOver();
        return retryOrFail(context, run, target, sent, undoneRetries);
      }
      state.pruneUnanswered(prune);
      const after = await tryRelist(context, hostId);
      run.setTarget(target, 'failed', {
        failure: pruneHung(target.hostName, sent.failure),
        text: after ? `Deleted since it was sent: ${amountText(removedFrom(before, after))}.` : null,
      });
      return undefined;
    },
  };
}

/**
 * Bytes that a host has over its stated limit, at least; null if that is unknown: the limit is not stated, the host did
 * not list its images, or only images of unknown size could be over it.
 */
export function overLimit(
  { limitBytes }: Pick<HostSummary, 'limitBytes'>,
  index: ImageIndex | undefined,
): number | null {
  if (limitBytes === null || !index) return null;
  const { bytes, unsized } = amountOf(index.cached.values());
  if (bytes > limitBytes) return bytes - limitBytes;
  return unsized ? null : 0;
}

/**
 * Prunes by deleting the images that the plan showed, and no others. Each is checked against a list read just before:
 * an image that was accessed since the plan is kept, and all remaining ones are kept once the host is within its stated
 * limit.
 */
export function pruneByDeleteRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const deletes = deleteRunner(context, run, follow);
  const lists = new Map<HostId, { index: Promise<ImageIndex>; at: number }>();

  return {
    ...deletes,
    async send(target) {
      if (settleConflict(context, run, target)) return undefined;
      // An earlier request of this target may have deleted the image since the list was read.
      if (target.unanswered) lists.delete(target.hostId);
      let index: ImageIndex;
      try {
        index = await recentList(target.hostId);
      } catch (error) {
        lists.delete(target.hostId);
        if (context.stopping.aborted) return undefined;
        return retryUnsent(context, run, target, error, idempotentRetries);
      }
      if (context.stopping.aborted) return undefined;
      if (target.unanswered && settleUnanswered(context, run, target, index, follow)) return undefined;
      if (settleBeforeSend(target, index)) return undefined;
      return deletes.send(target);
    },
  };

  /** The host's list, at most `maxListAge` old. Concurrent requests share it. */
  function recentList(hostId: HostId): Promise<ImageIndex> {
    const now = context.clock.now();
    const known = lists.get(hostId);
    if (known && now - known.at < context.limits().maxListAge) return known.index;
    const index = relist(context.access(hostId), context.stopping);
    lists.set(hostId, { index, at: now });
    return index;
  }

  function settleBeforeSend(target: TargetRun, index: ImageIndex): boolean {
    const cached = index.cached.get(target.imageId ?? '');
    if (!cached && target.tries === 0) {
      run.setTarget(target, 'alreadyDone', { text: 'Already deleted.', actual: noAmount() });
      return true;
    }
    if (cached && cached.lastAccessed !== target.plannedAccess) {
      run.setTarget(target, 'refused', {
        text: 'Skipped: it was accessed after the plan was made. The host frees less space; prune again for the rest.',
      });
      return true;
    }
    // Its deletion was decided when the request was sent, and the request may still arrive.
    if (target.unanswered) return false;
    const stated = context.access(target.hostId).summary().limitBytes;
    const limitBytes = stated === null ? null : shareOfLimit(stated, pruneShareOf(run.detail) ?? 100);
    const left = cached && limitBytes !== null ? amountLeft(target.hostId, index) : undefined;
    if (left && limitBytes !== null && left.bytes <= limitBytes) {
      const unsized = left.unsized ? `, not counting ${plural(left.unsized, 'image')} of unknown size` : '';
      const text = `Skipped: the host is already within its limit of ${formatSize(limitBytes)}${unsized}.`;
      run.setTarget(target, 'alreadyDone', { text, actual: noAmount() });
      return true;
    }
    return false;
  }

  /**
   * The cached images of the host, without those that this operation deletes or has deleted since the list was read.
   */
  function amountLeft(hostId: HostId, index: ImageIndex): Amount {
    const deleted = new Set(
      run
        .ofHost(hostId)
        .flatMap(({ imageId, state }) => (deletingStates.has(state) && imageId !== null ? [imageId] : [])),
    );
    return amountOf([...index.cached.values()].filter(({ imageId }) => !deleted.has(imageId)));
  }
}

const deletingStates: ReadonlySet<TargetRun['state']> = new Set(['sent', 'following', 'done']);

/** Makes hosts remove their invalid and stalled files. */
export function cleanRunner(context: OperationContext, run: OperationRun): Runner {
  return {
    jobKind: () => 'long',
    async send(target) {
      if (settleConflict(context, run, target)) return undefined;
      const sent = await sendTarget(context, run, target, (host, _, signal) => host.clean(signal));
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) return retryOrFail(context, run, target, sent, undoneRetries);
      run.setTarget(target, 'done', { text: 'Cleaned. The number of deleted files is not available.' });
      return undefined;
    },
  };
}
