import type { HostId } from '../contract/hosts.ts';
import type { Account, Entry } from './account.ts';
import type { Crew, Follow, Runner } from './crew.ts';
import { cleanRunner } from './run-clean.ts';
import { clearRunner } from './run-clear.ts';
import { deleteRunner } from './run-delete.ts';
import { pruneRunner } from './run-prune.ts';
import { queueRunner } from './run-queue.ts';
import { fault } from './send.ts';

/** Runs what waits of an account; `ended` is called once, when nothing of it is under way or followed any more. */
export function run(crew: Crew, account: Account, ended: () => void, followFirst?: (follow: Follow) => void): void {
  let open = 1;
  const close = () => {
    open -= 1;
    if (open === 0) ended();
  };
  const follow: Follow = (entry, look) => {
    open += 1;
    crew.follower.follow({ operationId: account.id, hostId: entry.hostId, look, ended: close });
  };
  const runner = makeRunner(crew, account, follow);
  followFirst?.(follow);
  for (const [hostId, jobs] of waitingByHost(account)) {
    open += 1;
    crew.scheduler.add({
      hostId,
      operationId: account.id,
      kind: runner.work,
      jobs,
      async run(entry) {
        try {
          return await runner.send(entry);
        } catch (error) {
          fault(crew, account, entry, error);
          return undefined;
        }
      },
      ended: () => void lastLook(crew, account, runner, hostId).then(close),
    });
  }
  close();
}

async function lastLook(crew: Crew, account: Account, runner: Runner, hostId: HostId): Promise<void> {
  try {
    await runner.hostDone?.(hostId);
  } catch (error) {
    crew.log.error({ where: `operation ${account.id}`, error }, 'fault');
  }
}

function waitingByHost(account: Account): Map<HostId, Entry[]> {
  const hosts = new Map<HostId, Entry[]>();
  for (const entry of account.entries) {
    if (entry.state !== 'waiting') continue;
    const ofHost = hosts.get(entry.hostId);
    if (ofHost) ofHost.push(entry);
    else hosts.set(entry.hostId, [entry]);
  }
  return hosts;
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
      return pruneRunner(crew, account);
    case 'clean':
      return cleanRunner(crew, account);
  }
}
