import { useSyncExternalStore } from 'react';
import type { Focus } from './places.ts';

/** What the pointer is on. Kept beside the grid, so that a moving pointer draws one line anew and not the grid. */
export type Readout = {
  point: (place: Focus | undefined) => void;
  subscribe: (listener: () => void) => () => void;
  read: () => Focus | undefined;
};

export function createReadout(): Readout {
  let pointed: Focus | undefined;
  const listeners = new Set<() => void>();
  return {
    point(place) {
      if (place?.row === pointed?.row && place?.column === pointed?.column) return;
      pointed = place;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => pointed,
  };
}

export function usePointed(readout: Readout): Focus | undefined {
  return useSyncExternalStore(readout.subscribe, readout.read);
}
