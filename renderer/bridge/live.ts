import { type QueryClient, skipToken, useQuery } from '@tanstack/react-query';
import type { ConsoleEvent } from '../../electron/contract/events.ts';
import { client } from './client.ts';
import { follow, type Link } from './follow.ts';
import { queries } from './queries.ts';
import { applyEvent, type ConsoleState } from './state.ts';
import { whileWatched } from './watched.ts';

const stateKey = ['console', 'state'] as const;
const linkKey = ['console', 'link'] as const;
const kept = { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY, networkMode: 'always' } as const;

/** Keeps the query cache true to the console: call once at the start, with the page's query client. Ends with the signal. */
export function keepLive(cache: QueryClient, signal: AbortSignal): Promise<void> {
  return whileWatched(document, signal, (watched) =>
    follow({
      client,
      signal: watched,
      onLink: (link) => cache.setQueryData<Link>(linkKey, link),
      onEvent: (event) => receive(cache, event),
    }),
  );
}

/** What the console told so far: preferences, clouds, hosts, operations; undefined before its first word. */
export function useConsole(): ConsoleState | undefined {
  return useQuery<ConsoleState>({ ...kept, queryKey: stateKey, queryFn: skipToken }).data;
}

/** A part of what the console told, so that a page is drawn anew only when that part changes. */
export function useConsolePart<Part>(pick: (state: ConsoleState) => Part): Part | undefined {
  return useQuery<ConsoleState, Error, Part>({ ...kept, queryKey: stateKey, queryFn: skipToken, select: pick }).data;
}

/** How the connection to the console stands. */
export function useLink(): Link {
  return useQuery<Link>({ ...kept, queryKey: linkKey, queryFn: skipToken }).data ?? { state: 'connecting' };
}

/** Puts an event into the cache and marks as stale what it made stale. */
export function receive(cache: QueryClient, event: ConsoleEvent): void {
  const before = cache.getQueryData<ConsoleState>(stateKey);
  const after = applyEvent(before, event);
  if (after) cache.setQueryData<ConsoleState>(stateKey, after);
  for (const queryKey of madeStale(before, event)) void cache.invalidateQueries({ queryKey });
}

function madeStale(before: ConsoleState | undefined, event: ConsoleEvent): (readonly unknown[])[] {
  switch (event.type) {
    case 'state':
      return before ? [queries.hosts.images.key(), queries.clouds.catalogue.key(), ...golden()] : [];
    case 'hosts': {
      const seen = new Map(before?.hosts.map(({ id, revision }) => [id, revision]));
      return event.changed
        .filter(({ id, revision }) => seen.get(id) !== revision)
        .map(({ id }) => queries.hosts.images.key({ input: { id } }));
    }
    case 'catalogue':
      return [queries.clouds.catalogue.key({ input: { id: event.cloudId } }), ...golden()];
    // Whatever changes in the settings is told so, golden sets too; perhaps in another window.
    case 'clouds':
      return golden();
    // Targets are asked for at a pace of their own (operations/use-targets.ts): there may be 200,000 of them.
    case 'operation':
    case 'preferences':
    case 'questions':
      return [];
  }
}

/** What rests on golden sets or on what they find in a catalogue. */
function golden(): (readonly unknown[])[] {
  return [queries.golden.list.key(), queries.golden.drift.key(), queries.golden.membership.key()];
}
