import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';
import { formatSize } from '../../contract/units.ts';
import { type ImageIndex, indexImages, relist } from '../model/image-index.ts';
import { amountText, hungPrune, pruneHung } from '../model/operation-texts.ts';
import type { TargetRun } from '../model/target-run.ts';
import { deleteRunner } from './delete-runners.ts';
import { tryRelist } from './look-again.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';
import { idempotentRetries, retryClassOf, retryOrFail, sendTarget, undoneRetries } from './send-target.ts';
import { planDifference, removedFrom } from './ssh-runner.ts';

/** Has hosts prune themselves. Never twice on a host on which one may be running: docs/glance-cache-api.md, trap 4. */
export function pruneRunner(context: OperationContext, run: OperationRun): Runner {
  return {
    jobKind: () => 'long',
    async send(target) {
      const { hostId } = target;
      const access = context.access(hostId);
      const { state } = access;
      const running = state.runningPrune;
      if (running) {
        run.setTarget(target, 'refused', { text: hungPrune(target.hostName, running, context.clock.now()) });
        return undefined;
      }
      if (state.programs.has('pruner')) {
        run.setTarget(target, 'refused', { text: `Its own pruner is running on ${target.hostName} at this moment.` });
        return undefined;
      }
      // Before anything is waited for, so that no other operation sends one meanwhile.
      const prune = state.pruneStarted(run.id);
      const before = (await tryRelist(context, hostId)) ?? indexImages(access.images());
      const sent = await sendTarget(context, run, target, (host, _, signal) => host.prune(signal));
      if (sent === 'stopped') {
        if (target.state === 'waiting') state.pruneOver();
        return undefined;
      }
      access.report({ kind: 'pruned' });
      if ('answer' in sent) {
        // Over its limit after a prune is a sign of trap 4.
        const overBytes = overLimit(access.summary(), await tryRelist(context, hostId));
        state.pruneReturned(prune, overBytes);
        const still = overBytes ? ` It is ${formatSize(overBytes)} over its stated limit still.` : '';
        run.setTarget(target, 'done', {
          text: [
            `The host says that it removed ${amountText(sent.answer)}.${still}`,
            planDifference(target, sent.answer),
          ]
            .join(' ')
            .trim(),
          actual: sent.answer,
        });
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
        text: after ? `Since it was sent, ${amountText(removedFrom(before, after))} went from its list.` : null,
      });
      return undefined;
    },
  };
}

/** Bytes that a host has over its stated limit; null where the limit is not stated, or it does not list its images. */
function overLimit({ limitBytes }: Pick<HostSummary, 'limitBytes'>, seen: ImageIndex | undefined): number | null {
  if (limitBytes === null || !seen) return null;
  let held = 0;
  for (const image of seen.cached.values()) held += image.sizeBytes;
  return Math.max(0, held - limitBytes);
}

const nothing = { images: 0, bytes: 0 };

/**
 * Prunes by deleting the images that the plan showed, and no other. Each goes on the word of a list read just before: one
 * that was accessed meanwhile is left, and so is the rest once the host is within its stated limit.
 */
export function pruneByDeleteRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const deletes = deleteRunner(context, run, follow);
  const lists = new Map<HostId, { seen: Promise<ImageIndex>; at: number }>();

  return {
    ...deletes,
    async send(target) {
      let seen: ImageIndex;
      try {
        seen = await listed(target.hostId);
      } catch (error) {
        lists.delete(target.hostId);
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
      return deletes.send(target);
    },
  };

  /** The host's list, no older than a request may rest on. Those that wait for one share it. */
  function listed(hostId: HostId): Promise<ImageIndex> {
    const now = context.clock.now();
    const known = lists.get(hostId);
    if (known && now - known.at < context.limits().maxListAge) return known.seen;
    const seen = relist(context.access(hostId), context.stopping);
    lists.set(hostId, { seen, at: now });
    return seen;
  }

  function settledBefore(target: TargetRun, seen: ImageIndex): boolean {
    const cached = seen.cached.get(target.imageId ?? '');
    if (!cached && target.tries === 0) {
      run.setTarget(target, 'alreadyDone', { text: 'It was gone when its turn came.', actual: nothing });
      return true;
    }
    if (cached && cached.lastAccessed !== target.plannedAccess) {
      run.setTarget(target, 'refused', {
        text: 'Left: it was accessed since the plan was made. The host frees that much less; prune again for the rest.',
      });
      return true;
    }
    const { limitBytes } = context.access(target.hostId).summary();
    if (cached && limitBytes !== null && held(target.hostId, seen) <= limitBytes) {
      const text = `Left: the host is within its stated limit of ${formatSize(limitBytes)} without it by now.`;
      run.setTarget(target, 'alreadyDone', { text, actual: nothing });
      return true;
    }
    return false;
  }

  /** Bytes cached there, without those that this operation has deleted since, or is deleting. */
  function held(hostId: HostId, seen: ImageIndex): number {
    const going = new Set(
      run.ofHost(hostId).flatMap(({ imageId, state }) => (leaves.has(state) && imageId !== null ? [imageId] : [])),
    );
    let bytes = 0;
    for (const image of seen.cached.values()) if (!going.has(image.imageId)) bytes += image.sizeBytes;
    return bytes;
  }
}

const leaves: ReadonlySet<TargetRun['state']> = new Set(['sent', 'following', 'done']);

/** Has hosts remove their invalid and stalled files. */
export function cleanRunner(context: OperationContext, run: OperationRun): Runner {
  return {
    jobKind: () => 'long',
    async send(target) {
      const sent = await sendTarget(context, run, target, (host, _, signal) => host.clean(signal));
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) return retryOrFail(context, run, target, sent, undoneRetries);
      run.setTarget(target, 'done', { text: 'Cleaned. The host does not tell how many files went.' });
      return undefined;
    },
  };
}
