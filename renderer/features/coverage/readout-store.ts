import { useSyncExternalStore } from 'react';
import type { Focus } from './places.ts';

/**
 * What the pointer is on, and where the focus is. Kept beside the page, so that a moving pointer or focus draws one line
 * anew and not the page.
 */
export type Readout = {
  point: (place: Focus | undefined) => void;
  focus: (place: Focus) => void;
  subscribe: (listener: () => void) => () => void;
  /** What is to be told of: what the pointer is on, else what has the focus. */
  read: () => Focus | undefined;
};

export function createReadout(): Readout {
  let pointed: Focus | undefined;
  let focused: Focus | undefined;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    point(place) {
      if (place?.row === pointed?.row && place?.column === pointed?.column) return;
      pointed = place;
      tell();
    },
    focus(place) {
      focused = place;
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => pointed ?? focused,
  };
}

export function usePlace(readout: Readout): Focus | undefined {
  return useSyncExternalStore(readout.subscribe, readout.read);
}
