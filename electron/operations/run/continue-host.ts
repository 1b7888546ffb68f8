import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { amountOf } from '../../contract/operations.ts';
import type { RemoteProgram } from '../../contract/remote.ts';
import { formatSize } from '../../contract/sizes.ts';
import { delay } from '../../lib/abort.ts';
import { formatDuration } from '../../lib/duration.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { findProgram } from '../../ssh/glance-programs.ts';
import { compareWithContent } from '../model/clear-content.ts';
import { type ImageIndex, removedFrom } from '../model/image-index.ts';
import { isSameCopy } from '../model/listed-image.ts';
import { amountText } from '../model/operation-texts.ts';
import { noAmount, stepOf, type TargetRun } from '../model/target-run.ts';
import { settleClear, settleUnrecorded } from './clear-runner.ts';
import { settleUnanswered } from './delete-runner.ts';
import { followFetch } from './fetch-follower.ts';
import { overLimit } from './maintenance-runners.ts';
import type { Follow, OperationContext } from './operation-context.ts';
import { tryRelist } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';

/**
 * Asks a host about the open targets of an interrupted operation. A target whose effect is visible in the lists is
 * done. One whose effect is missing is followed until its request cannot arrive any more, and is then sent again. One
 * that cannot be decided stays unknown. Sends nothing that changes the host.
 */
export async function continueHost(
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
    else if (index && run.kind === 'clear') await reconcileClear(context, run, target, index, follow);
    else if (index && run.kind === 'prune' && target.method !== 'delete') {
      await reconcilePrune(context, run, target, index);
    } else if (index) settle(context, run, target, index, follow);
    else
      run.setTarget(target, target.state, {
        text: 'The host could not be checked, so the result is unknown.',
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
  if (step === 'delete' || target.method === 'delete') {
    if (target.state === 'following') reconcileDeleted(context, run, target, index, follow);
    else
      sendUnlessLate(context, run, target, follow, index, (list) =>
        settleUnanswered(context, run, target, list, follow),
      );
  } else if (step === 'queue') {
    if (target.state === 'following') reconcileAccepted(context, run, target, index, follow);
    else
      sendUnlessLate(context, run, target, follow, index, (list) => settleQueued(context, run, target, list, follow));
  } else if (target.method === 'read') {
    // A partial download is of no use to the host: the image is read again if it is still queued.
    sendUnlessLate(context, run, target, follow, index, (list) => settleCached(run, target, list));
  } else sendAgain(context, run, target);
}

/**
 * A request that was sent before the console ended may still be in flight: in a proxy, or in a busy process of the
 * host. So a target that `settled` does not find in a list is followed until the deadline of its request has passed
 * since it was sent, by this console's clock, and is sent again only then. A second fetch of one image corrupts what
 * the host serves (docs/glance-cache-api.md, trap 3).
 */
function sendUnlessLate(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  follow: Follow,
  first: ImageIndex,
  settled: (index: ImageIndex) => boolean,
): void {
  if (settled(first)) return;
  const { deadlines } = context.access(target.hostId).host;
  const deadline = target.method === 'read' ? deadlines.read : deadlines.change;
  let until = (target.sentAt ?? Number.POSITIVE_INFINITY) + deadline;
  const isPast = (now: number) => {
    // A clock that was set back does not make the wait longer than the deadline.
    until = Math.min(until, now + deadline);
    return now >= until;
  };
  if (isPast(context.clock.now())) {
    sendAgain(context, run, target);
    return;
  }
  const text = `The request may still arrive. If the host does not show the result within ${formatDuration(deadline)} of sending, it is sent again.`;
  run.setTarget(target, 'unknown', { text, actual: target.actual });
  follow(target, (index, now) => {
    if (index && settled(index)) return true;
    if (!isPast(now)) return false;
    if (index) sendAgain(context, run, target);
    else run.setTarget(target, 'unknown', { text: 'The host could not be checked, so the result is unknown.' });
    return true;
  });
}

/** The host had deleted the image from its queue before the console ended, and a fetch may bring it back. */
function reconcileDeleted(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  index: ImageIndex,
  follow: Follow,
): void {
  if (settleUnanswered(context, run, target, index, follow)) return;
  run.setTarget(target, 'failed', {
    text: 'The host confirmed the delete but still lists the image, or lists it again.',
  });
}

function settleQueued(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  index: ImageIndex,
  follow: Follow,
): boolean {
  if (settleCached(run, target, index)) return true;
  if (!index.queued.has(target.imageId ?? '')) return false;
  followFetch(context, run, target, follow);
  return true;
}

/** The host had accepted the image before the console ended. */
function reconcileAccepted(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  index: ImageIndex,
  follow: Follow,
): void {
  if (settleQueued(context, run, target, index, follow)) return;
  run.setTarget(target, 'failed', {
    text: 'It left the queue without being cached while the console was not running.',
  });
}

function settleCached(run: OperationRun, target: TargetRun, index: ImageIndex): boolean {
  const cached = index.cached.get(target.imageId ?? '');
  if (!cached) return false;
  run.setTarget(target, 'done', {
    text: 'Cached, confirmed by the host.',
    actual: amountOf([cached]),
  });
  return true;
}

/**
 * A clear is judged by its recorded content: images cached since then are not part of it. If the clear arrives while
 * the host is followed, images that disappear together with the recorded ones were removed by it too.
 */
async function reconcileClear(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  first: ImageIndex,
  follow: Follow,
): Promise<void> {
  const content = await context.clearContents.read(run.id, target);
  if (context.stopping.aborted) return;
  if (!content) settleUnrecorded(run, target, first);
  else if (target.state === 'following') settleClear(context, run, target, follow, content, first);
  else {
    let last = first;
    sendUnlessLate(context, run, target, follow, first, (index) => {
      const { left } = compareWithContent(content, run.detail, index);
      if (left.cached.length + left.queued.length > 0) {
        last = index;
        return false;
      }
      const others = new Map(
        [...last.cached].filter(([imageId, copy]) => !isSameCopy(copy, content.cached.get(imageId))),
      );
      const more = run.detail === 'queue' ? noAmount() : removedFrom({ ...last, cached: others }, index);
      settleClear(context, run, target, follow, content, index, more);
      return true;
    });
  }
}

/**
 * While the prune may still be running, nothing is sent and its outcome is unknown. If it ended without a recorded
 * answer, it removed the images that are missing from the list recorded when it was sent. It is sent again only if it
 * removed nothing.
 */
async function reconcilePrune(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  index: ImageIndex,
): Promise<void> {
  const access = context.access(target.hostId);
  if (access.state.runningPrune) {
    const text =
      'A prune was sent and may still be running on the host, so no second one is sent. Restart ' +
      'glance-api, mark the service as restarted, then prune again.';
    run.setTarget(target, 'unknown', { text });
    return;
  }
  const content = await context.clearContents.read(run.id, target);
  if (context.stopping.aborted) return;
  const went = content ? compareWithContent(content, null, index).went : noAmount();
  if (went.images === 0) sendAgain(context, run, target);
  else {
    const over = overLimit(access.summary(), index);
    const still = over ? ` It is still ${formatSize(over)} over its limit. Prune again.` : '';
    const text = `The response was lost. Deleted since it was sent: ${amountText(went)}.${still}`;
    run.setTarget(target, 'done', { text, actual: went });
  }
}

const programs: Partial<Record<OperationRun['kind'], RemoteProgram>> = {
  prune: 'pruner',
  clean: 'cleaner',
  prefetch: 'prefetcher',
};

/**
 * A program ends when its ssh connection closes, except in a container that does not forward standard input. A program
 * that still runs is not started a second time.
 */
async function reconcileOverSsh(context: OperationContext, run: OperationRun, target: TargetRun): Promise<void> {
  const { remote, stopping } = context;
  const access = remote?.access(target.hostId);
  const program = programs[run.kind];
  if (!remote || !access || !program) {
    sendAgain(context, run, target);
    return;
  }
  const name = `glance-cache-${program}`;
  try {
    const { files } = await readCacheConfiguration(remote.ssh, access, { signal: stopping });
    const [first] = (await findProgram(remote.ssh, access, { program, configFiles: files }, stopping)) ?? [];
    if (first === undefined) sendAgain(context, run, target);
    else {
      context.access(target.hostId).state.ownRemovals.begin()(context.limits().programDeadline);
      const text = `${name} is still running on the host (process ${first}). Wait until it ends or stop it there, then continue.`;
      run.setTarget(target, 'unknown', { text });
    }
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
    if (stopping.aborted) return;
    const { message, remedy } = error.failure;
    run.setTarget(target, 'unknown', {
      text: `It is unknown whether ${name} is still running there. ${message} ${remedy}`,
    });
  }
}

/** The runner reads the lists again before it sends the target: their state by then counts. */
function sendAgain({ access }: OperationContext, run: OperationRun, target: TargetRun): void {
  target.tries = 0;
  // A list read before the deadline has passed shows nothing about a request that arrives afterwards.
  if (target.imageId !== null) access(target.hostId).state.noteRequest(target.imageId);
  run.setTarget(target, 'waiting');
}

function isInNeitherList({ imageId }: TargetRun, index: ImageIndex | undefined): boolean {
  return imageId !== null && index !== undefined && !index.cached.has(imageId) && !index.queued.has(imageId);
}
