import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { RemoteProgram } from '../../contract/remote.ts';
import { delay } from '../../lib/abort.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { findProgram } from '../../ssh/glance-programs.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { type Account, deedOf, type Entry } from '../model/operation-run.ts';
import { amountText } from '../model/operation-texts.ts';
import type { Crew, Follow } from './crew.ts';
import { followFetch } from './follow-fetch.ts';
import { tryRelist } from './look-again.ts';

const nothing = { images: 0, bytes: 0 };

/**
 * Asks a host what is true of the targets of an interrupted operation: what came about is done, what did not waits to
 * be sent, and what cannot be told stays unknown. Sends nothing that changes the host.
 */
export async function askWhatIsTrue(crew: Crew, account: Account, hostId: HostId, follow: Follow): Promise<void> {
  const open = account.ofHost(hostId).filter(({ state }) => state === 'unknown' || state === 'following');
  if (open.length === 0) return;
  let seen = await tryRelist(crew, hostId);
  if (seen && open.some((entry) => deedOf(account, entry) === 'queue' && inNeither(entry, seen))) {
    // At the end of a fetch an image is in neither list for a moment.
    await delay(crew.clock, crew.bounds().secondLook, crew.stopping);
    seen = await tryRelist(crew, hostId);
  }
  if (crew.stopping.aborted || account.state === 'cancelling') return;
  for (const entry of open) {
    if (seen && entry.rung === 'ssh') await settleOverSsh(crew, account, entry);
    else if (seen) settle(crew, account, entry, seen, follow);
    else
      account.set(entry, entry.state, { text: 'The host could not be asked what came of it.', actual: entry.actual });
  }
}

function settle(crew: Crew, account: Account, entry: Entry, seen: ImageIndex, follow: Follow): void {
  const deed = deedOf(account, entry);
  if (deed === 'delete' || entry.rung === 'delete') settleDelete(account, entry, seen);
  else if (deed === 'queue') settleQueue(crew, account, entry, seen, follow);
  else if (account.kind === 'clear') settleClear(account, entry, seen);
  else if (entry.rung === 'read') settleRead(account, entry, seen);
  else if (account.kind === 'prune') settlePrune(crew, account, entry);
  else again(account, entry);
}

function settleDelete(account: Account, entry: Entry, seen: ImageIndex): void {
  const imageId = entry.imageId ?? '';
  if (!seen.cached.has(imageId) && !seen.queued.has(imageId)) {
    account.set(entry, 'done', {
      text: 'Gone, as the host now shows.',
      actual: entry.expected ?? { images: 1, bytes: 0 },
    });
  } else again(account, entry);
}

function settleQueue(crew: Crew, account: Account, entry: Entry, seen: ImageIndex, follow: Follow): void {
  const cached = seen.cached.get(entry.imageId ?? '');
  if (cached) {
    account.set(entry, 'done', {
      text: 'Cached, as the host now shows.',
      actual: { images: 1, bytes: cached.sizeBytes },
    });
  } else if (seen.queued.has(entry.imageId ?? '')) followFetch(crew, account, entry, follow);
  else if (entry.state === 'following') {
    account.set(entry, 'failed', { text: 'It left the queue without being cached while the console was not running.' });
  } else again(account, entry);
}

/** What was read in part is no use to the host: it is read anew, should it be queued still. */
function settleRead(account: Account, entry: Entry, seen: ImageIndex): void {
  const cached = seen.cached.get(entry.imageId ?? '');
  if (!cached) again(account, entry);
  else {
    account.set(entry, 'done', {
      text: 'Cached, as the host now shows.',
      actual: { images: 1, bytes: cached.sizeBytes },
    });
  }
}

function settleClear(account: Account, entry: Entry, seen: ImageIndex): void {
  const held = (account.what === 'queue' ? 0 : seen.cached.size) + (account.what === 'cache' ? 0 : seen.queued.size);
  if (held > 0) {
    again(account, entry);
    return;
  }
  const went = entry.actual ?? entry.expected ?? nothing;
  account.set(entry, 'done', { text: `Empty, as the host now shows. Went: ${amountText(went)}.`, actual: went });
}

/** A prune may be running still: then nothing is sent, and nothing can be told. */
function settlePrune(crew: Crew, account: Account, entry: Entry): void {
  const { hostId } = entry;
  if (!crew.access(hostId).state.runningPrune) {
    again(account, entry);
    return;
  }
  const text =
    'A prune was sent, and may be running on the host still: no second one is sent. When its glance-api service was ' +
    'restarted, tell the console so, then prune again.';
  account.set(entry, 'unknown', { text });
}

const programs: Partial<Record<Account['kind'], RemoteProgram>> = {
  prune: 'pruner',
  clean: 'cleaner',
  prefetch: 'prefetcher',
};

/**
 * A program ends when the connection closes that it was run over, save in a container that hands on no standard input: one
 * that runs still is waited for, and never run a second time beside it.
 */
async function settleOverSsh(crew: Crew, account: Account, entry: Entry): Promise<void> {
  const { remote, stopping } = crew;
  const access = remote?.access(entry.hostId);
  const program = programs[account.kind];
  if (!remote || !access || !program) {
    again(account, entry);
    return;
  }
  const name = `glance-cache-${program}`;
  try {
    const { files } = await readCacheConfiguration(remote.ssh, access, { signal: stopping });
    const [first] = (await findProgram(remote.ssh, access, { program, configFiles: files }, stopping)) ?? [];
    if (first === undefined) again(account, entry);
    else {
      const text = `${name} runs on the host still (process ${first}): wait until it ends, or end it there. Then continue.`;
      account.set(entry, 'unknown', { text });
    }
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
    if (stopping.aborted) return;
    const { message, remedy } = error.failure;
    account.set(entry, 'unknown', {
      text: `Whether ${name} runs there still could not be asked. ${message} ${remedy}`,
    });
  }
}

function again(account: Account, entry: Entry): void {
  entry.tries = 0;
  account.set(entry, 'waiting');
}

function inNeither({ imageId }: Entry, seen: ImageIndex | undefined): boolean {
  return imageId !== null && seen !== undefined && !seen.cached.has(imageId) && !seen.queued.has(imageId);
}
