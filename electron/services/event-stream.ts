import { AsyncIteratorClass } from '@orpc/server';
import type { ConsoleEvent, FleetTotals } from '../contract/contract.ts';
import type { HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';
import type { ImageServiceId } from '../contract/images.ts';
import type { Operation } from '../contract/operations.ts';
import type { FleetChange } from '../fleet/host-access.ts';

type State = Omit<Extract<ConsoleEvent, { type: 'state' }>, 'type'>;

export type EventSource = {
  state: () => State;
  /** The current summary of a host; undefined when it was removed. */
  host: (hostId: HostId) => HostSummary | undefined;
  fleet: () => FleetTotals;
};

/** If more operations than this wait for a slow reader, it receives the whole state instead. */
const maxOperations = 1_000;

/**
 * The stream of changes to every page. For each reader it stores which parts changed, not every change: a slow reader
 * gets their state at the time it reads, so that its backlog does not grow.
 */
export class EventStream {
  readonly #source: EventSource;
  readonly #readers = new Set<Reader>();

  constructor(source: EventSource) {
    this.#source = source;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Opens a stream for one reader: the whole state, then changes, until the signal is aborted or `close` is called. */
  open(signal?: AbortSignal): AsyncIteratorClass<ConsoleEvent, void> {
    const reader = new Reader(this.#source);
    const end = () => {
      this.#readers.delete(reader);
      reader.end();
    };
    this.#readers.add(reader);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    return new AsyncIteratorClass<ConsoleEvent, void>(
      async () => {
        const value = await reader.next();
        return value ? { done: false, value } : { done: true, value: undefined };
      },
      async () => {
        signal?.removeEventListener('abort', end);
        end();
      },
    );
  }

  /** A part of the state has changed. */
  changed(part: ChangedPart): void {
    for (const reader of this.#readers) reader.note((waiting) => waiting.kinds.add(part));
  }

  hosts({ changed, removed }: FleetChange): void {
    for (const reader of this.#readers) {
      reader.note((waiting) => {
        for (const id of [...changed, ...removed]) waiting.hosts.add(id);
      });
    }
  }

  catalogue(serviceId: ImageServiceId): void {
    for (const reader of this.#readers) reader.note((waiting) => waiting.catalogues.add(serviceId));
  }

  operation(operation: Operation): void {
    for (const reader of this.#readers) reader.note((waiting) => waiting.operations.set(operation.id, operation));
  }

  operationsRemoved(ids: readonly string[]): void {
    for (const reader of this.#readers) {
      reader.note((waiting) => {
        for (const id of ids) {
          waiting.operations.delete(id);
          waiting.removedOperations.add(id);
        }
      });
    }
  }

  close(): void {
    for (const reader of this.#readers) reader.end();
  }
}

/** A part of the state whose change is one event, however often it changes. */
type ChangedPart =
  | 'preferences'
  | 'clouds'
  | 'questions'
  | 'storage'
  | 'goldenSets'
  | 'wasteFilters'
  | 'hostJobs'
  | 'schedules'
  | 'alerts'
  | 'notices';

type Waiting = {
  whole: boolean;
  kinds: Set<ChangedPart>;
  hosts: Set<HostId>;
  catalogues: Set<ImageServiceId>;
  operations: Map<string, Operation>;
  removedOperations: Set<string>;
};

class Reader {
  readonly #source: EventSource;
  #waiting = nothingWaits(true);
  #ready: ConsoleEvent[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(source: EventSource) {
    this.#source = source;
  }

  note(add: (waiting: Waiting) => void): void {
    if (this.#ended) return;
    if (!this.#waiting.whole) add(this.#waiting);
    if (this.#waiting.operations.size > maxOperations) this.#waiting = nothingWaits(true);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async next(): Promise<ConsoleEvent | undefined> {
    while (!this.#ended) {
      if (this.#ready.length === 0) this.#ready = this.#collectEvents();
      const event = this.#ready.shift();
      if (event) return event;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return undefined;
  }

  /** Creates the events for the waiting changes, from the current state. */
  #collectEvents(): ConsoleEvent[] {
    const waiting = this.#waiting;
    this.#waiting = nothingWaits(false);
    if (waiting.whole) return [{ type: 'state', ...this.#source.state() }];
    const events: ConsoleEvent[] = [];
    if (waiting.kinds.size > 0) {
      const { preferences, clouds, questions, storage } = this.#source.state();
      if (waiting.kinds.has('preferences')) events.push({ type: 'preferences', preferences });
      if (waiting.kinds.has('questions')) events.push({ type: 'questions', questions });
      if (waiting.kinds.has('storage')) events.push({ type: 'storage', storage });
      if (waiting.kinds.has('clouds')) events.push({ type: 'clouds', clouds });
      if (waiting.kinds.has('goldenSets')) events.push({ type: 'goldenSets' });
      if (waiting.kinds.has('wasteFilters')) events.push({ type: 'wasteFilters' });
      if (waiting.kinds.has('hostJobs')) events.push({ type: 'hostJobs' });
      if (waiting.kinds.has('schedules')) events.push({ type: 'schedules' });
      if (waiting.kinds.has('alerts')) events.push({ type: 'alerts' });
      if (waiting.kinds.has('notices')) events.push({ type: 'notices' });
    }
    if (waiting.hosts.size > 0) events.push(this.#hostsEvent(waiting.hosts));
    for (const imageServiceId of waiting.catalogues) events.push({ type: 'catalogue', imageServiceId });
    for (const operation of waiting.operations.values()) events.push({ type: 'operation', operation });
    if (waiting.removedOperations.size > 0) {
      events.push({ type: 'operationsRemoved', ids: [...waiting.removedOperations] });
    }
    return events;
  }

  #hostsEvent(ids: ReadonlySet<HostId>): ConsoleEvent {
    const changed: HostSummary[] = [];
    const removed: HostId[] = [];
    for (const id of ids) {
      const host = this.#source.host(id);
      if (host) changed.push(host);
      else removed.push(id);
    }
    return { type: 'hosts', changed, removed, fleet: this.#source.fleet() };
  }
}

function nothingWaits(whole: boolean): Waiting {
  return {
    whole,
    kinds: new Set(),
    hosts: new Set(),
    catalogues: new Set(),
    operations: new Map(),
    removedOperations: new Set(),
  };
}
