import { DatabaseSync } from 'node:sqlite';
import type { CatalogueImage } from '../../contract/images.ts';
import type { Action } from '../../contract/operations.ts';
import type { FakeHost, Request } from '../../fleet/testing/fake-host.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import type { OperationLimits } from '../model/operation-limits.ts';
import { operationsOver, until } from './fleet-of.ts';

/** The requests in flight to hosts, held until a test lets them arrive. */
export class Wire {
  readonly #held: (() => void)[] = [];
  isHeld = true;

  /** Holds the requests of a kind to these hosts before the host carries them out. */
  constructor(hosts: readonly FakeHost[], kind: Request['what']) {
    for (const host of hosts) {
      host.faultFor = ({ what }) =>
        what === kind && this.isHeld
          ? new Promise<undefined>((resolve) => this.#held.push(() => resolve(undefined)))
          : undefined;
    }
  }

  /** Lets the held requests arrive, and holds no later ones. */
  async arrive(): Promise<void> {
    this.isHeld = false;
    for (const go of this.#held.splice(0)) go();
    await new Promise(setImmediate);
  }
}

type Setup = { images?: CatalogueImage[]; limits?: Partial<OperationLimits>; clock?: Clock };

/**
 * A console that is interrupted while this many requests of an operation are in flight, and a second one over the same
 * hosts and database.
 */
export async function interruptedConsole(
  hosts: readonly FakeHost[],
  action: Action,
  sent: number,
  { images = [], limits = {}, clock = systemClock }: Setup = {},
) {
  const database = new DatabaseSync(':memory:');
  const setup = { database, images, limits };
  for (const host of hosts) host.poll();
  const first = operationsOver(hosts, { ...setup, clock: hurried });
  const plan = await first.operations.plan(action);
  const { id } = await first.operations.start(plan.id);
  const requests = () => hosts.reduce((sum, host) => sum + host.requests.filter(isChange).length, 0);
  await until(first.operations, id, ({ counts }) => counts.sent === sent);
  while (requests() < sent) await new Promise(setImmediate);
  await first.operations.stop();
  return { id, ...operationsOver(hosts, { ...setup, clock }) };
}

function isChange({ what }: Request): boolean {
  return what !== 'list';
}

/** A console that does not wait for requests in flight when it ends. */
const hurried: Clock = {
  now: () => systemClock.now(),
  after: (milliseconds, run) => systemClock.after(milliseconds === 500 ? 1 : milliseconds, run),
};
