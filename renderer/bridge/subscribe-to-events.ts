import type { QueryClient } from '@tanstack/react-query';
import type { ConsoleEvent } from '../../electron/contract/contract.ts';
import type { ConsoleClient } from './client.ts';
import { type ConnectionState, setConnection, updateState } from './console-state.ts';
import { changesOf, StaleQueries } from './stale-queries.ts';

/**
 * Keeps the query cache up to date with the main process: applies the event stream to the state that the pages show, and
 * marks the queries that an event makes stale. Call it once, with the query client of the page. It ends with the signal.
 */
export function subscribeToEvents(client: Following['client'], cache: QueryClient, signal: AbortSignal): Promise<void> {
  const receive = eventReceiver(cache);
  return whileVisible(document, signal, (visible) =>
    followEvents({
      client,
      signal: visible,
      onConnection: (connection) => setConnection(cache, connection),
      onEvent: receive,
    }),
  );
}

/** Returns the handler for the events of a stream that updates a query client. */
export function eventReceiver(cache: QueryClient): (event: ConsoleEvent) => void {
  const stale = new StaleQueries(cache);
  return (event) => stale.mark(changesOf(updateState(cache, event), event));
}

export type Following = {
  client: Pick<ConsoleClient, 'events'>;
  onEvent: (event: ConsoleEvent) => void;
  onConnection: (connection: ConnectionState) => void;
  signal: AbortSignal;
  /** Waits for this many milliseconds, or until the signal aborts. Tests pass their own. */
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** Milliseconds before the next attempt: 250 after the first failure, doubling up to 10,000. */
export function retryDelay(tries: number): number {
  return Math.min(10_000, 250 * 2 ** Math.max(0, tries - 1));
}

/**
 * Reads the event stream until the signal aborts. A stream that ends or breaks is opened again. A stream begins with the
 * whole state, so no change is missed in between.
 */
export async function followEvents({ client, onEvent, onConnection, signal, wait = sleep }: Following): Promise<void> {
  let tries = 0;
  onConnection({ state: 'connecting' });
  while (!signal.aborted) {
    let error: unknown;
    try {
      for await (const event of await client.events({}, { signal })) {
        if (signal.aborted) return;
        if (event.type === 'state') {
          tries = 0;
          onConnection({ state: 'open' });
        }
        onEvent(event);
      }
    } catch (thrown) {
      error = thrown;
    }
    if (signal.aborted) return;
    tries += 1;
    onConnection({ state: 'lost', error, tries });
    await wait(retryDelay(tries), signal);
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** The parts of the document that tell whether the page is visible. */
export type PageVisibility = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;

/** Milliseconds for which a hidden page stays connected, so that a short look at another tab does not reload the state. */
const hiddenTimeout = 15_000;

/**
 * Runs `work` while the page is visible, until the signal aborts. A browser allows six connections to a server over all its
 * tabs: if hidden tabs kept theirs, a seventh tab could not call anything.
 */
export async function whileVisible(
  page: PageVisibility,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
  timeout = hiddenTimeout,
): Promise<void> {
  while (!signal.aborted) {
    await untilVisible(page, signal);
    if (signal.aborted) return;
    const hidden = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onChange = () => {
      clearTimeout(timer);
      if (page.visibilityState === 'hidden') timer = setTimeout(() => hidden.abort(), timeout);
    };
    page.addEventListener('visibilitychange', onChange);
    try {
      await work(AbortSignal.any([signal, hidden.signal]));
    } finally {
      clearTimeout(timer);
      page.removeEventListener('visibilitychange', onChange);
    }
  }
}

function untilVisible(page: PageVisibility, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const onChange = () => {
      if (page.visibilityState === 'hidden' && !signal.aborted) return;
      page.removeEventListener('visibilitychange', onChange);
      signal.removeEventListener('abort', onChange);
      resolve();
    };
    page.addEventListener('visibilitychange', onChange);
    signal.addEventListener('abort', onChange);
    onChange();
  });
}
