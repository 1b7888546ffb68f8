import type { HostId, RungName } from '../../contract/hosts.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import type { Crew, Follow, Runner } from './crew.ts';
import { letGo } from './let-go.ts';
import { cleanRunner } from './run-clean.ts';
import { clearRunner } from './run-clear.ts';
import { deleteRunner } from './run-delete.ts';
import { sshRunner } from './run-over-ssh.ts';
import { pruneRunner } from './run-prune.ts';
import { pruneByDeleteRunner } from './run-prune-by-delete.ts';
import { queueRunner } from './run-queue.ts';
import { readRunner } from './run-read.ts';
import { fault } from './send.ts';

/** Before anything is sent to a host; only when that is over does what waits there begin. */
export type Before = (hostId: HostId, follow: Follow) => Promise<void>;

/** Runs what waits of an account; `ended` is called once, when nothing of it is under way or followed any more. */
export function run(crew: Crew, account: Account, ended: () => void, before?: Before): void {
  let open = 1;
  const close = () => {
    open -= 1;
    if (open === 0) ended();
  };
  const follow: Follow = (entry, look) => {
    const released = () => letGo(crew, account, entry);
    if (account.state === 'cancelling') {
      released();
      return;
    }
    open += 1;
    crew.follower.follow({ operationId: account.id, hostId: entry.hostId, look, released, ended: close });
  };
  const runner = makeRunner(crew, account, follow);
  for (const hostId of account.operation().hostIds) {
    open += 1;
    if (before) void prepare(crew, account, hostId, () => before(hostId, follow)).then(() => runHost(hostId));
    else runHost(hostId);
  }
  close();

  /** Only when nothing waits any more to be deleted there is anything queued: in an `align` the one makes room. */
  function runHost(hostId: HostId): void {
    const waiting = account.ofHost(hostId).filter((entry) => entry.state === 'waiting');
    const first = waiting.filter((entry) => entry.step === 'delete');
    const jobs = first.length > 0 ? first : waiting;
    // The console closes: the operation does not end, it is interrupted.
    if (crew.stopping.aborted) return;
    if (account.state === 'cancelling') cancelUnsent(account, waiting);
    if (jobs.length === 0 || account.state === 'cancelling') {
      close();
      return;
    }
    const goOn = jobs.length < waiting.length ? () => runHost(hostId) : close;
    crew.scheduler.add({
      hostId,
      operationId: account.id,
      kind: runner.work(jobs),
      jobs,
      async run(entry) {
        try {
          return await runner.send(entry);
        } catch (error) {
          fault(crew, account, entry, error);
          return undefined;
        }
      },
      ended: () => void lastLook(crew, account, runner, hostId).then(goOn),
    });
  }
}

/** What never left is cancelled; what was tried without success says so. */
export function cancelUnsent(account: Account, entries: readonly Entry[]): void {
  for (const entry of entries) {
    if (entry.state === 'waiting') account.set(entry, 'cancelled', { text: 'Cancelled; nothing was sent.' });
    else account.set(entry, 'failed', { text: 'Sent without success, and cancelled before it was tried again.' });
  }
}

async function prepare(crew: Crew, account: Account, hostId: HostId, before: () => Promise<void>): Promise<void> {
  try {
    await before();
  } catch (error) {
    crew.log.error({ where: `operation ${account.id} at ${hostId}`, error }, 'fault');
  }
}

async function lastLook(crew: Crew, account: Account, runner: Runner, hostId: HostId): Promise<void> {
  try {
    await runner.hostDone?.(hostId);
  } catch (error) {
    crew.log.error({ where: `operation ${account.id}`, error }, 'fault');
  }
}

function makeRunner(crew: Crew, account: Account, follow: Follow): Runner {
  switch (account.kind) {
    case 'queue':
      return queueRunner(crew, account, follow);
    case 'delete':
      return deleteRunner(crew, account, follow);
    case 'clear':
      return clearRunner(crew, account, follow);
    case 'prune':
      return eachByItsRung({
        native: pruneRunner(crew, account),
        ssh: sshRunner(crew, account, 'pruner'),
        delete: pruneByDeleteRunner(crew, account, follow),
      });
    case 'prefetch': {
      const [ssh, read] = [sshRunner(crew, account, 'prefetcher'), readRunner(crew, account, follow)];
      return eachByItsOwn([ssh, read], (entry) => (entry?.rung === 'read' ? read : ssh));
    }
    case 'clean':
      return eachByItsRung({ native: cleanRunner(crew, account), ssh: sshRunner(crew, account, 'cleaner') });
    case 'align': {
      const steps = { queue: queueRunner(crew, account, follow), delete: deleteRunner(crew, account, follow) };
      return eachByItsOwn(Object.values(steps), (entry) => steps[entry?.step ?? 'queue']);
    }
  }
}

/** One operation whose hosts go by ways of their own, each host by one. */
function eachByItsRung(ways: { native: Runner } & Partial<Record<RungName, Runner>>): Runner {
  return eachByItsOwn(Object.values(ways), (entry) => ways[entry?.rung ?? 'native'] ?? ways.native);
}

function eachByItsOwn(runners: readonly Runner[], of: (entry: Entry | undefined) => Runner): Runner {
  return {
    work: (jobs) => of(jobs[0]).work(jobs),
    send: (entry) => of(entry).send(entry),
    hostDone: async (hostId) => {
      for (const runner of runners) await runner.hostDone?.(hostId);
    },
  };
}
