import type { ConsoleEvent } from '../../electron/contract/events.ts';
import type { ConsoleClient } from './client.ts';

/** How the stream of events stands. */
export type Link = { state: 'connecting' } | { state: 'open' } | { state: 'lost'; error: unknown; tries: number };

export type Following = {
  client: Pick<ConsoleClient, 'events'>;
  onEvent: (event: ConsoleEvent) => void;
  onLink: (link: Link) => void;
  /** Ends the following. */
  signal: AbortSignal;
  /** Waits that many milliseconds, or less when the signal aborts; tests hand in their own. */
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** Milliseconds before the next try after so many that failed in a row: a quarter of a second doubling to ten. */
export function pause(tries: number): number {
  return Math.min(10_000, 250 * 2 ** Math.max(0, tries - 1));
}

/**
 * Follows the console's one stream of changes until the signal aborts. When the stream ends or breaks it is opened
 * again; it then begins with the whole state, so nothing in between is missed.
 */
export async function follow({ client, onEvent, onLink, signal, wait = sleep }: Following): Promise<void> {
  let tries = 0;
  onLink({ state: 'connecting' });
  while (!signal.aborted) {
    let error: unknown;
    try {
      for await (const event of await client.events({}, { signal })) {
        if (signal.aborted) return;
        if (event.type === 'state') {
          tries = 0;
          onLink({ state: 'open' });
        }
        onEvent(event);
      }
    } catch (thrown) {
      error = thrown;
    }
    if (signal.aborted) return;
    tries += 1;
    onLink({ state: 'lost', error, tries });
    await wait(pause(tries), signal);
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
