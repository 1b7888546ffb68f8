import { useCallback } from 'react';
import { create } from 'zustand';
import { parseJson } from '../../electron/contract/parse-json.ts';

type Guard<T> = (value: unknown) => value is T;
type SetState<T> = (next: T | ((before: T) => T)) => void;

const prefix = 'console.kept.';
/** The values by key. A key without a value is missing: its readers get their own initial value. */
const useValues = create<Record<string, unknown>>(() => ({}));

/**
 * UI state that survives navigation and a restart of the console, such as the columns of a table. What a copied link has
 * to show as well is state of the address: `useUrlState`.
 *
 * @param key names the value in localStorage, `coverage.grouping`
 * @param initial the value before the first change; pass the same object on every render
 * @param valid says whether a stored value can be used: another version of the console may have written it
 */
export function usePersistentState<T>(key: string, initial: T, valid: Guard<T>): [T, SetState<T>] {
  const value = useValues((values) => (key in values ? (values[key] as T) : load(key, initial, valid)));
  const set = useCallback<SetState<T>>(
    (next) => {
      const after = update(key, next, () => load(key, initial, valid));
      localStorage.setItem(prefix + key, JSON.stringify(after));
    },
    [key, initial, valid],
  );
  return [value, set];
}

/** UI state that survives navigation and is lost when the window closes, such as a table's selection. */
export function useWindowState<T>(key: string, initial: T): [T, SetState<T>] {
  const value = useValues((values) => (key in values ? (values[key] as T) : initial));
  const set = useCallback<SetState<T>>((next) => void update(key, next, () => initial), [key, initial]);
  return [value, set];
}

/** Forgets the state of the window; localStorage stays. For tests: it has the effect of a restart. */
export function resetWindowState(): void {
  useValues.setState({}, true);
  stored.clear();
}

/** Whether a stored value is a string. */
export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function update<T>(key: string, next: T | ((before: T) => T), initial: () => T): T {
  const values = useValues.getState();
  const before = key in values ? (values[key] as T) : initial();
  const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next;
  if (after !== before) useValues.setState({ [key]: after });
  return after;
}

/** What localStorage held when a key was first read, so that a render gets the same object every time. */
const stored = new Map<string, unknown>();

function load<T>(key: string, initial: T, valid: Guard<T>): T {
  if (!stored.has(key)) stored.set(key, parseJson(localStorage.getItem(prefix + key)));
  const value = stored.get(key);
  return valid(value) ? value : initial;
}
