import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import { indexImages } from '../model/image-index.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import {
  type Activity,
  activityOf,
  type Conflict,
  findConflict,
  type OpenOperation,
} from '../model/operation-conflicts.ts';
import { isSettled, type TargetRun } from '../model/target-run.ts';
import type { OperationRun } from './operation-state.ts';

/**
 * The one owner of what running operations have open at each host. Of two conflicting operations, the one that began
 * earlier continues, and the other one settles its target without sending it.
 */
export class OpenTargets {
  readonly #running: () => Iterable<OperationRun>;
  readonly #access: (hostId: HostId) => OperatedHost;
  /** Targets of deletes whose image a later operation fetches again. */
  readonly #fetchedAgain = new WeakSet<TargetRun>();

  /** `running` returns the running operations in the order in which they began. */
  constructor(running: () => Iterable<OperationRun>, access: (hostId: HostId) => OperatedHost) {
    this.#running = running;
    this.#access = access;
  }

  /**
   * The open targets at a host at this moment, for a plan. Later changes of the operations do not change the result.
   */
  snapshot(hostId: HostId): OpenOperation[] {
    const found: OpenOperation[] = [];
    for (const run of this.#running()) {
      const open = run.openAt(hostId);
      if (!open) continue;
      const images = new Map<ImageId, Activity>();
      for (const target of run.ofHost(hostId)) {
        if (target.imageId !== null && !isSettled(target.state)) {
          images.set(target.imageId, activityOf(run.kind, target));
        }
      }
      const { id, kind, title } = run;
      found.push({ id, kind, title, open: { ...open }, activity: (imageId) => images.get(imageId) });
    }
    return found;
  }

  /** The titles of the operations that have something open at a host. */
  titlesAt(hostId: HostId): string[] {
    return [...this.#running()].flatMap((run) => (run.openAt(hostId) ? [run.title] : []));
  }

  /**
   * The reason why a target must not be sent: an operation that began earlier has a conflicting open target. Operations
   * that begin later add no conflict, so the answer holds until the request is sent.
   */
  conflict(run: OperationRun, target: TargetRun): Conflict | undefined {
    const { hostId, imageId } = target;
    const earlier: OpenOperation[] = [];
    for (const other of this.#running()) {
      if (other === run) break;
      const open = other.openAt(hostId);
      const { id, kind, title } = other;
      if (open) earlier.push({ id, kind, title, open, activity: (image) => openActivity(other, hostId, image) });
    }
    if (earlier.length === 0) return undefined;
    const access = this.#access(hostId);
    const activity = activityOf(run.kind, target);
    return findConflict(
      {
        activity,
        imageId,
        prunes: run.kind === 'prune' && activity === 'delete',
        isQueued: imageId !== null && indexImages(access.images()).queued.has(imageId),
        fetch: access.summary().capabilities?.fetch,
      },
      earlier,
    );
  }

  /** Call this before a host is asked to fetch an image: an earlier operation may have deleted it there. */
  noteFetch(run: OperationRun, { hostId, imageId }: TargetRun): void {
    for (const other of this.#running()) {
      const target = other === run ? undefined : other.targetOf(hostId, imageId);
      if (target && activityOf(other.kind, target) === 'delete') this.#fetchedAgain.add(target);
    }
  }

  /** Whether a later operation had the host fetch the image of a delete again. */
  isFetchedAgain(target: TargetRun): boolean {
    return this.#fetchedAgain.has(target);
  }
}

function openActivity(run: OperationRun, hostId: HostId, imageId: ImageId): Activity | undefined {
  const target = run.targetOf(hostId, imageId);
  return target && !isSettled(target.state) ? activityOf(run.kind, target) : undefined;
}
