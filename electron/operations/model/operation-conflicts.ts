import { formatCount } from '../../contract/counts.ts';
import type { Capabilities } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import type { Operation, TargetOutcome } from '../../contract/operations.ts';

/** What an operation does with a target: the first three with one image, the others with a host as a whole. */
export type Activity = 'queue' | 'delete' | 'read' | 'clear' | 'prune' | 'clean' | 'prefetch';

/** What an operation does with one of its targets. The images of a prune by deletion are deleted one by one. */
export function activityOf(
  kind: Operation['kind'],
  { imageId, step }: Pick<TargetOutcome, 'imageId' | 'step'>,
): Activity {
  if (step) return step;
  if (kind === 'align') return 'queue';
  if (imageId === null) return kind;
  if (kind === 'prefetch') return 'read';
  return kind === 'prune' ? 'delete' : kind;
}

/** What a running operation has not settled yet at one host. */
export type OpenOperation = {
  id: string;
  kind: Operation['kind'];
  title: string;
  /** The number of its open targets there, by what it does with them. */
  open: Readonly<Record<Activity, number>>;
  /** What it does with an image there; undefined if it has no open target with that image. */
  activity(imageId: ImageId): Activity | undefined;
};

/** What is to be done with a target, and the facts about its host that the rule needs. */
export type Intent = {
  activity: Activity;
  imageId: ImageId | null;
  /** Whether the image is deleted to prune its host, so that other deletions there count too. */
  prunes: boolean;
  /** Whether the host lists the image as queued. */
  isQueued: boolean;
  fetch: Capabilities['fetch'] | undefined;
};

/** `alreadyDone`: the other operation does the same. `refused`: the two together would contradict each other. */
type Clash = { verdict: 'refused' | 'alreadyDone'; reason: string };

/** `operationId`: the other operation, which the reason names. */
export type Conflict = Clash & { operationId: string };

/**
 * Whether a target conflicts with open targets of other operations at its host. Two fetches of one image write one file
 * (docs/glance-cache-api.md, trap 3), a delete or a clear during a fetch is undone (section 3), and of two concurrent
 * removals the host does not report which one removed what (section 4). A host never has two maintenance actions at
 * once.
 */
export function findConflict(intent: Intent, others: readonly OpenOperation[]): Conflict | undefined {
  let same: Conflict | undefined;
  for (const other of others) {
    const conflict = conflictWith(intent, other);
    if (conflict?.verdict === 'refused') return conflict;
    same ??= conflict;
  }
  return same;
}

function conflictWith(intent: Intent, other: OpenOperation): Conflict | undefined {
  const clash = conflictAtHost(intent, other) ?? conflictOverImage(intent, other);
  return clash && { ...clash, operationId: other.id };
}

const verbs: Record<Activity, string> = {
  queue: 'Queue',
  delete: 'Delete',
  read: 'Download',
  clear: 'Clear',
  prune: 'Prune',
  clean: 'Clean',
  prefetch: 'Prefetch',
};

/** Conflicts of which at least one side concerns the whole host. */
function conflictAtHost({ activity, prunes, isQueued, fetch }: Intent, other: OpenOperation): Clash | undefined {
  const { open, title } = other;
  const isPruned = open.prune > 0 || (other.kind === 'prune' && open.delete > 0);
  const removes = activity === 'delete' || activity === 'clear' || activity === 'prune';
  const later = (what: string): Clash => ({
    verdict: 'refused',
    reason: `${what} by the operation “${title}”. ${prunes ? verbs.prune : verbs[activity]} after it ends.`,
  });
  const afterwards = (what: string, targets: number): Clash => ({
    verdict: 'refused',
    reason:
      `The operation “${title}” ${what} images of this host (${formatCount(targets)} open). ` +
      `Wait until it ends or cancel it, then ${(prunes ? verbs.prune : verbs[activity]).toLowerCase()}.`,
  });
  if (activity === 'clean' && open.clean > 0) {
    return { verdict: 'alreadyDone', reason: `The operation “${title}” is already cleaning this host.` };
  }
  if (open.clear > 0) return later('The host is being cleared');
  if (activity === 'clean') return isPruned ? later('The host is being pruned') : undefined;
  if (open.prune > 0 && removes) return later('The host is being pruned');
  if (open.clean > 0 && (activity === 'clear' || activity === 'prune' || prunes)) {
    return later('The host is being cleaned');
  }
  if (open.prefetch > 0 && meetsPrefetcher(activity, isQueued, fetch)) {
    return later('glance-cache-prefetcher is being run on the host');
  }
  const fetches = open.queue + open.read;
  if (activity === 'clear' && fetches + open.delete > 0) return afterwards('is working on', fetches + open.delete);
  if (activity === 'prefetch' && fetches > 0) return afterwards('is queueing or downloading', fetches);
  if ((activity === 'prune' || activity === 'prefetch' || prunes) && open.delete > 0) {
    return afterwards('is deleting', open.delete);
  }
  return undefined;
}

/** Whether an activity affects images that glance-cache-prefetcher may be fetching: it fetches all queued images. */
function meetsPrefetcher(activity: Activity, isQueued: boolean, fetch: Intent['fetch']): boolean {
  if (activity === 'read' || activity === 'clear' || activity === 'prefetch') return true;
  // Where the API itself fetches nothing, an image that is queued meanwhile only waits.
  if (activity === 'queue') return fetch !== 'byProgram';
  return activity === 'delete' && isQueued;
}

function conflictOverImage({ activity, imageId }: Intent, { title, activity: doing }: OpenOperation) {
  const theirs = imageId === null ? undefined : doing(imageId);
  if (theirs === undefined) return undefined;
  const fetches = activity === 'queue' || activity === 'read';
  const by = `by the operation “${title}”.`;
  if (theirs === 'delete') {
    if (fetches) return refusal(`It is being deleted ${by} ${verbs[activity]} it after the operation ends.`);
    return { verdict: 'alreadyDone', reason: `The operation “${title}” is already deleting it.` } as const;
  }
  const reads = theirs === 'read';
  if (!fetches) {
    return refusal(
      `It is being ${reads ? 'downloaded' : 'queued'} ${by} Wait until the operation ends or cancel it, then delete the image.`,
    );
  }
  return {
    verdict: 'alreadyDone',
    reason: `The operation “${title}” is already ${reads ? 'downloading' : 'queueing'} it.`,
  } as const;
}

function refusal(reason: string): Clash {
  return { verdict: 'refused', reason };
}
