import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { RemoteProgram } from '../../contract/remote.ts';
import { delay } from '../../lib/abort.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { findProgram } from '../../ssh/glance-programs.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { amountText } from '../model/operation-texts.ts';
import { stepOf, type TargetRun } from '../model/target-run.ts';
import { followFetch } from './fetch-follower.ts';
import { tryRelist } from './look-again.ts';
import type { Follow, OperationContext } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';

const nothing = { images: 0, bytes: 0 };

/**
 * Asks a host what is true of the targets of an interrupted operation: what came about is done, what did not waits to
 * be sent, and what cannot be told stays unknown. Sends nothing that changes the host.
 */
export async function reconcileHost(
  context: OperationContext,
  run: OperationRun,
  hostId: HostId,
  follow: Follow,
): Promise<void> {
  const open = run.ofHost(hostId).filter(({ state }) => state === 'unknown' || state === 'following');
  if (open.length === 0) return;
  let seen = await tryRelist(context, hostId);
  if (seen && open.some((target) => stepOf(run, target) === 'queue' && isInNeitherList(target, seen))) {
    // At the end of a fetch an image is in neither list for a moment.
    await delay(context.clock, context.limits().relistDelay, context.stopping);
    seen = await tryRelist(context, hostId);
  }
  if (context.stopping.aborted || run.state === 'cancelling') return;
  for (const target of open) {
    if (seen && target.rung === 'ssh') await reconcileOverSsh(context, run, target);
    else if (seen) settle(context, run, target, seen, follow);
    else
      run.setTarget(target, target.state, {
        text: 'The host could not be asked what came of it.',
        actual: target.actual,
      });
  }
}

function settle(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  seen: ImageIndex,
  follow: Follow,
): void {
  const step = stepOf(run, target);
  if (step === 'delete' || target.rung === 'delete') reconcileDelete(run, target, seen);
  else if (step === 'queue') reconcileQueue(context, run, target, seen, follow);
  else if (run.kind === 'clear') reconcileClear(run, target, seen);
  else if (target.rung === 'read') reconcileRead(run, target, seen);
  else if (run.kind === 'prune') reconcilePrune(context, run, target);
  else sendAgain(run, target);
}

function reconcileDelete(run: OperationRun, target: TargetRun, seen: ImageIndex): void {
  const imageId = target.imageId ?? '';
  if (!seen.cached.has(imageId) && !seen.queued.has(imageId)) {
    run.setTarget(target, 'done', {
      text: 'Gone, as the host now shows.',
      actual: target.expected ?? { images: 1, bytes: 0 },
    });
  } else sendAgain(run, target);
}

function reconcileQueue(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  seen: ImageIndex,
  follow: Follow,
): void {
  const cached = seen.cached.get(target.imageId ?? '');
  if (cached) {
    run.setTarget(target, 'done', {
      text: 'Cached, as the host now shows.',
      actual: { images: 1, bytes: cached.sizeBytes },
    });
  } else if (seen.queued.has(target.imageId ?? '')) followFetch(context, run, target, follow);
  else if (target.state === 'following') {
    run.setTarget(target, 'failed', {
      text: 'It left the queue without being cached while the console was not running.',
    });
  } else sendAgain(run, target);
}

/** What was read in part is no use to the host: it is read anew, should it be queued still. */
function reconcileRead(run: OperationRun, target: TargetRun, seen: ImageIndex): void {
  const cached = seen.cached.get(target.imageId ?? '');
  if (!cached) sendAgain(run, target);
  else {
    run.setTarget(target, 'done', {
      text: 'Cached, as the host now shows.',
      actual: { images: 1, bytes: cached.sizeBytes },
    });
  }
}

function reconcileClear(run: OperationRun, target: TargetRun, seen: ImageIndex): void {
  const held = (run.detail === 'queue' ? 0 : seen.cached.size) + (run.detail === 'cache' ? 0 : seen.queued.size);
  if (held > 0) {
    sendAgain(run, target);
    return;
  }
  const went = target.actual ?? target.expected ?? nothing;
  run.setTarget(target, 'done', { text: `Empty, as the host now shows. Went: ${amountText(went)}.`, actual: went });
}

/** A prune may be running still: then nothing is sent, and nothing can be told. */
function reconcilePrune(context: OperationContext, run: OperationRun, target: TargetRun): void {
  const { hostId } = target;
  if (!context.access(hostId).state.runningPrune) {
    sendAgain(run, target);
    return;
  }
  const text =
    'A prune was sent, and may be running on the host still: no second one is sent. When its glance-api service was ' +
    'restarted, tell the console so, then prune again.';
  run.setTarget(target, 'unknown', { text });
}

const programs: Partial<Record<OperationRun['kind'], RemoteProgram>> = {
  prune: 'pruner',
  clean: 'cleaner',
  prefetch: 'prefetcher',
};

/**
 * A program ends when the connection closes that it was run over, save in a container that hands on no standard input: one
 * that runs still is waited for, and never run a second time beside it.
 */
async function reconcileOverSsh(context: OperationContext, run: OperationRun, target: TargetRun): Promise<void> {
  const { remote, stopping } = context;
  const access = remote?.access(target.hostId);
  const program = programs[run.kind];
  if (!remote || !access || !program) {
    sendAgain(run, target);
    return;
  }
  const name = `glance-cache-${program}`;
  try {
    const { files } = await readCacheConfiguration(remote.ssh, access, { signal: stopping });
    const [first] = (await findProgram(remote.ssh, access, { program, configFiles: files }, stopping)) ?? [];
    if (first === undefined) sendAgain(run, target);
    else {
      const text = `${name} runs on the host still (process ${first}): wait until it ends, or end it there. Then continue.`;
      run.setTarget(target, 'unknown', { text });
    }
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
    if (stopping.aborted) return;
    const { message, remedy } = error.failure;
    run.setTarget(target, 'unknown', {
      text: `Whether ${name} runs there still could not be asked. ${message} ${remedy}`,
    });
  }
}

function sendAgain(run: OperationRun, target: TargetRun): void {
  target.tries = 0;
  run.setTarget(target, 'waiting');
}

function isInNeitherList({ imageId }: TargetRun, seen: ImageIndex | undefined): boolean {
  return imageId !== null && seen !== undefined && !seen.cached.has(imageId) && !seen.queued.has(imageId);
}
