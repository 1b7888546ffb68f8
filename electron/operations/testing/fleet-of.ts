import { DatabaseSync } from 'node:sqlite';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { CatalogueImage } from '../../contract/images.ts';
import type { Action, Operation, TargetOutcome } from '../../contract/operations.ts';
import type { HostTimings } from '../../fleet/host-timings.ts';
import type { FakeHost } from '../../fleet/testing/fake-host.ts';
import { systemClock } from '../../lib/clock.ts';
import { StorageHealth } from '../../store/storage-health.ts';
import type { CloudFlags } from '../model/cloud-guard.ts';
import type { OperationLimits } from '../model/operation-limits.ts';
import { Operations } from '../operations.ts';

/** Limits with short delays, so that a test does not wait for them. */
export const patient: Partial<OperationLimits> = {
  firstBackOff: 2,
  maxBackOff: 8,
  relistDelay: 5,
  minFollowInterval: 5,
  maxFollowInterval: 20,
  eventInterval: 5,
};

const patientTimings: Partial<HostTimings> = {
  fetchTimeout: 30_000,
  periodicExtra: 0,
  fetchRate: 1e12,
  vanishAfter: 5_000,
};

/** For tests in which a fetch times out. */
export const impatient: Partial<HostTimings> = { fetchTimeout: 600, periodicExtra: 0, vanishAfter: 400 };

/** A cloud without marks. */
export const unmarked: CloudFlags = { name: 'Lab', readOnly: false, production: false };

/** Operations over some fake hosts, in their own database unless one is given. */
export function operationsOver(
  hosts: readonly FakeHost[],
  {
    limits = {} as Partial<OperationLimits>,
    timings = {} as Partial<HostTimings>,
    images = [] as CatalogueImage[],
    database = new DatabaseSync(':memory:'),
    marks = unmarked,
    confirmAbove = 20,
    clock = systemClock,
  } = {},
) {
  for (const host of hosts) host.watch({ database, clock, timings: { ...patientTimings, ...timings } });
  const storage = new StorageHealth(null, clock);
  const faults: unknown[] = [];
  const note = (...words: unknown[]) => void faults.push(words);
  const log = { error: note, warn: note, info: () => undefined };
  const operations = new Operations({
    access(hostId) {
      const host = hosts.find((one) => one.id === hostId);
      if (host) return host;
      throw new ExpectedFailure({ code: 'notFound', message: `No host ${hostId}`, remedy: 'Add it.' });
    },
    hosts: () => hosts.map((host) => host.summary()),
    catalogue: async () => ({ images, readAt: 1, failure: null }),
    cloud: () => marks,
    confirmAbove: () => confirmAbove,
    database,
    storage,
    log,
    clock,
    limits: { ...patient, ...limits },
  });
  return {
    operations,
    database,
    storage,
    faults,
    /** Plans, starts, and waits for the end. */
    async carryOut(action: Action): Promise<{ operation: Operation; targets: TargetOutcome[] }> {
      const plan = await operations.plan(action);
      const { id } = await operations.start(plan.id);
      await ended(operations, id);
      return operations.targets({ id });
    },
  };
}

/** Resolves when an operation has ended. */
export function ended(operations: Operations, id: string): Promise<Operation> {
  return until(operations, id, ({ state }) => state !== 'running' && state !== 'cancelling');
}

/** Resolves when an operation meets the condition. */
export function until(operations: Operations, id: string, is: (operation: Operation) => boolean): Promise<Operation> {
  return new Promise((resolve) => {
    const look = (operation: Operation) => {
      if (operation.id !== id || !is(operation)) return;
      forget();
      resolve(operation);
    };
    const forget = operations.onChange(look);
    const now = operations.list().find((operation) => operation.id === id);
    if (now) look(now);
  });
}
