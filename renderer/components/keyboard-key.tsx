import classes from './keyboard-key.module.css';

const apple = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);

const names: Record<string, string> = {
  mod: apple ? '⌘' : 'Ctrl',
  shift: 'Shift',
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
};

/** The name of a key on this machine: `mod` is Cmd on a Mac and Ctrl elsewhere. */
function keyName(keys: string): string {
  return keys
    .split(' ')
    .map((stroke) =>
      stroke
        .split('+')
        .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
        .join(' '),
    )
    .join(' then ');
}

/** A key of the keyboard. */
export function Key({ keys }: { keys: string }) {
  return <kbd className={classes.key}>{keyName(keys)}</kbd>;
}
