import type { ConsoleEvent } from '../../electron/contract/events.ts';

/** What the console told so far, whole: the opening `state` event with every difference since applied. */
export type ConsoleState = Omit<Extract<ConsoleEvent, { type: 'state' }>, 'type'>;

/** The state after an event. A difference that comes before the first whole state changes nothing. */
export function applyEvent(state: ConsoleState | undefined, event: ConsoleEvent): ConsoleState | undefined {
  if (event.type === 'state') {
    const { type: _, ...whole } = event;
    return whole;
  }
  if (!state) return undefined;
  switch (event.type) {
    case 'questions':
      return { ...state, questions: event.questions };
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
    case 'catalogue':
      return state;
  }
}
