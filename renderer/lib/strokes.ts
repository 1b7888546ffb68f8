/** What of a keyboard event a stroke is made of. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** A key press as the shortcuts write it: `mod+k`, `?`, `shift+ArrowDown`, `j`. Shift is told only with named keys. */
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

/** How what was typed so far stands to a shortcut: all of it, its beginning, or nothing of it. */
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

/** Whether a key pressed there writes text, so that no shortcut may take it. */
export function isTyping(target: { tagName: string; type?: string; isContentEditable?: boolean } | null): boolean {
  if (!target) return false;
  if (target.isContentEditable) return true;
  const tag = target.tagName.toLowerCase();
  return tag === 'textarea' || tag === 'select' || (tag === 'input' && typingInputs.has(target.type ?? 'text'));
}
