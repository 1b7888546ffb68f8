import { useEffect, useRef } from 'react';
import { create } from 'zustand';

/** The fields of a keyboard event that make a stroke. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * A key press in the notation of shortcuts: `mod+k`, `?`, `shift+ArrowDown`, `j`. `mod` is Ctrl or Command. Shift is part
 * of the stroke for named keys and letters only: `?` already implies it.
 */
export function strokeOf(press: KeyPress): string {
  const named = press.key.length > 1;
  const key = press.key === ' ' ? 'Space' : named ? press.key : press.key.toLowerCase();
  const upper = !named && press.shiftKey && press.key.toLowerCase() !== press.key.toUpperCase();
  return [
    press.ctrlKey || press.metaKey ? 'mod' : '',
    press.altKey ? 'alt' : '',
    (named || upper || press.key === ' ') && press.shiftKey ? 'shift' : '',
    key,
  ]
    .filter((part) => part !== '')
    .join('+');
}

/** Compares the strokes typed so far with a shortcut such as `g f`. */
export function matchStrokes(typed: readonly string[], keys: string): 'all' | 'beginning' | 'none' {
  const wanted = keys.split(' ');
  if (typed.length > wanted.length || typed.some((stroke, index) => stroke !== wanted[index])) return 'none';
  return typed.length === wanted.length ? 'all' : 'beginning';
}

const typingInputs = new Set([
  'text',
  'search',
  'email',
  'url',
  'password',
  'number',
  'tel',
  'date',
  'time',
  'datetime-local',
]);

/** Whether a key pressed in this element types text, so that shortcuts must not fire. */
export function isTyping(target: { tagName: string; type?: string; isContentEditable?: boolean } | null): boolean {
  if (!target) return false;
  if (target.isContentEditable) return true;
  const tag = target.tagName.toLowerCase();
  return tag === 'textarea' || tag === 'select' || (tag === 'input' && typingInputs.has(target.type ?? 'text'));
}

/** A shortcut. One without `run` is handled by its component, such as the arrow keys of a table, and is only listed. */
export type Shortcut = { keys: string; label: string; run?: () => void };
export type ShortcutGroup = { name: string; shortcuts: readonly Shortcut[] };

/** Milliseconds within which the second stroke of a shortcut must follow the first. */
const sequenceTimeout = 1_200;

const groups = new Set<{ current: ShortcutGroup }>();
const useGroups = create<{ listed: readonly ShortcutGroup[] }>(() => ({ listed: [] }));
let typed: string[] = [];
let typedAt = 0;

function listGroups() {
  useGroups.setState({ listed: [...groups].map(({ current }) => current) });
}

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || document.querySelector('[aria-modal="true"]')) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  const stroke = strokeOf(event);
  if (isTyping(target) && !stroke.startsWith('mod+')) return;
  const now = event.timeStamp;
  typed = now - typedAt > sequenceTimeout ? [stroke] : [...typed, stroke];
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

/** Registers shortcuts while the component is mounted, and lists them on the shortcut sheet under `name`. */
export function useShortcuts(name: string, shortcuts: readonly Shortcut[]) {
  const group = useRef<ShortcutGroup>({ name, shortcuts });
  useEffect(() => {
    group.current = { name, shortcuts };
  });
  useEffect(() => {
    if (groups.size === 0) document.addEventListener('keydown', onKeyDown);
    groups.add(group);
    listGroups();
    return () => {
      groups.delete(group);
      if (groups.size === 0) document.removeEventListener('keydown', onKeyDown);
      listGroups();
    };
  }, []);
}

/** The shortcuts of all mounted components, for the shortcut sheet. */
export function useShortcutGroups(): readonly ShortcutGroup[] {
  return useGroups(({ listed }) => listed);
}
