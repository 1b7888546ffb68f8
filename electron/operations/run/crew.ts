import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../store/log.ts';
import type { Journal } from '../journal/journal.ts';
import type { OutputStore } from '../journal/program-output.ts';
import type { CloudGuard } from '../model/cloud-guard.ts';
import type { ImageIndex } from '../model/image-index.ts';
import type { OperatedHost, OperatedRemote } from '../model/operated-host.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import type { Bounds } from '../model/operation-timings.ts';
import type { Cancels } from './cancels.ts';
import type { Follower } from './follower.ts';
import type { Scheduler, Work } from './scheduler.ts';

/** What all operations share. */
export type Crew = {
  access(hostId: HostId): OperatedHost;
  bounds(): Bounds;
  clock: Clock;
  random(): number;
  log: Pick<Logger, 'error' | 'warn' | 'info'>;
  journal: Journal;
  scheduler: Scheduler<Entry>;
  follower: Follower;
  guard: CloudGuard;
  /** None where there is no ssh. */
  remote: OperatedRemote | undefined;
  output: OutputStore;
  cancels: Cancels;
  /** An operation has something new to tell that is no target's state. */
  stir(account: Account): void;
  /** Images of a host that another operation has asked for, and does not know the outcome of. */
  askedByOthers(account: Account, hostId: HostId): ReadonlySet<ImageId>;
  /** Aborted when the console closes: what is under way is given up and recorded as unknown. */
  stopping: AbortSignal;
};

/** One action as it is run, target by target. */
export interface Runner {
  work(jobs: readonly Entry[]): Work<Entry>['kind'];
  /** Sends one target and settles it, or answers with milliseconds until it should be tried again. */
  send(entry: Entry): Promise<number | undefined>;
  /** When nothing of this operation waits at a host any more: the last look at it. */
  hostDone?(hostId: HostId): Promise<void>;
}

export type MakeRunner = (crew: Crew, account: Account, follow: Follow) => Runner;

/** Goes on looking at a target whose host has accepted it; the operation does not end before that does. */
export type Follow = (entry: Entry, look: (seen: ImageIndex | undefined, now: number) => boolean) => void;
