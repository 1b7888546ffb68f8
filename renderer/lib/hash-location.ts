import { useSyncExternalStore } from 'react';
import type { BaseLocationHook } from 'wouter';

type NavigateOptions = { replace?: boolean; state?: unknown };

/**
 * The address of the page, which is what follows `#` in the URL: `/host/a?tab=queued`. The query is a part of it, because
 * the query before `#` belongs to the console's server.
 */
export function currentAddress(): string {
  return `/${location.hash.replace(/^#?\/?/, '')}`;
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('popstate', announce);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('popstate', announce);
  };
}

function announce(): void {
  for (const listener of [...listeners]) listener();
}

/** Goes to an address of the console. A new entry of the history is made, unless `replace` is set. */
export function navigate(address: string, { replace = false, state = null }: NavigateOptions = {}): void {
  const url = `#${address.startsWith('/') ? address : `/${address}`}`;
  if (replace) window.history.replaceState(state, '', url);
  else window.history.pushState(state, '', url);
  announce();
}

const pathOf = () => currentAddress().split('?')[0] ?? '/';
const searchOf = () => currentAddress().split('?').slice(1).join('?');

/** The router's location. Unlike wouter's own, it keeps the query behind the path, within the hash. */
export const useHashLocation: BaseLocationHook = () => [useSyncExternalStore(subscribe, pathOf), navigate];

useHashLocation.searchHook = () => useSyncExternalStore(subscribe, searchOf);
useHashLocation.hrefs = (href) => `#${href}`;
