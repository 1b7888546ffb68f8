import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';
import type { ConsoleEvent } from '../../electron/contract/contract.ts';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import type { ConsoleState } from './console-state.ts';
import { queries } from './queries.ts';

/** Something that an event changed. `id` names the host, the image service or the operation that it changed on. */
export type Change = {
  kind:
    | 'images' // the cache or the queue of a host
    | 'hostState' // a host was added, removed, or went to another state
    | 'poll' // a host answered
    | 'clouds'
    | 'catalogue' // the catalogue of an image service
    | 'goldenSets'
    | 'wasteFilters'
    | 'hostJobs' // jobs of hosts were read
    | 'schedules'
    | 'alerts'
    | 'notices'
    | 'operations' // an operation began, ended, or went to another state
    | 'progress'; // the targets of an operation
  id?: string;
  /** The number of targets of the operation. */
  targets?: number;
};

type Row = {
  /** The queries; those of one host, cloud or operation where an id is given. */
  queries: (id?: string) => QueryKey;
  after: readonly Change['kind'][];
  /** Milliseconds between a refetch and the next: a large fleet changes many times a second. */
  interval: number | ((change: Change) => number);
};

/** The longest list of waste that is shown. Longer ones are narrowed by their conditions. */
export const wasteListSize = 2_000;
/** A list of waste that is read only for how many images match. */
export const wasteCountSize = 1;

/** An operation may have 200,000 targets. The more it has, the less often they are read. */
const targetsInterval = ({ targets = 0 }: Change) => (targets > 5_000 ? 4_000 : targets > 1_000 ? 2_000 : 1_000);

/** The queries that a change makes stale. Nothing else refetches a query because of an event. */
const table: readonly Row[] = [
  { queries: (id) => queries.hosts.images.key(input({ id })), after: ['images'], interval: 0 },
  {
    queries: (id) => queries.clouds.catalogue.key(id === undefined ? {} : { input: { imageServiceId: id } }),
    after: ['catalogue'],
    interval: 0,
  },
  {
    queries: () => queries.coverage.get.key(),
    after: ['images', 'hostState', 'clouds', 'catalogue'],
    interval: 3_000,
  },
  { queries: () => queries.coverage.places.key(), after: ['images', 'hostState'], interval: 1_500 },
  { queries: () => queries.search.key(), after: ['images', 'hostState', 'catalogue'], interval: 1_500 },
  {
    queries: () => queries.waste.list.key({ input: { limit: wasteListSize } }),
    after: ['images', 'hostState', 'catalogue', 'goldenSets'],
    interval: 4_000,
  },
  {
    queries: () => queries.waste.list.key({ input: { limit: wasteCountSize } }),
    after: ['images', 'hostState', 'catalogue', 'goldenSets'],
    interval: 12_000,
  },
  {
    queries: () => queries.waste.reclaim.key(),
    after: ['images', 'hostState', 'catalogue', 'goldenSets'],
    interval: 4_000,
  },
  {
    queries: () => queries.waste.copies.key(),
    after: ['images', 'hostState', 'catalogue', 'goldenSets'],
    interval: 4_000,
  },
  { queries: () => queries.waste.filters.key(), after: ['wasteFilters'], interval: 0 },
  { queries: () => queries.hostJobs.list.key(), after: ['hostJobs', 'hostState', 'clouds'], interval: 1_000 },
  { queries: () => queries.schedules.list.key(), after: ['schedules'], interval: 500 },
  {
    queries: () => queries.schedules.list.key(),
    after: ['hostState', 'clouds', 'goldenSets', 'wasteFilters', 'hostJobs'],
    interval: 3_000,
  },
  { queries: () => queries.schedules.runs.key(), after: ['schedules'], interval: 500 },
  { queries: () => queries.alerts.list.key(), after: ['alerts'], interval: 0 },
  {
    queries: () => queries.schedules.preview.key(),
    after: ['schedules', 'images', 'hostState', 'clouds', 'goldenSets', 'wasteFilters', 'hostJobs'],
    interval: 3_000,
  },
  { queries: () => queries.about.key(), after: ['notices'], interval: 0 },
  { queries: () => queries.golden.list.key(), after: ['goldenSets'], interval: 0 },
  { queries: () => queries.golden.preview.key(), after: ['catalogue'], interval: 0 },
  { queries: () => queries.golden.membership.key(), after: ['goldenSets', 'catalogue'], interval: 0 },
  { queries: () => queries.golden.drift.key(), after: ['goldenSets', 'catalogue'], interval: 0 },
  { queries: () => queries.golden.drift.key(), after: ['images', 'hostState'], interval: 1_500 },
  {
    queries: () => queries.golden.differences.key(),
    after: ['goldenSets', 'images', 'hostState', 'catalogue'],
    interval: 1_500,
  },
  { queries: (id) => queries.trends.host.key(input({ id })), after: ['poll'], interval: 0 },
  { queries: (id) => queries.operations.targets.key(input({ id })), after: ['operations'], interval: 0 },
  { queries: (id) => queries.operations.targets.key(input({ id })), after: ['progress'], interval: targetsInterval },
  { queries: (id) => queries.operations.output.key(input({ id })), after: ['operations'], interval: 0 },
  { queries: () => queries.operations.list.key(), after: ['operations'], interval: 0 },
  { queries: () => queries.operations.history.key(), after: ['operations'], interval: 0 },
  { queries: () => queries.operations.history.key(), after: ['progress'], interval: 2_000 },
];

function input({ id }: { id: string | undefined }): { input?: { id: string } } {
  return id === undefined ? {} : { input: { id } };
}

/** Returns what an event changed, given the state before it. A stream that opens again may have changed everything. */
export function changesOf(before: ConsoleState | undefined, event: ConsoleEvent): Change[] | 'everything' {
  switch (event.type) {
    case 'state':
      return before ? 'everything' : [];
    case 'hosts': {
      const known = new Map(before?.hosts.map((host) => [host.id, host]));
      const changes = event.changed.flatMap((host) => changesOfHost(known.get(host.id), host));
      return event.removed.length > 0 ? [...changes, { kind: 'hostState' }] : changes;
    }
    case 'catalogue':
      return [{ kind: 'catalogue', id: event.imageServiceId }];
    case 'operation': {
      const { id, state, endedAt, total } = event.operation;
      const known = before?.operations.find((operation) => operation.id === id);
      const same = known?.state === state && known.endedAt === endedAt;
      return [{ kind: same ? 'progress' : 'operations', id, targets: total }];
    }
    case 'operationsRemoved':
      return event.ids.map((id) => ({ kind: 'operations', id }));
    case 'clouds':
    case 'goldenSets':
    case 'wasteFilters':
    case 'hostJobs':
    case 'schedules':
    case 'alerts':
    case 'notices':
      return [{ kind: event.type }];
    case 'preferences':
    case 'questions':
    case 'storage':
      return [];
  }
}

function changesOfHost(before: HostSummary | undefined, host: HostSummary): Change[] {
  const { id } = host;
  const changes: Change[] = [];
  if (before?.revision !== host.revision) changes.push({ kind: 'images', id });
  if (before?.state !== host.state || before.failure?.code !== host.failure?.code)
    changes.push({ kind: 'hostState', id });
  if (before?.refreshedAt !== host.refreshedAt) changes.push({ kind: 'poll', id });
  return changes;
}

/** A refetch that runs, or that ended less than its interval ago. `again` asks for another one after it. */
type Refetch = { again: boolean; interval: number; cooling?: ReturnType<typeof setTimeout> };

/**
 * Marks queries as stale, which refetches those in use. The first change refetches immediately; changes that follow within the
 * row's interval are refetched together when it ends. A running fetch is never cancelled: it may take longer than the
 * interval, and a change during it refetches once more.
 */
export class StaleQueries {
  readonly #cache: QueryClient;
  readonly #refetches = new Map<string, Refetch>();

  constructor(cache: QueryClient) {
    this.#cache = cache;
  }

  /** Marks the queries that the table names for these changes. */
  mark(changes: readonly Change[] | 'everything'): void {
    if (changes === 'everything') {
      for (const row of table) this.#markKey(row.queries(), 0);
      return;
    }
    const kinds = new Set(changes.map(({ kind }) => kind));
    for (const row of table) {
      if (!row.after.some((kind) => kinds.has(kind))) continue;
      const keys = new Map<string, { key: QueryKey; interval: number }>();
      for (const change of changes) {
        if (!row.after.includes(change.kind)) continue;
        const key = row.queries(change.id);
        const interval = typeof row.interval === 'number' ? row.interval : row.interval(change);
        keys.set(hashKey(key), { key, interval });
      }
      for (const { key, interval } of keys.values()) this.#markKey(key, interval);
    }
  }

  #markKey(key: QueryKey, interval: number): void {
    const hash = hashKey(key);
    const refetch = this.#refetches.get(hash);
    if (!refetch) {
      void this.#refetch(hash, key, interval);
    } else if (interval === 0 && refetch.cooling !== undefined) {
      clearTimeout(refetch.cooling);
      void this.#refetch(hash, key, interval);
    } else {
      refetch.again = true;
      refetch.interval = Math.min(refetch.interval, interval);
    }
  }

  async #refetch(hash: string, key: QueryKey, interval: number): Promise<void> {
    // A fetch that runs already may have begun before the change.
    const refetch: Refetch = { again: this.#cache.isFetching({ queryKey: key }) > 0, interval };
    this.#refetches.set(hash, refetch);
    await this.#cache.invalidateQueries({ queryKey: key }, { cancelRefetch: false });
    const end = () => {
      this.#refetches.delete(hash);
      if (refetch.again) void this.#refetch(hash, key, interval);
    };
    if (refetch.interval === 0) end();
    else refetch.cooling = setTimeout(end, refetch.interval);
  }
}
