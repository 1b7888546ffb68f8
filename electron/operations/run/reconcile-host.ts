import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { RemoteProgram } from '../../contract/remote.ts';
import { delay } from '../../lib/abort.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { findProgram } from '../../ssh/glance-programs.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { amountText } from '../model/operation-texts.ts';
import { noAmount, stepOf, type TargetRun } from '../model/target-run.ts';
import { followFetch } from './fetch-follower.ts';
import type { Follow, OperationContext } from './operation-context.ts';
import { tryRelist } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';

/**
 * Asks a host what came of the open targets of an interrupted operation. A target whose effect
 * shows in the listing is done, one whose effect is missing waits to be sent again, and one that cannot be decided stays
 * unknown. Sends nothing that changes the host.
 */
export async function reconcileHost(
  context: OperationContext,
  run: OperationRun,
  hostId: HostId,
  follow: Follow,
): Promise<void> {
  const open = run.ofHost(hostId).filter(({ state }) => state === 'unknown' || state === 'following');
  if (open.length === 0) return;
  let index = await tryRelist(context, hostId);
  if (index && open.some((target) => stepOf(run, target) === 'queue' && isInNeitherList(target, index))) {
    // When a fetch ends, the image is in neither list for a moment.
    await delay(context.clock, context.limits().relistDelay, context.stopping);
    index = await tryRelist(context, hostId);
  }
  if (context.stopping.aborted || run.state === 'cancelling') return;
  for (const target of open) {
    if (index && target.method === 'ssh') await reconcileOverSsh(context, run, target);
    else if (index) settle(context, run, target, index, follow);
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
  index: ImageIndex,
  follow: Follow,
): void {
  const step = stepOf(run, target);
  if (step === 'delete' || target.method === 'delete') reconcileDelete(run, target, index);
  else if (step === 'queue') reconcileQueue(context, run, target, index, follow);
  else if (run.kind === 'clear') reconcileClear(run, target, index);
  else if (target.method === 'read') reconcileRead(run, target, index);
  else if (run.kind === 'prune') reconcilePrune(context, run, target);
  else sendAgain(run, target);
}

function reconcileDelete(run: OperationRun, target: TargetRun, index: ImageIndex): void {
  const imageId = target.imageId ?? '';
  if (!index.cached.has(imageId) && !index.queued.has(imageId)) {
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
  index: ImageIndex,
  follow: Follow,
): void {
  const cached = index.cached.get(target.imageId ?? '');
  if (cached) {
    run.setTarget(target, 'done', {
      text: 'Cached, as the host now shows.',
      actual: { images: 1, bytes: cached.sizeBytes },
    });
  } else if (index.queued.has(target.imageId ?? '')) followFetch(context, run, target, follow);
  else if (target.state === 'following') {
    run.setTarget(target, 'failed', {
      text: 'It left the queue without being cached while the console was not running.',
    });
  } else sendAgain(run, target);
}

/** A partial download is of no use to the host: the image is read again if it is still queued. */
function reconcileRead(run: OperationRun, target: TargetRun, index: ImageIndex): void {
  const cached = index.cached.get(target.imageId ?? '');
  if (!cached) sendAgain(run, target);
  else {
    run.setTarget(target, 'done', {
      text: 'Cached, as the host now shows.',
      actual: { images: 1, bytes: cached.sizeBytes },
    });
  }
}

function reconcileClear(run: OperationRun, target: TargetRun, index: ImageIndex): void {
  const held = (run.detail === 'queue' ? 0 : index.cached.size) + (run.detail === 'cache' ? 0 : index.queued.size);
  if (held > 0) {
    sendAgain(run, target);
    return;
  }
  const went = target.actual ?? target.expected ?? noAmount();
  run.setTarget(target, 'done', { text: `Empty, as the host now shows. Went: ${amountText(went)}.`, actual: went });
}

/** While the prune may still be running, nothing is sent and its outcome is not known. */
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
 * A program ends when its ssh connection closes, except in a container that does not pass on standard input. A program that
 * still runs is not started a second time.
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

function isInNeitherList({ imageId }: TargetRun, index: ImageIndex | undefined): boolean {
  return imageId !== null && index !== undefined && !index.cached.has(imageId) && !index.queued.has(imageId);
}
