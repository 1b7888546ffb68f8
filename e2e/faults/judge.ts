import type { Amount, Operation, TargetOutcome } from '../../electron/contract/operations.ts';
import type { Truth } from './fault-hosts.ts';
import type { LedgerEntry, Removal } from './request-ledger.ts';

/** The console's account of an operation. */
export type Account = { operation: Operation; targets: readonly TargetOutcome[] };

/** An image that a boot put into a host's cache, with the time in epoch milliseconds. */
export type Boot = { hostName: string; imageId: string; at: number };

/** The entry's image; null for a request about the whole host. */
function imageOf({ path }: Pick<LedgerEntry, 'path'>): string | null {
  const found = /^\/v2\/(?:cache|queued_images|cached_images|images)\/([0-9a-f-]{36})(?:\/file)?$/.exec(path);
  return found?.[1] ?? null;
}

/**
 * The requests of a target: those about its image, or all requests to a host that is itself the target. Images that a
 * clear left are deleted one by one.
 */
function entriesOf(truth: Truth, { hostId, imageId }: Pick<TargetOutcome, 'hostId' | 'imageId'>): LedgerEntry[] {
  return truth.entries.filter((entry) => entry.hostName === hostId && (imageId === null || imageOf(entry) === imageId));
}

/** Other events: images that were booted, and when consoles were killed (epoch milliseconds). */
export type OtherEvents = { boots: readonly Boot[]; kills: readonly number[] };

/** Compares an operation's account with the hosts, target by target. Returns each disagreement as a sentence. */
export function judge(account: Account, truth: Truth, events: OtherEvents): string[] {
  const { operation, targets } = account;
  const wrong: string[] = [];
  for (const target of targets) {
    const report = (text: string) =>
      wrong.push(`${target.hostId} ${target.imageId ?? ''} ${target.state} (${target.text ?? ''}): ${text}`);
    judgeTarget(operation, target, truth, events, report);
  }
  const owned = new Set(targets.flatMap((target) => entriesOf(truth, target)));
  for (const entry of truth.entries) {
    if (!owned.has(entry)) wrong.push(`${entry.method} ${entry.path} at ${entry.hostName} belongs to no target`);
  }
  for (const host of truth.hosts) {
    for (const imageId of host.doubleQueued) wrong.push(`${host.name} was asked twice to fetch ${imageId}`);
  }
  wrong.push(...judgeLater(truth, events.boots), ...judgeSums(account));
  return wrong;
}

/** How many requests told a host to fetch an image that it was told to fetch before. */
export function doubleRequests(truth: Truth): number {
  const fetches = truth.entries.flatMap(({ hostName, queued }) => queued.map((imageId) => `${hostName} ${imageId}`));
  return fetches.length - new Set(fetches).size;
}

function judgeTarget(
  operation: Operation,
  target: TargetOutcome,
  truth: Truth,
  { boots, kills }: OtherEvents,
  report: (text: string) => void,
): void {
  const entries = entriesOf(truth, target);
  const { state, actual } = target;
  if (state === 'waiting' || state === 'sent' || state === 'following') {
    report('it is open, although the operation has ended');
    return;
  }
  if (state === 'unknown') {
    if (entries.every((entry) => wasRecorded(entry, kills))) report('every request of it was answered');
    if (target.text === null) report('it does not say why');
    return;
  }
  const host = truth.hosts.find(({ name }) => name === target.hostId);
  const isCached = (host?.cached ?? []).some(({ imageId }) => imageId === target.imageId);
  const goes = target.step === 'delete' || ['delete', 'clear', 'prune'].includes(operation.kind);
  if (goes) {
    const removed = entries.flatMap((entry) => entry.removed);
    if (state === 'done') {
      const seen = sumOf(entries.flatMap((entry) => seenRemovals(entry, boots)));
      const all = sumOf(removed);
      const { images = 0, bytes = 0 } = actual ?? {};
      if (images < seen.images || images > all.images || bytes < seen.bytes || bytes > all.bytes) {
        report(`it counts ${JSON.stringify(actual)}; its requests removed ${JSON.stringify(all)}`);
      }
      if (target.imageId !== null && isCached && !wasBooted(target, boots)) report('the host has it cached');
    } else if (removed.length > 0) {
      report(`its requests removed ${JSON.stringify(sumOf(removed))}`);
    } else if (state === 'alreadyDone' && target.imageId !== null && isCached && !isWithinLimit(operation)) {
      report('the host has it cached');
    }
    return;
  }
  if (operation.kind === 'clean') {
    const done = entries.some(({ doneAt }) => doneAt !== null);
    if ((state === 'done') !== done) report(done ? 'the host has cleaned' : 'the host was not asked to clean');
    return;
  }
  const arrived = truth.arrivals.filter((each) => each.hostName === target.hostId && each.imageId === target.imageId);
  const bytes = arrived[0]?.bytes;
  if (state === 'done') {
    if (!isCached) report('the host does not have it cached');
    else if (actual?.bytes !== bytes) report(`it counts ${actual?.bytes} bytes; the image has ${bytes}`);
  } else if (state === 'alreadyDone') {
    if (entries.some(({ queued }) => queued.length > 0)) report('this operation asked for it');
  } else if (isCached) {
    report('the host has it cached');
  }
}

/** Images that a prune by deletion keeps, because the host is within its limit without deleting them. */
const isWithinLimit = ({ kind }: Operation): boolean => kind === 'prune';

/** A kill within this many milliseconds after an answer may lose it: the console reads the host again, then records. */
const outcomeDelay = 1_000;

/** Whether a console got the answer of a request and lived long enough to record it. */
function wasRecorded({ answeredAt }: LedgerEntry, kills: readonly number[]): boolean {
  return answeredAt !== null && !kills.some((at) => at >= answeredAt && at - answeredAt < outcomeDelay);
}

/**
 * What a request removed, except images that the console may never have listed: those that were booted after the
 * request was sent and before the host carried it out.
 */
function seenRemovals({ hostName, receivedAt, removed }: LedgerEntry, boots: readonly Boot[]): Removal[] {
  const isUnseen = ({ imageId }: Removal) =>
    boots.some((boot) => boot.hostName === hostName && boot.imageId === imageId && boot.at >= receivedAt);
  return removed.filter((each) => !isUnseen(each));
}

function sumOf(removed: readonly Removal[]): Amount {
  return { images: removed.length, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function wasBooted({ hostId, imageId }: TargetOutcome, boots: readonly Boot[]): boolean {
  return boots.some((boot) => boot.hostName === hostId && boot.imageId === imageId);
}

/** A request that was sent again must not remove what was cached after the first was sent. */
function judgeLater(truth: Truth, boots: readonly Boot[]): string[] {
  const wrong: string[] = [];
  truth.entries.forEach((entry, index) => {
    const earlier = truth.entries
      .slice(0, index)
      .find(
        (each) =>
          each.method === entry.method &&
          each.hostName === entry.hostName &&
          (each.path === entry.path || imageOf(each) === null),
      );
    if (!earlier || entry.method !== 'DELETE') return;
    for (const { imageId } of entry.removed) {
      const boot = boots.find((each) => each.hostName === entry.hostName && each.imageId === imageId);
      if (boot && boot.at > earlier.receivedAt && boot.at < entry.receivedAt) {
        wrong.push(
          `${entry.hostName}: ${entry.path} was sent a second time and removed ${imageId}, cached since the first`,
        );
      }
    }
  });
  return wrong;
}

/** Checks that the sums of an operation are those of its targets. */
function judgeSums({ operation, targets }: Account): string[] {
  const sum = { actual: { images: 0, bytes: 0 }, freed: { images: 0, bytes: 0 } };
  for (const { actual, step } of targets) {
    const part = step === 'delete' ? sum.freed : sum.actual;
    part.images += actual?.images ?? 0;
    part.bytes += actual?.bytes ?? 0;
  }
  const wrong: string[] = [];
  for (const name of ['actual', 'freed'] as const) {
    const reported = operation[name];
    if (reported === null) continue;
    if (reported.images !== sum[name].images || reported.bytes !== sum[name].bytes) {
      wrong.push(
        `The operation's ${name} is ${JSON.stringify(reported)}; its targets have ${JSON.stringify(sum[name])}`,
      );
    }
  }
  return wrong;
}

/** Targets that count as unsent although the console sent one of these requests for them before its last kill. */
export function unrecorded(targets: readonly TargetOutcome[], sent: readonly LedgerEntry[], truth: Truth): string[] {
  return targets
    .filter((target) => target.state === 'waiting' && entriesOf(truth, target).some((entry) => sent.includes(entry)))
    .map(({ hostId, imageId }) => `${hostId} ${imageId}: it was sent, and counts as waiting`);
}
