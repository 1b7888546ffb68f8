import { plural } from '../../contract/counts.ts';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { Amount } from '../../contract/operations.ts';
import type { RemoteAccess, RemoteProgram } from '../../contract/remote.ts';
import { delay } from '../../lib/abort.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { cleanable } from '../../ssh/disk-listing.ts';
import { findProgram, type ProgramOutcome, runProgram } from '../../ssh/glance-programs.ts';
import { RemoteFailure } from '../../ssh/ssh-failures.ts';
import { prefetcherConflict } from '../model/fetch-conflicts.ts';
import { fetchedSince, type ImageIndex, indexImages, relist, removedFrom } from '../model/image-index.ts';
import { type OperatedRemote, readOnDisk } from '../model/operated-host.ts';
import { amountText, hungPrune } from '../model/operation-texts.ts';
import { noAmount, type TargetRun } from '../model/target-run.ts';
import type { OperationContext, Runner } from './operation-context.ts';
import { tryRelist } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';
import { failUnexpectedly, recordIntent, settleConflict } from './send-target.ts';

/** `before`: the list before a prune. */
type SshRun = { remote: OperatedRemote; access: RemoteAccess; signal: AbortSignal; before?: ImageIndex };

/**
 * Runs one of Glance's cache programs on hosts over ssh. The pruner never runs while a prune may be running on the host
 * (docs/glance-cache-api.md, trap 4).
 */
export function sshRunner(context: OperationContext, run: OperationRun, program: RemoteProgram): Runner {
  return {
    jobKind: () => 'long',
    async send(target) {
      if (settleConflict(context, run, target)) return undefined;
      const { hostId } = target;
      const { remote, guard } = context;
      const access = remote?.access(hostId) ?? null;
      const closed = guard.closed(context.access(hostId).summary().cloudId);
      const why = closed
        ? `${closed.message} ${closed.remedy}`
        : program === 'pruner'
          ? pruneConflict(target)
          : undefined;
      if (why !== undefined) run.setTarget(target, 'refused', { text: why });
      else if (!remote || !access) run.setTarget(target, 'refused', { text: 'SSH access is no longer set up.' });
      else await runOnHost(target, remote, access);
      return undefined;
    },
  };

  async function runOnHost(target: TargetRun, remote: OperatedRemote, access: RemoteAccess): Promise<void> {
    const { hostId } = target;
    const cancel = context.cancelSignals.add(run.id);
    const sshRun: SshRun = { remote, access, signal: AbortSignal.any([context.stopping, cancel.signal]) };
    try {
      if ((await recordIntent(context, run, target)) === 'stopped') return;
      run.setTarget(target, 'sent', { text: `Running glance-cache-${program} over SSH.` });
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
      cancel.close();
      context.output.flush();
    }
  }

  /** It may not be known whether the program ended. Then the text of the failure says that it may still run. */
  async function reportCancelled(target: TargetRun, { failure }: RemoteFailure, { before }: SshRun): Promise<void> {
    if (failure.notSent) {
      run.setTarget(target, 'cancelled', { text: `Cancelled before glance-cache-${program} was run.` });
      return;
    }
    const after = before ? await tryRelist(context, target.hostId) : undefined;
    const gone = before && after ? `Deleted until then: ${amountText(removedFrom(before, after))}.` : '';
    run.setTarget(target, 'cancelled', { text: [failure.message, gone, failure.remedy].filter(Boolean).join(' ') });
  }

  async function prune(target: TargetRun, sshRun: SshRun): Promise<void> {
    const before = (await tryRelist(context, target.hostId)) ?? indexImages(context.access(target.hostId).images());
    sshRun.before = before;
    const { ending, report } = await runProgramOnce(target, sshRun);
    context.access(target.hostId).report({ kind: 'pruned' });
    const after = await tryRelist(context, target.hostId);
    const gone = after ? removedFrom(before, after) : null;
    const actual = report.prunedTotal ?? gone ?? { images: report.pruned.length, bytes: 0 };
    run.setTarget(target, 'done', {
      text: [ending.text, `Deleted ${amountText(actual)}.`, planDifference(target, actual), ...report.problems]
        .filter(Boolean)
        .join(' '),
      actual,
    });
  }

  async function clean(target: TargetRun, sshRun: SshRun): Promise<void> {
    const listCleanable = async () => {
      const { configuration, listing } = await readOnDisk(sshRun.remote.ssh, sshRun.access, sshRun.signal);
      return cleanable(listing, configuration.stallSeconds);
    };
    const before = await listCleanable();
    const { ending, report } = await runProgramOnce(target, sshRun);
    const left = new Set((await listCleanable()).map(({ state, name }) => `${state} ${name}`));
    const gone = before.filter(({ state, name }) => !left.has(`${state} ${name}`));
    const actual = { images: gone.length, bytes: gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
    const still = left.size > 0 ? `${plural(left.size, 'file remains', 'files remain')}.` : '';
    const removed = `Removed ${plural(actual.images, 'file')}.`;
    run.setTarget(target, 'done', {
      text: [ending.text, removed, still, ...report.problems].filter(Boolean).join(' '),
      actual,
    });
  }

  /** Runs only if images are queued at this moment, and none of them may be being fetched by the host itself. */
  async function prefetch(target: TargetRun, sshRun: SshRun): Promise<void> {
    const host = context.access(target.hostId);
    const before = await relist(host, sshRun.signal);
    const conflict = prefetcherConflict(host.summary().capabilities?.fetch, before);
    if (conflict || before.queued.size === 0) {
      run.setTarget(target, 'alreadyDone', {
        text: conflict ?? 'Nothing was queued.',
        actual: noAmount(),
      });
      return;
    }
    // Makes the fleet poll the host more often.
    host.report({ kind: 'queued', imageIds: [...before.queued.keys()] });
    const { ending } = await withQueueProgress(context, run, target, before, () => runProgramOnce(target, sshRun));
    const after = await tryRelist(context, target.hostId);
    const { fetched: actual, left } = fetchedSince(before, after);
    const text = `${ending.text} Fetched ${amountText(actual)}; ${plural(left, 'image is', 'images are')} still queued.`;
    run.setTarget(target, left > 0 ? 'failed' : 'done', { text, actual });
  }

  async function runProgramOnce(target: TargetRun, sshRun: SshRun): Promise<ProgramOutcome> {
    const { remote, access, signal } = sshRun;
    const { files } = await readCacheConfiguration(remote.ssh, access, { signal });
    if (program !== 'cleaner') await requireNotRunning(sshRun, files);
    const addLine = context.output.writer(run.id, target.hostId);
    const { programDeadline } = context.limits();
    const end = program === 'prefetcher' ? undefined : context.access(target.hostId).state.ownRemovals.begin();
    try {
      const outcome = await runProgram(remote.ssh, access, {
        program,
        configFiles: files,
        deadlineMs: programDeadline,
        signal,
        onLine: (line) => {
          addLine(line);
          context.notifyProgress(run);
        },
      });
      end?.();
      return outcome;
    } finally {
      // Without an outcome, the program may still run there.
      end?.(programDeadline);
    }
  }

  /** Throws {@link ProgramRunning} if the program runs on the host already, such as one started by cron. */
  async function requireNotRunning({ remote, access, signal }: SshRun, configFiles: readonly string[]): Promise<void> {
    const [pid] = (await findProgram(remote.ssh, access, { program, configFiles }, signal)) ?? [];
    if (pid !== undefined) throw new ProgramRunning(program, pid);
  }

  function pruneConflict({ hostId, hostName }: TargetRun): string | undefined {
    const { runningPrune } = context.access(hostId).state;
    return runningPrune && hungPrune(hostName, runningPrune, context.clock.now());
  }
}

class ProgramRunning extends Error {
  constructor(program: RemoteProgram, pid: number) {
    super(
      `glance-cache-${program} is already running there (process ${pid}). Wait until it ends or stop it on the host.`,
    );
  }
}

function isCancelled(error: unknown): error is RemoteFailure {
  return error instanceof RemoteFailure && error.problem === 'interrupted';
}

/** The text for a prune that removed other images than its plan expected; empty if it did not. */
export function planDifference({ expected }: TargetRun, actual: Amount): string {
  if (!expected) return '';
  const isSameSize = expected.bytes === actual.bytes || (expected.unsized ?? actual.unsized) !== undefined;
  if (expected.images === actual.images && isSameSize) return '';
  return `The preview expected ${amountText(expected)}; the cache changed since.`;
}

/** Shows how many queued images are fetched while `work` runs, because the prefetcher does not report it. */
async function withQueueProgress<Result>(
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
      const index = await tryRelist(context, target.hostId);
      if (ends.aborted) return;
      // A host that does not answer may be busy fetching.
      if (!index) continue;
      const { fetched, left } = fetchedSince(before, index);
      run.setProgress(target, { bytes: fetched.bytes, of });
      const text = `Running glance-cache-prefetcher over SSH: ${amountText(fetched)} fetched, ${plural(left, 'image')} queued.`;
      run.setTarget(target, 'sent', { text });
    }
  }
}
