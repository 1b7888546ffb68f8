import { type QueryClient, skipToken, useQuery } from '@tanstack/react-query';
import type { CloudId } from '../../electron/contract/clouds.ts';
import type { ConsoleEvent } from '../../electron/contract/contract.ts';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { ImageServiceId } from '../../electron/contract/images.ts';

/** The console state from the event stream: its first `state` event with every later change applied. */
export type ConsoleState = Omit<Extract<ConsoleEvent, { type: 'state' }>, 'type'>;

/** The state of the event stream. `tries` counts the failed attempts to open it since it was last open. */
export type ConnectionState =
  | { state: 'connecting' }
  | { state: 'open' }
  | { state: 'lost'; error: unknown; tries: number };

const stateKey = ['console', 'state'] as const;
const connectionKey = ['console', 'connection'] as const;
const forever = {
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  networkMode: 'always',
  queryFn: skipToken,
} as const;

/** Returns the console state; undefined before the first event. */
export function useConsole(): ConsoleState | undefined {
  return useQuery<ConsoleState>({ ...forever, queryKey: stateKey }).data;
}

/** Returns a part of the console's state. The component renders again only when that part changes. */
export function useConsolePart<Part>(select: (state: ConsoleState) => Part): Part | undefined {
  return useQuery<ConsoleState, Error, Part>({ ...forever, queryKey: stateKey, select }).data;
}

/** Returns the state of the connection to the main process. */
export function useConnection(): ConnectionState {
  return useQuery<ConnectionState>({ ...forever, queryKey: connectionKey }).data ?? { state: 'connecting' };
}

/** The image services of some hosts of a cloud, or of all its hosts; the cloud's first one while it has none. */
export function useImageServices(cloudId: CloudId, hostIds?: readonly HostId[]): readonly ImageServiceId[] {
  const services = useConsolePart(({ hosts }) => {
    const ofCloud = hosts.filter((host) => host.cloudId === cloudId && (hostIds?.includes(host.id) ?? true));
    return [...new Set(ofCloud.map(({ imageServiceId }) => imageServiceId))];
  });
  if (services && services.length > 0) return services;
  return cloudId === '' ? noServices : [cloudId];
}
const noServices: readonly ImageServiceId[] = [];

/** Shows a new connection state to the pages. */
export function setConnection(cache: QueryClient, connection: ConnectionState): void {
  cache.setQueryData<ConnectionState>(connectionKey, connection);
}

/** Applies an event to the state that the pages show. Returns the state before the event. */
export function updateState(cache: QueryClient, event: ConsoleEvent): ConsoleState | undefined {
  const before = cache.getQueryData<ConsoleState>(stateKey);
  const after = applyEvent(before, event);
  if (after) cache.setQueryData<ConsoleState>(stateKey, after);
  return before;
}

/** Returns the state after an event. A difference that arrives before the first whole state has no effect. */
export function applyEvent(state: ConsoleState | undefined, event: ConsoleEvent): ConsoleState | undefined {
  if (event.type === 'state') {
    const { type: _, ...whole } = event;
    return whole;
  }
  if (!state) return undefined;
  switch (event.type) {
    case 'questions':
      return { ...state, questions: event.questions };
    case 'storage':
      return { ...state, storage: event.storage };
    case 'preferences':
      return { ...state, preferences: event.preferences };
    case 'clouds':
      return { ...state, clouds: event.clouds };
    case 'hosts': {
      const changed = new Map(event.changed.map((host) => [host.id, host]));
      const removed = new Set(event.removed);
      const kept = state.hosts.filter(({ id }) => !removed.has(id));
      const known = new Set(kept.map(({ id }) => id));
      return {
        ...state,
        fleet: event.fleet,
        hosts: [
          ...kept.map((host) => changed.get(host.id) ?? host),
          ...event.changed.filter(({ id }) => !known.has(id) && !removed.has(id)),
        ],
      };
    }
    case 'operation': {
      const { operation } = event;
      const known = state.operations.some(({ id }) => id === operation.id);
      return {
        ...state,
        operations: known
          ? state.operations.map((other) => (other.id === operation.id ? operation : other))
          : [operation, ...state.operations],
      };
    }
    case 'operationsRemoved': {
      const removed = new Set(event.ids);
      return { ...state, operations: state.operations.filter(({ id }) => !removed.has(id)) };
    }
    case 'catalogue':
    case 'goldenSets':
    case 'wasteFilters':
    case 'hostJobs':
    case 'schedules':
    case 'alerts':
    case 'notices':
      return state;
  }
}
