import { useCallback, useLayoutEffect, useMemo } from 'react';
import { useSearch } from 'wouter';
import { currentAddress, navigate } from './hash-location.ts';
import { isString, usePersistentState } from './persistent-state.ts';

/** The text of a value in the query of an address. */
export type UrlFormat<T> = {
  /** The value in the query; undefined if it has none that can be used. */
  read: (params: URLSearchParams) => T | undefined;
  write: (params: URLSearchParams, value: T) => void;
};

type UrlStateOptions = {
  /**
   * If the address contains nothing but the tab, the last value that was set under this key in localStorage is used.
   */
  remember?: string | undefined;
  /** The state is the page's tab. Every change is a step of its own in the history and drops the rest of the query. */
  isTab?: boolean;
};

/** The parameter of the page's tab. */
const tabParam = 'tab';

type SetState<T> = (next: T | ((before: T) => T)) => void;

/**
 * State of a page that stands in its address, such as its tab, filter and sort: Back and Forward restore it, it survives a
 * reload, and a copied link shows the same. Successive changes of one state are one step in the history. A state that is
 * remembered is what the operator prefers on pages that are opened afresh, for instance from the rail.
 *
 * @param name tells the states of a page apart in its history
 * @param initial the value where the address says nothing; pass the same object on every render
 * @param format pass the same object on every render
 */
export function useUrlState<T>(
  name: string,
  initial: T,
  format: UrlFormat<T>,
  { remember, isTab = false }: UrlStateOptions = {},
): [T, SetState<T>] {
  const search = useSearch();
  const [remembered, setRemembered] = usePersistentState(remember ?? '', '', isString);
  const lasts = remember !== undefined;

  const read = useCallback(
    (query: string) => {
      const params = new URLSearchParams(query);
      const own = lasts && saysNothing(params, isTab) ? format.read(new URLSearchParams(remembered)) : undefined;
      return format.read(params) ?? own ?? initial;
    },
    [format, initial, lasts, isTab, remembered],
  );
  const value = useMemo(() => read(search), [read, search]);
  useLayoutEffect(() => {
    if (!lasts) return;
    const complete = (params: URLSearchParams) => {
      if (format.read(params) === undefined) format.write(params, value);
    };
    remembering.add(complete);
    return () => void remembering.delete(complete);
  }, [lasts, format, value]);

  const set = useCallback<SetState<T>>(
    (next) => {
      const [path = '/', query = ''] = currentAddress().split('?');
      const before = read(query);
      const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next;
      if (after === before) return;
      const continues = !isTab && changedOf(window.history.state) === name;
      const params = new URLSearchParams(query);
      // Nothing that is shown depends on the remembered state any more: neither this entry of the history nor the next.
      for (const complete of remembering) complete(params);
      if (!continues) navigate(addressOf(path, params), { replace: true, state: window.history.state });
      const changed = isTab ? new URLSearchParams() : params;
      format.write(changed, after);
      navigate(addressOf(path, changed), { replace: continues, state: { changed: name } });
      if (lasts) {
        const kept = new URLSearchParams();
        format.write(kept, after);
        setRemembered(kept.toString());
      }
    },
    [name, format, read, lasts, isTab, setRemembered],
  );
  return [value, set];
}

/** Of each remembered state of the page, what writes it into a query that does not have it. */
const remembering = new Set<(params: URLSearchParams) => void>();

/** Whether a query is empty, or contains only the tab. */
function saysNothing(params: URLSearchParams, isTab: boolean): boolean {
  return params.size === 0 || (!isTab && params.size === 1 && params.has(tabParam));
}

function addressOf(path: string, params: URLSearchParams): string {
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The name of the state whose change made an entry of the history, if one did. */
function changedOf(state: unknown): unknown {
  return typeof state === 'object' && state !== null && 'changed' in state ? state.changed : undefined;
}

/** A text in one parameter, which is left out while it is empty. */
export function urlText(param: string): UrlFormat<string> {
  return {
    read: (params) => params.get(param) ?? undefined,
    write: (params, text) => setOrDelete(params, param, text),
  };
}

/** The page's tab. Which tabs there are, the page knows. */
export const urlTab: UrlFormat<string> = {
  read: (params) => params.get(tabParam) ?? undefined,
  write: (params, tab) => params.set(tabParam, tab),
};

/** A word in one parameter. It is always written, so that an address with the initial word says so. */
export function urlWord<W extends string>(param: string, isWord: (text: unknown) => text is W): UrlFormat<W> {
  return {
    read: (params) => {
      const word = params.get(param);
      return isWord(word) ? word : undefined;
    },
    write: (params, word) => params.set(param, word),
  };
}

type Fields = Readonly<Record<string, string | null | readonly string[]>>;

/**
 * An object with one parameter for each field. Fields with the value of `initial` are left out, lists are separated by
 * commas, and an empty text stands for null.
 */
export function urlFields<T extends Fields>(initial: T, isValid: (value: unknown) => value is T): UrlFormat<T> {
  const names = Object.keys(initial);
  const textOf = (field: Fields[string]) =>
    field === null || field === undefined ? '' : typeof field === 'string' ? field : field.join(',');
  return {
    read: (params) => {
      if (!names.some((name) => params.has(name))) return undefined;
      const fields = names.map((name) => {
        const text = params.get(name);
        const first = initial[name];
        if (text === null) return [name, first];
        if (Array.isArray(first)) return [name, text === '' ? [] : text.split(',')];
        return [name, text === '' && first === null ? null : text];
      });
      const value: unknown = Object.fromEntries(fields);
      return isValid(value) ? value : undefined;
    },
    write: (params, value) => {
      for (const name of names) {
        const text = textOf(value[name] ?? null);
        if (text === textOf(initial[name] ?? null)) params.delete(name);
        else params.set(name, text);
      }
    },
  };
}

function setOrDelete(params: URLSearchParams, param: string, text: string): void {
  if (text === '') params.delete(param);
  else params.set(param, text);
}
