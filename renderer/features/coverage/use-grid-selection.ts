import { useCallback, useSyncExternalStore } from 'react';
import { type CellSelection, nothingChosen } from './selection.ts';

let current = nothingChosen;
const listeners = new Set<() => void>();

/** The chosen cells: kept through navigation, forgotten with the window. */
export function useGridSelection(): [CellSelection, (change: (before: CellSelection) => CellSelection) => void] {
  const selection = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
  const set = useCallback((change: (before: CellSelection) => CellSelection) => {
    const next = change(current);
    if (next === current) return;
    current = next;
    for (const listener of listeners) listener();
  }, []);
  return [selection, set];
}
