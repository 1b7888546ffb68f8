import { useCallback, useSyncExternalStore } from 'react';
import { nothingSelected, type Selection } from '../components/table/selection.ts';

const prefix = 'console.kept.';
const values = new Map<string, unknown>();
const listeners = new Set<() => void>();

type Guard<T> = (value: unknown) => value is T;

function read<T>(key: string, fallback: T, lasting: Guard<T> | null): T {
  if (!values.has(key)) {
    const kept = lasting ? stored(key) : undefined;
    values.set(key, lasting?.(kept) ? kept : fallback);
  }
  return values.get(key) as T;
}

function stored(key: string): unknown {
  const text = localStorage.getItem(prefix + key);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Written by somebody else: as good as not there, and overwritten by the next change.
    return undefined;
  }
}

function useKeptValue<T>(
  key: string,
  fallback: T,
  lasting: Guard<T> | null,
): [T, (next: T | ((before: T) => T)) => void] {
  const value = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => read(key, fallback, lasting),
  );
  const set = useCallback(
    (next: T | ((before: T) => T)) => {
      const before = values.get(key) as T;
      const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next;
      if (after === before) return;
      values.set(key, after);
      if (lasting) localStorage.setItem(prefix + key, JSON.stringify(after));
      for (const listener of listeners) listener();
    },
    [key, lasting],
  );
  return [value, set];
}

/** A table's sort or filter: kept through navigation and restart. `fallback` and `valid` must
 * be the same objects every time: what a file of another time holds is used only if it is valid. */
export function useKept<T>(key: string, fallback: T, valid: Guard<T>) {
  return useKeptValue(key, fallback, valid);
}

/** A table's selection: kept through navigation, forgotten with the window. */
export function useKeptSelection(key: string) {
  return useKeptValue<Selection>(`selection.${key}`, nothingSelected, null);
}

/** Whether something kept from another time is a text. */
export function isText(value: unknown): value is string {
  return typeof value === 'string';
}
