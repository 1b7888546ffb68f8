import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId, MethodName } from '../../contract/hosts.ts';
import { amountOf } from '../../contract/operations.ts';
import { type ImageIndex, indexImages } from '../model/image-index.ts';
import { stepOf, type TargetRun } from '../model/target-run.ts';
import { clearRunner } from './clear-runner.ts';
import { deleteRunner } from './delete-runner.ts';
import { cancelUnsent, leaveUnknown } from './interrupt-run.ts';
import { cleanRunner, pruneByDeleteRunner, pruneRunner } from './maintenance-runners.ts';
import type { Follow, OperationContext, Runner } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';
import { queueRunner } from './queue-runner.ts';
import { readRunner } from './read-runner.ts';
import { failUnexpectedly } from './send-target.ts';
import { sshRunner } from './ssh-runner.ts';

/** Called for each host before anything is sent to it. */
export type PrepareHost = (hostId: HostId, follow: Follow) => Promise<void>;

/**
 * Sends the waiting targets of an operation. `ended` is called once, when none of its targets is being sent or followed any
 * more.
 */
export function runOperation(
  context: OperationContext,
  run: OperationRun,
  ended: () => void,
  prepareHost?: PrepareHost,
): void {
  let open = 1;
  /** Hosts where nothing is left to send. */
  const idle = new Set<HostId>();
  const close = () => {
    open -= 1;
    if (open === 0) ended();
  };
  const follow: Follow = (target, check) => {
    const released = () => releaseTarget(context, run, target);
    if (run.state === 'cancelling') {
      released();
      return;
    }
    // It is followed when the operation is continued.
    if (run.interruption) return;
    open += 1;
    const ended = () => {
      if (target.state === 'waiting') resume(target.hostId);
      close();
    };
    context.follower.follow({ operationId: run.id, hostId: target.hostId, check, released, ended });
  };
  const runner = createRunner(context, run, follow);
  for (const hostId of run.operation().hostIds) {
    open += 1;
    if (prepareHost) void logFaults(() => prepareHost(hostId, follow)).then(() => runHost(hostId));
    else runHost(hostId);
  }
  close();

  async function logFaults(work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      context.log.error({ where: `operation ${run.id}`, error }, 'fault');
    }
  }

  /** A followed target waits to be sent again. Those of one list are sent together. */
  function resume(hostId: HostId): void {
    // Otherwise the host is checked again when the requests in flight have ended.
    if (!idle.delete(hostId)) return;
    open += 1;
    queueMicrotask(() => runHost(hostId));
  }

  /** Sends what waits at one host. In an `align` the deletes come first: they make room for the fetches. */
  function runHost(hostId: HostId): void {
    const waiting = run.ofHost(hostId).filter((target) => target.state === 'waiting');
    const deletes = waiting.filter((target) => target.step === 'delete');
    const jobs = deletes.length > 0 ? deletes : waiting;
    // The console is closing. The operation does not end but is interrupted.
    if (context.stopping.aborted) return;
    if (run.state === 'cancelling') cancelUnsent(run, waiting);
    if (jobs.length === 0 || run.state === 'cancelling' || run.interruption) {
      idle.add(hostId);
      close();
      return;
    }
    context.scheduler.add({
      hostId,
      operationId: run.id,
      kind: runner.jobKind(jobs),
      jobs,
      async run(target) {
        let again: number | undefined;
        try {
          again = await runner.send(target);
        } catch (error) {
          failUnexpectedly(context, run, target, error);
        }
        if (!run.interruption) return again;
        leaveUnknown(run, target);
        return undefined;
      },
      ended: () => void logFaults(async () => runner.finishHost?.(hostId)).then(() => runHost(hostId)),
    });
  }
}

function createRunner(context: OperationContext, run: OperationRun, follow: Follow): Runner {
  switch (run.kind) {
    case 'queue':
      return queueRunner(context, run, follow);
    case 'delete':
      return deleteRunner(context, run, follow);
    case 'clear':
      return clearRunner(context, run, follow);
    case 'prune':
      return byMethod({
        native: pruneRunner(context, run),
        ssh: sshRunner(context, run, 'pruner'),
        delete: pruneByDeleteRunner(context, run, follow),
      });
    case 'prefetch': {
      const [ssh, read] = [sshRunner(context, run, 'prefetcher'), readRunner(context, run, follow)];
      return dispatch([ssh, read], (target) => (target?.method === 'read' ? read : ssh));
    }
    case 'clean':
      return byMethod({ native: cleanRunner(context, run), ssh: sshRunner(context, run, 'cleaner') });
    case 'align': {
      const steps = { queue: queueRunner(context, run, follow), delete: deleteRunner(context, run, follow) };
      return dispatch(Object.values(steps), (target) => steps[target?.step ?? 'queue']);
    }
  }
}

/** Runs each target by the method that was planned for its host. */
function byMethod(runners: { native: Runner } & Partial<Record<MethodName, Runner>>): Runner {
  return dispatch(Object.values(runners), (target) => runners[target?.method ?? 'native'] ?? runners.native);
}

function dispatch(runners: readonly Runner[], of: (target: TargetRun | undefined) => Runner): Runner {
  return {
    jobKind: (jobs) => of(jobs[0]).jobKind(jobs),
    send: (target) => of(target).send(target),
    finishHost: async (hostId) => {
      for (const runner of runners) await runner.finishHost?.(hostId);
    },
  };
}

/** Settles the open targets of an interrupted operation when it is cancelled. */
export function cancelOpen(context: OperationContext, run: OperationRun): void {
  cancelUnsent(
    run,
    run.targets.filter((target) => target.state === 'waiting'),
  );
  for (const target of run.targets) if (target.state === 'following') releaseTarget(context, run, target);
}

/**
 * Settles a target whose host has accepted it when its operation is cancelled: the request cannot be taken back, and the
 * target is not followed any more.
 */
function releaseTarget(context: OperationContext, run: OperationRun, target: TargetRun): void {
  const cached = lastListed(context, target)?.cached.get(target.imageId ?? '');
  if (target.state === 'unknown') {
    const text = 'No response; cancelled before it was known whether the request arrived.';
    run.setTarget(target, 'unknown', { text, failure: target.failure });
  } else if (target.method === 'read') {
    const text = 'Downloaded completely. Cancelled before the host confirmed that it is cached.';
    if (cached) run.setTarget(target, 'done', { text: null, actual: amountOf([cached]) });
    else run.setTarget(target, 'cancelled', { text });
  } else if (stepOf(run, target) !== 'queue') {
    if (cached) {
      run.setTarget(target, 'failed', { text: 'It was cached again because a fetch was in progress.' });
      return;
    }
    const actual = target.actual ?? target.expected;
    const text = 'Deleted. Cancelled before it was known whether a fetch caches it again.';
    run.setTarget(target, 'done', { text, actual });
  } else if (cached) {
    run.setTarget(target, 'done', { actual: amountOf([cached]) });
  } else {
    const text =
      'Cancelled. The host accepted the request and may still fetch the image. Delete it ' +
      'from the queue to stop that.';
    run.setTarget(target, 'cancelled', { text });
  }
}

/** What the host last listed; `undefined` if the console does not have the host any more. */
function lastListed(context: OperationContext, { hostId }: TargetRun): ImageIndex | undefined {
  try {
    return indexImages(context.access(hostId).images());
  } catch (error) {
    if (error instanceof ExpectedFailure) return undefined;
    throw error;
  }
}
