import { ExpectedFailure } from '../../contract/failure.ts';
import type { Amount } from '../../contract/operations.ts';
import type { RemoteAccess, RemoteProgram } from '../../contract/remote.ts';
import { plural } from '../../lib/text.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { cleanable } from '../../ssh/disk-listing.ts';
import { findProgram, type ProgramOutcome, runProgram } from '../../ssh/glance-programs.ts';
import { RemoteFailure } from '../../ssh/ssh-failures.ts';
import { prefetcherConflict } from '../model/fetch-conflicts.ts';
import { type ImageIndex, indexImages, relist } from '../model/image-index.ts';
import { type OperatedRemote, readOnDisk } from '../model/operated-host.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import { amountText, hungPrune } from '../model/operation-texts.ts';
import type { Crew, Runner } from './crew.ts';
import { tryRelist } from './look-again.ts';
import { fault } from './send.ts';
import { fetchedSince, whileWatched } from './watch-queue.ts';

const nothing = { images: 0, bytes: 0 };

type Way = { remote: OperatedRemote; access: RemoteAccess; signal: AbortSignal; before?: ImageIndex };

/** Has one of a host's own programs run, over ssh. Never a pruner where a prune may be running (trap 4). */
export function sshRunner(crew: Crew, account: Account, program: RemoteProgram): Runner {
  return {
    work: () => 'long',
    async send(entry) {
      const { hostId } = entry;
      const { remote, guard } = crew;
      const access = remote?.access(hostId) ?? null;
      const closed = guard.closed(crew.access(hostId).summary().cloudId);
      const why = closed
        ? `${closed.message} ${closed.remedy}`
        : { pruner: pruneUnderWay, prefetcher: prefetchUnderWay, cleaner: () => undefined }[program](entry);
      if (why !== undefined) account.set(entry, 'refused', { text: why });
      else if (!remote || !access) account.set(entry, 'refused', { text: 'No access over ssh is set up any more.' });
      else await attempt(entry, remote, access);
      return undefined;
    },
  };

  async function attempt(entry: Entry, remote: OperatedRemote, access: RemoteAccess): Promise<void> {
    const { hostId } = entry;
    const cancel = crew.cancels.open(account.id);
    const way: Way = { remote, access, signal: AbortSignal.any([crew.stopping, cancel.signal]) };
    const { programs } = crew.access(hostId).state;
    programs.add(program);
    try {
      entry.tries += 1;
      const now = crew.clock.now();
      await crew.journal.intend(account.id, entry, now);
      if (crew.stopping.aborted) return;
      entry.sentAt = now;
      account.set(entry, 'sent', { text: `glance-cache-${program} is run over ssh.` });
      await { pruner: prune, cleaner: clean, prefetcher: prefetch }[program](entry, way);
    } catch (error) {
      if (crew.stopping.aborted) return;
      if (program === 'pruner') crew.access(hostId).report({ kind: 'pruned' });
      if (error instanceof RunsAlready) account.set(entry, 'refused', { text: error.message });
      else if (cancel.signal.aborted && isCancelled(error)) await tellCancelled(entry, error, way);
      else if (error instanceof ExpectedFailure) account.set(entry, 'failed', { failure: error.failure, text: null });
      else fault(crew, account, entry, error);
    } finally {
      programs.delete(program);
      cancel.close();
      crew.output.flush();
    }
  }

  /** Where nobody confirmed the program's end, it may run still: that is said, and no more than that is known. */
  async function tellCancelled(entry: Entry, { failure }: RemoteFailure, { before }: Way): Promise<void> {
    if (failure.notSent) {
      account.set(entry, 'cancelled', { text: `Cancelled before glance-cache-${program} was run.` });
      return;
    }
    const after = before ? await tryRelist(crew, entry.hostId) : undefined;
    const gone = before && after ? `Until then ${amountText(difference(before, after))} went.` : '';
    account.set(entry, 'cancelled', { text: [failure.message, gone, failure.remedy].filter(Boolean).join(' ') });
  }

  async function prune(entry: Entry, way: Way): Promise<void> {
    const before = (await tryRelist(crew, entry.hostId)) ?? indexImages(crew.access(entry.hostId).images());
    way.before = before;
    const { ending, report: said } = await runIt(entry, way);
    crew.access(entry.hostId).report({ kind: 'pruned' });
    const after = await tryRelist(crew, entry.hostId);
    const gone = after ? difference(before, after) : null;
    const actual = said.prunedTotal ?? gone ?? { images: said.pruned.length, bytes: 0 };
    account.set(entry, 'done', {
      text: [ending.text, `Removed ${amountText(actual)}.`, differs(entry, actual), ...said.problems]
        .filter(Boolean)
        .join(' '),
      actual,
    });
  }

  async function clean(entry: Entry, way: Way): Promise<void> {
    const look = async () => {
      const { configuration, listing } = await readOnDisk(way.remote.ssh, way.access, way.signal);
      return cleanable(listing, configuration.stallSeconds);
    };
    const before = await look();
    const { ending, report: said } = await runIt(entry, way);
    const left = new Set((await look()).map(({ state, name }) => `${state} ${name}`));
    const gone = before.filter(({ state, name }) => !left.has(`${state} ${name}`));
    const actual = { images: gone.length, bytes: gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
    const still = left.size > 0 ? `${plural(left.size, 'file is', 'files are')} there still.` : '';
    const removed = `Removed ${plural(actual.images, 'file')}.`;
    account.set(entry, 'done', {
      text: [ending.text, removed, still, ...said.problems].filter(Boolean).join(' '),
      actual,
    });
  }

  /** Only what is queued at that moment, and may not be fetched by the host itself. */
  async function prefetch(entry: Entry, way: Way): Promise<void> {
    const host = crew.access(entry.hostId);
    const before = await relist(host, way.signal);
    const living = prefetcherConflict(host.summary().capabilities?.fetch, before);
    if (living || before.queued.size === 0) {
      account.set(entry, 'alreadyDone', { text: living ?? 'Nothing was queued when its turn came.', actual: nothing });
      return;
    }
    // The fleet looks more often at what is being fetched.
    host.report({ kind: 'queued', imageIds: [...before.queued.keys()] });
    const { ending } = await whileWatched(crew, account, entry, before, () => runIt(entry, way));
    const after = await tryRelist(crew, entry.hostId);
    const { came: actual, left } = fetchedSince(before, after);
    const text = `${ending.text} Fetched ${amountText(actual)}; ${plural(left, 'image is', 'images are')} queued still.`;
    account.set(entry, left > 0 ? 'failed' : 'done', { text, actual });
  }

  async function runIt(entry: Entry, way: Way): Promise<ProgramOutcome> {
    const { remote, access, signal } = way;
    const { files } = await readCacheConfiguration(remote.ssh, access, { signal });
    if (program !== 'cleaner') await refuseBeside(way, files);
    return runProgram(remote.ssh, access, {
      program,
      configFiles: files,
      deadlineMs: crew.bounds().programDeadline,
      signal,
      onLine: (line) => {
        crew.output.add(account.id, entry.hostId, line);
        crew.stir(account);
      },
    });
  }

  /** Never one beside another that runs there already, such as cron's, or one that is left over. */
  async function refuseBeside({ remote, access, signal }: Way, configFiles: readonly string[]): Promise<void> {
    const [pid] = (await findProgram(remote.ssh, access, { program, configFiles }, signal)) ?? [];
    if (pid !== undefined) throw new RunsAlready(program, pid);
  }

  function prefetchUnderWay({ hostId, hostName }: Entry): string | undefined {
    if (crew.access(hostId).state.programs.has('prefetcher'))
      return `Another operation prefetches on ${hostName} at this moment.`;
    const reading = crew.askedByOthers(account, hostId).size > 0;
    return reading ? `Another operation queues or reads images on ${hostName} at this moment.` : undefined;
  }

  function pruneUnderWay({ hostId, hostName }: Entry): string | undefined {
    const { programs, runningPrune } = crew.access(hostId).state;
    if (programs.has('pruner')) return `Another operation prunes ${hostName} at this moment.`;
    return runningPrune && hungPrune(hostName, runningPrune, crew.clock.now());
  }
}

class RunsAlready extends Error {
  constructor(program: RemoteProgram, pid: number) {
    super(`glance-cache-${program} runs there already (process ${pid}): wait until it ends, or end it on the host.`);
  }
}

function isCancelled(error: unknown): error is RemoteFailure {
  return error instanceof RemoteFailure && error.problem === 'interrupted';
}

/** What went from a list. */
export function difference(before: ImageIndex, after: ImageIndex): Amount {
  const gone = { images: 0, bytes: 0 };
  for (const image of before.cached.values()) {
    if (after.cached.has(image.imageId)) continue;
    gone.images += 1;
    gone.bytes += image.sizeBytes;
  }
  return gone;
}

/** What is to be said where a prune did other than its preview. */
export function differs({ expected }: Entry, actual: Amount): string {
  if (!expected || (expected.images === actual.images && expected.bytes === actual.bytes)) return '';
  return `The plan expected ${amountText(expected)}: the cache, or how it is used, changed since.`;
}
