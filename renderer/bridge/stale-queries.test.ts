import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConsoleEvent } from '../../electron/contract/contract.ts';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import type { Operation } from '../../electron/contract/operations.ts';
import { preferences } from '../../electron/contract/settings.ts';
import { queries } from './queries.ts';
import { changesOf, StaleQueries } from './stale-queries.ts';
import { eventReceiver } from './subscribe-to-events.ts';

vi.mock('./client.ts', async () => ({ client: (await import('../testing/fake-client.ts')).fakeClient }));

const fleet = { distinctImages: 0 };
const host = (id: string, change: Partial<HostSummary> = {}) =>
  ({ id, revision: 1, state: 'ok', failure: null, refreshedAt: 1, ...change }) as HostSummary;
const operation = (change: Partial<Operation> = {}) =>
  ({ id: 'o', state: 'running', endedAt: null, total: 10, ...change }) as Operation;
const opening: ConsoleEvent = {
  type: 'state',
  preferences: preferences.parse({}),
  clouds: [],
  hosts: [host('a'), host('b')],
  fleet,
  operations: [operation()],
  questions: [],
  storage: null,
};
const { type: _, ...before } = opening;
const hosts = (...changed: HostSummary[]): ConsoleEvent => ({ type: 'hosts', changed, removed: [], fleet });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Watches a query whose fetches end when the test says so. */
function watch(cache: QueryClient, queryKey: readonly unknown[]) {
  const ends: (() => void)[] = [];
  const queryFn = vi.fn(() => new Promise<number>((resolve) => ends.push(() => resolve(ends.length))));
  const observer = new QueryObserver(cache, { queryKey, queryFn, staleTime: Number.POSITIVE_INFINITY });
  observer.subscribe(() => {});
  return {
    fetches: () => queryFn.mock.calls.length,
    end: async () => {
      ends.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('the changes of an event', () => {
  test('for a host: its images, its state, or that it was polled', () => {
    expect(changesOf(before, hosts(host('a')))).toEqual([]);
    expect(changesOf(before, hosts(host('a', { revision: 2 })))).toEqual([{ kind: 'images', id: 'a' }]);
    expect(changesOf(before, hosts(host('b', { refreshedAt: 2 })))).toEqual([{ kind: 'poll', id: 'b' }]);
    expect(changesOf(before, { type: 'hosts', changed: [], removed: ['a'], fleet })).toEqual([{ kind: 'hostState' }]);
  });

  test('for an operation: its progress, or its state', () => {
    const changesFor = (change: Partial<Operation>) =>
      changesOf(before, { type: 'operation', operation: operation(change) });
    expect(changesFor({})).toEqual([{ kind: 'progress', id: 'o', targets: 10 }]);
    expect(changesFor({ state: 'finished' })).toMatchObject([{ kind: 'operations', id: 'o' }]);
    expect(changesFor({ id: 'new' })).toMatchObject([{ kind: 'operations', id: 'new' }]);
  });

  test('are everything if the stream was opened again', () => {
    expect(changesOf(undefined, opening)).toEqual([]);
    expect(changesOf(before, opening)).toBe('everything');
  });
});

describe('queries that an event makes stale', () => {
  test('a new theme fetches nothing, a changed golden set only the golden sets', async () => {
    const cache = new QueryClient();
    const receive = eventReceiver(cache);
    receive(opening);
    const sets = watch(cache, queries.golden.list.queryKey({ input: {} }));
    await sets.end();
    receive({ type: 'preferences', preferences: { ...before.preferences, theme: 'dark' } });
    receive({ type: 'clouds', clouds: [] });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sets.fetches()).toBe(1);
    receive({ type: 'goldenSets' });
    expect(sets.fetches()).toBe(2);
  });

  test('settings of clouds and hosts, such as a new SSH access, fetch the jobs of hosts', async () => {
    const cache = new QueryClient();
    const receive = eventReceiver(cache);
    receive(opening);
    const jobs = watch(cache, queries.hostJobs.list.queryKey({ input: {} }));
    await jobs.end();
    receive({ type: 'clouds', clouds: [] });
    expect(jobs.fetches()).toBe(2);
  });

  test('only the images of the host that changed are fetched', async () => {
    const cache = new QueryClient();
    const [a, b] = ['a', 'b'].map((id) => watch(cache, queries.hosts.images.queryKey({ input: { id } })));
    await a?.end();
    await b?.end();
    new StaleQueries(cache).mark([{ kind: 'images', id: 'a' }]);
    expect([a?.fetches(), b?.fetches()]).toEqual([2, 1]);
  });

  test('changes within the interval are fetched together when it ends', async () => {
    const cache = new QueryClient();
    const stale = new StaleQueries(cache);
    const coverage = watch(cache, queries.coverage.get.queryKey({ input: {} }));
    await coverage.end();
    for (const id of ['a', 'b', 'c']) stale.mark([{ kind: 'images', id }]);
    expect(coverage.fetches()).toBe(2);
    await coverage.end();
    await vi.advanceTimersByTimeAsync(2_999);
    expect(coverage.fetches()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(coverage.fetches()).toBe(3);
    await coverage.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(coverage.fetches()).toBe(3);
  });

  test('a change during a fetch fetches once more, and cancels nothing', async () => {
    const cache = new QueryClient();
    const stale = new StaleQueries(cache);
    const catalogue = watch(cache, queries.clouds.catalogue.queryKey({ input: { imageServiceId: 'c' } }));
    stale.mark([{ kind: 'catalogue', id: 'c' }]);
    expect(catalogue.fetches()).toBe(1);
    await catalogue.end();
    expect(catalogue.fetches()).toBe(2);
    await catalogue.end();
    expect(catalogue.fetches()).toBe(2);
  });

  test('the targets of an operation are fetched when it ends, without waiting for the interval', async () => {
    const cache = new QueryClient();
    const stale = new StaleQueries(cache);
    const targets = watch(cache, queries.operations.targets.queryKey({ input: { id: 'o' } }));
    await targets.end();
    stale.mark([{ kind: 'progress', id: 'o', targets: 200_000 }]);
    await targets.end();
    stale.mark([{ kind: 'progress', id: 'o', targets: 200_000 }]);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(targets.fetches()).toBe(2);
    stale.mark([{ kind: 'operations', id: 'o', targets: 200_000 }]);
    expect(targets.fetches()).toBe(3);
  });

  test('the targets are fetched at once also if the operation ends while they are being fetched', async () => {
    const cache = new QueryClient();
    const stale = new StaleQueries(cache);
    const targets = watch(cache, queries.operations.targets.queryKey({ input: { id: 'o' } }));
    await targets.end();
    stale.mark([{ kind: 'progress', id: 'o', targets: 200_000 }]);
    stale.mark([{ kind: 'operations', id: 'o' }]);
    await targets.end();
    expect(targets.fetches()).toBe(3);
  });

  test('a query that nobody uses is fetched when it is used again', async () => {
    const cache = new QueryClient();
    const key = queries.waste.filters.queryKey({ input: {} });
    cache.setQueryData(key, { filters: [] });
    new StaleQueries(cache).mark([{ kind: 'wasteFilters' }]);
    expect(cache.getQueryState(key)?.isInvalidated).toBe(true);
  });

  test('a stream that was opened again makes every query of the table stale', async () => {
    const cache = new QueryClient();
    const keys = [
      queries.hosts.images.queryKey({ input: { id: 'a' } }),
      queries.golden.list.queryKey({ input: {} }),
      queries.trends.host.queryKey({ input: { id: 'a', span: '24h' } }),
    ];
    for (const key of keys) cache.setQueryData(key, undefined as never, { updatedAt: 1 });
    const watched = keys.map((key) => watch(cache, key));
    for (const one of watched) await one.end();
    new StaleQueries(cache).mark('everything');
    expect(watched.map(({ fetches }) => fetches())).toEqual([2, 2, 2]);
  });
});
