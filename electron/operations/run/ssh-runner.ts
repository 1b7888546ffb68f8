import { ExpectedFailure } from '../../contract/failure.ts';
import type { Amount } from '../../contract/operations.ts';
import type { RemoteAccess, RemoteProgram } from '../../contract/remote.ts';
import { delay } from '../../lib/abort.ts';
import { plural } from '../../lib/text.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { cleanable } from '../../ssh/disk-listing.ts';
import { findProgram, type ProgramOutcome, runProgram } from '../../ssh/glance-programs.ts';
import { RemoteFailure } from '../../ssh/ssh-failures.ts';
import { prefetcherConflict } from '../model/fetch-conflicts.ts';
import { type ImageIndex, indexImages, relist } from '../model/image-index.ts';
import { type OperatedRemote, readOnDisk } from '../model/operated-host.ts';
import { amountText, hungPrune } from '../model/operation-texts.ts';
import type { TargetRun } from '../model/target-run.ts';
import { tryRelist } from './look-again.ts';
import type { OperationContext, Runner } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';
import { failUnexpectedly } from './send-target.ts';

const nothing = { images: 0, bytes: 0 };

type SshRun = { remote: OperatedRemote; access: RemoteAccess; signal: AbortSignal; before?: ImageIndex };

/** Has one of a host's own programs run, over ssh. Never a pruner where a prune may be running (trap 4). */
export function sshRunner(context: OperationContext, run: OperationRun, program: RemoteProgram): Runner {
  return {
    jobKind: () => 'long',
    async send(target) {
      const { hostId } = target;
      const { remote, guard } = context;
      const access = remote?.access(hostId) ?? null;
      const closed = guard.closed(context.access(hostId).summary().cloudId);
      const why = closed
        ? `${closed.message} ${closed.remedy}`
        : { pruner: pruneConflict, prefetcher: prefetchConflict, cleaner: () => undefined }[program](target);
      if (why !== undefined) run.setTarget(target, 'refused', { text: why });
      else if (!remote || !access) run.setTarget(target, 'refused', { text: 'No access over ssh is set up any more.' });
      else await attempt(target, remote, access);
      return undefined;
    },
  };

  async function attempt(target: TargetRun, remote: OperatedRemote, access: RemoteAccess): Promise<void> {
    const { hostId } = target;
    const cancel = context.cancelSignals.add(run.id);
    const sshRun: SshRun = { remote, access, signal: AbortSignal.any([context.stopping, cancel.signal]) };
    const { programs } = context.access(hostId).state;
    programs.add(program);
    try {
      target.tries += 1;
      const now = context.clock.now();
      await context.journal.recordIntent(run.id, target, now);
      if (context.stopping.aborted) return;
      target.sentAt = now;
      run.setTarget(target, 'sent', { text: `glance-cache-${program} is run over ssh.` });
      await { pruner: prune, cleaner: clean, prefetcher: prefetch }[program](target, sshRun);
    } catch (error) {
      if (context.stopping.aborted) return;
      if (program === 'pruner') context.access(hostId).report({ kind: 'pruned' });
      if (error instanceof ProgramRunning) run.setTarget(target, 'refused', { text: error.message });
      else if (cancel.signal.aborted && isCancelled(error)) await reportCancelled(target, error, sshRun);
      else if (error instanceof ExpectedFailure)
        run.setTarget(target, 'failed', { failure: error.failure, text: null });
      else failUnexpectedly(context, run, target, error);
    } finally {
      programs.delete(program);
      cancel.close();
      context.output.flush();
    }
  }

  /** Where nobody confirmed the program's end, it may run still: that is said, and no more than that is known. */
  async function reportCancelled(target: TargetRun, { failure }: RemoteFailure, { before }: SshRun): Promise<void> {
    if (failure.notSent) {
      run.setTarget(target, 'cancelled', { text: `Cancelled before glance-cache-${program} was run.` });
      return;
    }
    const after = before ? await tryRelist(context, target.hostId) : undefined;
    const gone = before && after ? `Until then ${amountText(removedFrom(before, after))} went.` : '';
    run.setTarget(target, 'cancelled', { text: [failure.message, gone, failure.remedy].filter(Boolean).join(' ') });
  }

  async function prune(target: TargetRun, sshRun: SshRun): Promise<void> {
    const before = (await tryRelist(context, target.hostId)) ?? indexImages(context.access(target.hostId).images());
    sshRun.before = before;
    const { ending, report: said } = await runProgramOnce(target, sshRun);
    context.access(target.hostId).report({ kind: 'pruned' });
    const after = await tryRelist(context, target.hostId);
    const gone = after ? removedFrom(before, after) : null;
    const actual = said.prunedTotal ?? gone ?? { images: said.pruned.length, bytes: 0 };
    run.setTarget(target, 'done', {
      text: [ending.text, `Removed ${amountText(actual)}.`, planDifference(target, actual), ...said.problems]
        .filter(Boolean)
        .join(' '),
      actual,
    });
  }

  async function clean(target: TargetRun, sshRun: SshRun): Promise<void> {
    const look = async () => {
      const { configuration, listing } = await readOnDisk(sshRun.remote.ssh, sshRun.access, sshRun.signal);
      return cleanable(listing, configuration.stallSeconds);
    };
    const before = await look();
    const { ending, report: said } = await runProgramOnce(target, sshRun);
    const left = new Set((await look()).map(({ state, name }) => `${state} ${name}`));
    const gone = before.filter(({ state, name }) => !left.has(`${state} ${name}`));
    const actual = { images: gone.length, bytes: gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
    const still = left.size > 0 ? `${plural(left.size, 'file is', 'files are')} there still.` : '';
    const removed = `Removed ${plural(actual.images, 'file')}.`;
    run.setTarget(target, 'done', {
      text: [ending.text, removed, still, ...said.problems].filter(Boolean).join(' '),
      actual,
    });
  }

  /** Only what is queued at that moment, and may not be fetched by the host itself. */
  async function prefetch(target: TargetRun, sshRun: SshRun): Promise<void> {
    const host = context.access(target.hostId);
    const before = await relist(host, sshRun.signal);
    const conflict = prefetcherConflict(host.summary().capabilities?.fetch, before);
    if (conflict || before.queued.size === 0) {
      run.setTarget(target, 'alreadyDone', {
        text: conflict ?? 'Nothing was queued when its turn came.',
        actual: nothing,
      });
      return;
    }
    // The fleet looks more often at what is being fetched.
    host.report({ kind: 'queued', imageIds: [...before.queued.keys()] });
    const { ending } = await withQueueProgress(context, run, target, before, () => runProgramOnce(target, sshRun));
    const after = await tryRelist(context, target.hostId);
    const { came: actual, left } = fetchedSince(before, after);
    const text = `${ending.text} Fetched ${amountText(actual)}; ${plural(left, 'image is', 'images are')} queued still.`;
    run.setTarget(target, left > 0 ? 'failed' : 'done', { text, actual });
  }

  async function runProgramOnce(target: TargetRun, sshRun: SshRun): Promise<ProgramOutcome> {
    const { remote, access, signal } = sshRun;
    const { files } = await readCacheConfiguration(remote.ssh, access, { signal });
    if (program !== 'cleaner') await requireNotRunning(sshRun, files);
    return runProgram(remote.ssh, access, {
      program,
      configFiles: files,
      deadlineMs: context.limits().programDeadline,
      signal,
      onLine: (line) => {
        context.output.add(run.id, target.hostId, line);
        context.notifyProgress(run);
      },
    });
  }

  /** Never one beside another that runs there already, such as cron's, or one that is left over. */
  async function requireNotRunning({ remote, access, signal }: SshRun, configFiles: readonly string[]): Promise<void> {
    const [pid] = (await findProgram(remote.ssh, access, { program, configFiles }, signal)) ?? [];
    if (pid !== undefined) throw new ProgramRunning(program, pid);
  }

  function prefetchConflict({ hostId, hostName }: TargetRun): string | undefined {
    if (context.access(hostId).state.programs.has('prefetcher'))
      return `Another operation prefetches on ${hostName} at this moment.`;
    const reading = context.requestedByOthers(run, hostId).size > 0;
    return reading ? `Another operation queues or reads images on ${hostName} at this moment.` : undefined;
  }

  function pruneConflict({ hostId, hostName }: TargetRun): string | undefined {
    const { programs, runningPrune } = context.access(hostId).state;
    if (programs.has('pruner')) return `Another operation prunes ${hostName} at this moment.`;
    return runningPrune && hungPrune(hostName, runningPrune, context.clock.now());
  }
}

class ProgramRunning extends Error {
  constructor(program: RemoteProgram, pid: number) {
    super(`glance-cache-${program} runs there already (process ${pid}): wait until it ends, or end it on the host.`);
  }
}

function isCancelled(error: unknown): error is RemoteFailure {
  return error instanceof RemoteFailure && error.problem === 'interrupted';
}

/** What went from a list. */
export function removedFrom(before: ImageIndex, after: ImageIndex): Amount {
  const gone = { images: 0, bytes: 0 };
  for (const image of before.cached.values()) {
    if (after.cached.has(image.imageId)) continue;
    gone.images += 1;
    gone.bytes += image.sizeBytes;
  }
  return gone;
}

/** What is to be said where a prune did other than its preview. */
export function planDifference({ expected }: TargetRun, actual: Amount): string {
  if (!expected || (expected.images === actual.images && expected.bytes === actual.bytes)) return '';
  return `The plan expected ${amountText(expected)}: the cache, or how it is used, changed since.`;
}

/** What came of a queue since: what is cached of it, and how many images wait still. */
export function fetchedSince(
  before: Pick<ImageIndex, 'queued'>,
  after: ImageIndex | undefined,
): { came: Amount; left: number } {
  const came = { images: 0, bytes: 0 };
  let left = 0;
  for (const imageId of before.queued.keys()) {
    if (after?.queued.has(imageId)) left += 1;
    const cached = after?.cached.get(imageId);
    if (!cached) continue;
    came.images += 1;
    came.bytes += cached.sizeBytes;
  }
  return { came, left };
}

/** Tells how far a queue has come for as long as something works on it: its program itself says nothing of that. */
export async function withQueueProgress<Result>(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  before: Pick<ImageIndex, 'queued'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const sizes = [...before.queued.values()].map(({ description }) => description?.catalogueSizeBytes ?? null);
  const of = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const watching = watch();
  try {
    return await work();
  } finally {
    over.abort();
    await watching;
  }

  async function watch(): Promise<void> {
    let wait = context.limits().minFollowInterval;
    const ends = AbortSignal.any([over.signal, context.stopping]);
    for (;;) {
      await delay(context.clock, wait, ends);
      if (ends.aborted) return;
      wait = Math.min(context.limits().maxFollowInterval, wait * 1.5);
      const seen = await tryRelist(context, target.hostId);
      if (ends.aborted) return;
      // A host that does not answer meanwhile may be busy fetching.
      if (!seen) continue;
      const { came, left } = fetchedSince(before, seen);
      run.setProgress(target, { bytes: came.bytes, of });
      const text = `glance-cache-prefetcher is run over ssh: ${amountText(came)} fetched, ${plural(left, 'image')} queued.`;
      run.setTarget(target, 'sent', { text });
    }
  }
}
