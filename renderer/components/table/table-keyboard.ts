import { type KeyPress, strokeOf } from '../../lib/shortcuts.ts';

export type MoveBy = 1 | -1 | 'page' | 'pageBack' | 'first' | 'last';
export type TableCommand =
  | { do: 'move'; by: MoveBy; extend: boolean }
  | { do: 'toggle' }
  | { do: 'all' }
  | { do: 'none' }
  | { do: 'open' };

const moves: Record<string, MoveBy> = {
  j: 1,
  ArrowDown: 1,
  k: -1,
  ArrowUp: -1,
  PageDown: 'page',
  PageUp: 'pageBack',
  Home: 'first',
  End: 'last',
};

/** The command of a key pressed on a row; undefined if the table does not use the key. */
export function tableCommandOf(press: KeyPress): TableCommand | undefined {
  const stroke = strokeOf(press);
  const extend = stroke.startsWith('shift+');
  const by = moves[extend ? stroke.slice('shift+'.length) : stroke];
  if (by !== undefined) return { do: 'move', by, extend };
  switch (stroke) {
    case 'Space':
    case 'x':
      return { do: 'toggle' };
    case 'mod+a':
      return { do: 'all' };
    case 'Escape':
      return { do: 'none' };
    case 'Enter':
      return { do: 'open' };
    default:
      return undefined;
  }
}

/** The index of the row after a move, of `count` rows with `page` rows per screen; -1 if there are no rows. */
export function targetIndex(by: MoveBy, from: number, count: number, page: number): number {
  if (count === 0) return -1;
  if (from < 0 && by !== 'last') return 0;
  const steps = { page: from + page, pageBack: from - page, first: 0, last: count - 1 };
  const to = typeof by === 'number' ? from + by : steps[by];
  return Math.min(count - 1, Math.max(0, to));
}
