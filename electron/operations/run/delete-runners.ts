import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { Amount } from '../../contract/operations.ts';
import type { ReturnWatch } from '../../fleet/delete-watch.ts';
import { formatDuration, plural } from '../../lib/text.ts';
import { type ImageIndex, indexImages, isListReadable } from '../model/image-index.ts';
import { amountText } from '../model/operation-texts.ts';
import { clearScopeOf } from '../model/recorded-operation.ts';
import { stepOf, type TargetRun } from '../model/target-run.ts';
import { tryRelist } from './look-again.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';
import { idempotentRetries, noteAnswer, retryOrFail, sendTarget } from './send-target.ts';

/** Deletes images from caches and queues. What is gone already is done, and says so. */
export function deleteRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  /** Targets of which a request got no answer, and may have been done. */
  const lost = new Set<TargetRun>();

  /** Only what a host listed a moment ago may be taken for gone unasked; it may be down, or never read since the start. */
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
      const seen = indexImages(images);
      const cached = seen.cached.get(imageId);
      const queued = seen.queued.get(imageId);
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
        if (sent.retryClass === 'lost') lost.add(target);
        return retryOrFail(context, run, target, sent, idempotentRetries);
      }
      const freed = { images: 1, bytes: cached?.sizeBytes ?? target.expected?.bytes ?? 0 };
      noteAnswer(run, target.hostId);
      access.report({ kind: 'deleted', imageIds: [imageId] });
      if (sent.answer.wasThere === false) {
        // A try before this one, whose answer was lost, may have done it: then it was this operation after all.
        const ours = lost.has(target);
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
      // The host answered each delete; that it does not list now is told on its own row.
      const seen = await tryRelist(context, hostId);
      for (const target of deleted) {
        if (!seen?.cached.has(target.imageId ?? '')) continue;
        run.setTarget(target, 'failed', { text: 'The host said that it was deleted, and lists it as cached again.' });
      }
    },
  };

  function watchForReturn(target: TargetRun, watch: ReturnWatch, freed: number): void {
    run.setTarget(target, 'following', { text: 'Deleted from the queue; if it was being fetched, it comes back.' });
    follow(target, (seen, now) => {
      if (!watch.isOver(seen?.cached, now)) return false;
      if (watch.returned(seen?.cached).length > 0) {
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

/** Clears caches and queues, and counts what went by comparing the lists before and after: the host does not say. */
export function clearRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  const what = clearScopeOf(run.detail);
  const before = new Map<TargetRun, ImageIndex>();

  return {
    jobKind: () => 'request',
    async send(target) {
      const access = context.access(target.hostId);
      const held = before.get(target) ?? (await tryRelist(context, target.hostId)) ?? indexImages(access.images());
      if (context.stopping.aborted) return undefined;
      before.set(target, held);
      const sent = await sendTarget(context, run, target, (host, capabilities, signal) =>
        host.clear(capabilities, what, signal),
      );
      if (sent === 'stopped') return undefined;
      if ('failure' in sent) return retryOrFail(context, run, target, sent, idempotentRetries);
      access.report({ kind: 'cleared', what });
      settle(target, held, await tryRelist(context, target.hostId));
      return undefined;
    },
  };

  function settle(target: TargetRun, held: ImageIndex, after: ImageIndex | undefined): void {
    if (context.stopping.aborted) return;
    if (!after) {
      run.setTarget(target, 'done', {
        text: 'Cleared. How many went is not known: the host does not say, nor list now.',
      });
      return;
    }
    const { went, stayed } = compare(held, after);
    if (stayed > 0) {
      const text = `Went: ${amountText(went)}. ${plural(stayed, 'image is', 'images are')} listed still, or again.`;
      run.setTarget(target, 'failed', { text, actual: went });
      return;
    }
    const { state } = context.access(target.hostId);
    const watch = what === 'cache' ? undefined : state.dequeued([...held.queued.values()]);
    if (watch) watchForReturn(target, went, watch);
    else run.setTarget(target, 'done', { text: wentText(went), actual: went });
  }

  function compare(held: ImageIndex, after: ImageIndex): { went: Amount; stayed: number } {
    const went = { images: 0, bytes: 0 };
    let stayed = 0;
    const gone = (there: boolean, bytes: number) => {
      if (there) stayed += 1;
      else {
        went.images += 1;
        went.bytes += bytes;
      }
    };
    if (what !== 'queue')
      for (const image of held.cached.values()) gone(after.cached.has(image.imageId), image.sizeBytes);
    if (what !== 'cache') for (const imageId of held.queued.keys()) gone(after.queued.has(imageId), 0);
    return { went, stayed };
  }

  function watchForReturn(target: TargetRun, went: Amount, watch: ReturnWatch): void {
    const may = `${plural(watch.imageIds.length, 'image')} of the queue may come back when a fetch ends.`;
    run.setTarget(target, 'following', { text: `${wentText(went)} ${may}`, actual: went });
    follow(target, (seen, now) => {
      if (!watch.isOver(seen?.cached, now)) return false;
      const back = watch.returned(seen?.cached);
      if (back.length === 0) {
        run.setTarget(target, 'done', {
          text: `${wentText(went)} None came back in ${formatDuration(now - watch.startedAt)}.`,
          actual: went,
        });
      } else {
        const text = `${wentText(went)} ${plural(back.length, 'image')} came back: the host was fetching. Clear again now.`;
        run.setTarget(target, 'failed', { text, actual: went });
      }
      return true;
    });
  }
}

function wentText(went: Amount): string {
  return `Went: ${amountText(went)}.`;
}
