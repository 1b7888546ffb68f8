import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { Amount } from '../../contract/operations.ts';
import type { ReturnWatch } from '../../fleet/delete-watch.ts';
import { formatDuration, plural } from '../../lib/text.ts';
import { type ImageIndex, indexImages, isListReadable } from '../model/image-index.ts';
import { clearScopeOf } from '../model/operation-from-plan.ts';
import { amountText } from '../model/operation-texts.ts';
import { stepOf, type TargetRun } from '../model/target-run.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import { tryRelist } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';
import { idempotentRetries, noteAnswer, retryOrFail, sendTarget } from './send-target.ts';

/** Deletes images from caches and queues. An image that is gone already is `alreadyDone`. */
export function deleteRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  /** Targets of which a request was not answered, but may have been carried out. */
  const unanswered = new Set<TargetRun>();

  /** Whether the list is recent enough to conclude that an image is gone: the host may be down, or never have been read. */
  function isListedNow(summary: HostSummary, { takenAt }: HostImages): boolean {
    const isFresh = takenAt !== null && context.clock.now() - takenAt < context.limits().maxSnapshotAge;
    return isFresh && summary.state === 'reachable' && isListReadable(summary);
  }

  return {
    jobKind: () => 'request',
    async send(target) {
      const imageId = target.imageId ?? '';
      const access = context.access(target.hostId);
      const images = access.images();
      const index = indexImages(images);
      const cached = index.cached.get(imageId);
      const queued = index.queued.get(imageId);
      if (!cached && !queued && target.tries === 0 && isListedNow(access.summary(), images)) {
        run.setTarget(target, 'alreadyDone', {
          text: 'It was gone when its turn came.',
          actual: { images: 0, bytes: 0 },
        });
        return undefined;
      }
      const sent = await sendTarget(context, run, target, (host, capabilities, signal) =>
        host.delete(capabilities, imageId, signal),
      );
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) {
        if (sent.retryClass === 'lost') unanswered.add(target);
        return retryOrFail(context, run, target, sent, idempotentRetries);
      }
      const freed = { images: 1, bytes: cached?.sizeBytes ?? target.expected?.bytes ?? 0 };
      noteAnswer(run, target.hostId);
      access.report({ kind: 'deleted', imageIds: [imageId] });
      if (sent.answer.wasThere === false) {
        // An earlier try without an answer may have deleted it. Then it counts as done by this operation.
        const ours = unanswered.has(target);
        run.setTarget(target, ours ? 'done' : 'alreadyDone', {
          text: ours ? 'Gone: an earlier try, whose answer was lost, has done it.' : 'The host says that it was gone.',
          actual: ours ? freed : { images: 0, bytes: 0 },
        });
        return undefined;
      }
      const watch = queued && access.state.dequeued([queued]);
      if (watch) watchForReturn(target, watch, freed.bytes);
      else run.setTarget(target, 'done', { actual: freed });
      return undefined;
    },

    async finishHost(hostId) {
      const deleted = run
        .ofHost(hostId)
        .filter((target) => target.state === 'done' && target.imageId !== null && stepOf(run, target) !== 'queue');
      if (deleted.length === 0 || context.stopping.aborted) return;
      const index = await tryRelist(context, hostId);
      for (const target of deleted) {
        if (!index?.cached.has(target.imageId ?? '')) continue;
        run.setTarget(target, 'failed', { text: 'The host said that it was deleted, and lists it as cached again.' });
      }
    },
  };

  function watchForReturn(target: TargetRun, watch: ReturnWatch, freed: number): void {
    run.setTarget(target, 'following', { text: 'Deleted from the queue; if it was being fetched, it comes back.' });
    follow(target, (index, now) => {
      if (!watch.isOver(index?.cached, now)) return false;
      if (watch.returned(index?.cached).length > 0) {
        run.setTarget(target, 'failed', {
          text: 'It came back: the host was fetching it, and that fetch has ended. Delete it again now.',
        });
      } else {
        run.setTarget(target, 'done', {
          text: `Deleted from the queue; not come back in ${formatDuration(now - watch.startedAt)}.`,
          actual: { images: 1, bytes: freed },
        });
      }
      return true;
    });
  }
}

/** Clears caches and queues. Hosts do not say how many images they removed, so the lists before and after are compared. */
export function clearRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const scope = clearScopeOf(run.detail);
  /** The list before the first try of each target. */
  const listBefore = new Map<TargetRun, ImageIndex>();

  return {
    jobKind: () => 'request',
    async send(target) {
      const access = context.access(target.hostId);
      const before =
        listBefore.get(target) ?? (await tryRelist(context, target.hostId)) ?? indexImages(access.images());
      if (context.stopping.aborted) return undefined;
      listBefore.set(target, before);
      const sent = await sendTarget(context, run, target, (host, capabilities, signal) =>
        host.clear(capabilities, scope, signal),
      );
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) return retryOrFail(context, run, target, sent, idempotentRetries);
      access.report({ kind: 'cleared', what: scope });
      settle(target, before, await tryRelist(context, target.hostId));
      return undefined;
    },
  };

  function settle(target: TargetRun, before: ImageIndex, after: ImageIndex | undefined): void {
    if (context.stopping.aborted) return;
    if (!after) {
      run.setTarget(target, 'done', {
        text: 'Cleared. How many went is not known: the host does not say, nor list now.',
      });
      return;
    }
    const { removed, stayed } = compare(before, after);
    if (stayed > 0) {
      const text = `Went: ${amountText(removed)}. ${plural(stayed, 'image is', 'images are')} listed still, or again.`;
      run.setTarget(target, 'failed', { text, actual: removed });
      return;
    }
    const { state } = context.access(target.hostId);
    const watch = scope === 'cache' ? undefined : state.dequeued([...before.queued.values()]);
    if (watch) watchForReturn(target, removed, watch);
    else run.setTarget(target, 'done', { text: removedText(removed), actual: removed });
  }

  function compare(before: ImageIndex, after: ImageIndex): { removed: Amount; stayed: number } {
    const removed = { images: 0, bytes: 0 };
    let stayed = 0;
    const count = (isListed: boolean, bytes: number) => {
      if (isListed) stayed += 1;
      else {
        removed.images += 1;
        removed.bytes += bytes;
      }
    };
    if (scope !== 'queue')
      for (const image of before.cached.values()) count(after.cached.has(image.imageId), image.sizeBytes);
    if (scope !== 'cache') for (const imageId of before.queued.keys()) count(after.queued.has(imageId), 0);
    return { removed, stayed };
  }

  function watchForReturn(target: TargetRun, removed: Amount, watch: ReturnWatch): void {
    const may = `${plural(watch.imageIds.length, 'image')} of the queue may come back when a fetch ends.`;
    run.setTarget(target, 'following', { text: `${removedText(removed)} ${may}`, actual: removed });
    follow(target, (index, now) => {
      if (!watch.isOver(index?.cached, now)) return false;
      const back = watch.returned(index?.cached);
      if (back.length === 0) {
        run.setTarget(target, 'done', {
          text: `${removedText(removed)} None came back in ${formatDuration(now - watch.startedAt)}.`,
          actual: removed,
        });
      } else {
        const text = `${removedText(removed)} ${plural(back.length, 'image')} came back: the host was fetching. Clear again now.`;
        run.setTarget(target, 'failed', { text, actual: removed });
      }
      return true;
    });
  }
}

function removedText(removed: Amount): string {
  return `Went: ${amountText(removed)}.`;
}
