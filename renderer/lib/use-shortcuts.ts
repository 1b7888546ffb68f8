import { useEffect, useRef, useSyncExternalStore } from 'react';
import { isTyping, matchStrokes, strokeOf } from './strokes.ts';

/** One shortcut. Without `run` it is handled where it belongs (a table's arrows) and only told on the sheet. */
export type Shortcut = { keys: string; label: string; run?: () => void };
export type ShortcutGroup = { name: string; shortcuts: readonly Shortcut[] };

/** Milliseconds in which the second stroke of a shortcut must follow the first. */
const patience = 1_200;

const groups = new Set<{ current: ShortcutGroup }>();
const listeners = new Set<() => void>();
let shown: readonly ShortcutGroup[] = [];
let typed: string[] = [];
let typedAt = 0;

function changed() {
  shown = [...groups].map(({ current }) => current);
  for (const listener of listeners) listener();
}

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || document.querySelector('[aria-modal="true"]')) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  const stroke = strokeOf(event);
  if (isTyping(target) && !stroke.startsWith('mod+')) return;
  const now = event.timeStamp;
  typed = now - typedAt > patience ? [stroke] : [...typed, stroke];
  typedAt = now;
  for (const attempt of typed.length > 1 ? [typed, [stroke]] : [typed]) {
    let waiting = false;
    for (const { current } of [...groups].reverse()) {
      for (const { keys, run } of current.shortcuts) {
        const match = run ? matchStrokes(attempt, keys) : 'none';
        if (match === 'all') {
          event.preventDefault();
          typed = [];
          run?.();
          return;
        }
        waiting ||= match === 'beginning';
      }
    }
    if (waiting) {
      typed = attempt;
      return;
    }
  }
  typed = [];
}

/** Makes shortcuts work while the component is there, and lists them on the sheet under `name`. */
export function useShortcuts(name: string, shortcuts: readonly Shortcut[]) {
  const group = useRef<ShortcutGroup>({ name, shortcuts });
  useEffect(() => {
    group.current = { name, shortcuts };
  });
  useEffect(() => {
    if (groups.size === 0) document.addEventListener('keydown', onKeyDown);
    groups.add(group);
    changed();
    return () => {
      groups.delete(group);
      if (groups.size === 0) document.removeEventListener('keydown', onKeyDown);
      changed();
    };
  }, []);
}

/** The shortcuts that work now, for the sheet. */
export function useShortcutGroups(): readonly ShortcutGroup[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
