type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** What a key asks of the grid. */
export type GridCommand =
  | { do: 'move'; by: Step; extend: boolean }
  | { do: 'choose'; what: 'cell' | 'row' | 'column' }
  | { do: 'all' }
  | { do: 'none' }
  | { do: 'act' };

export type Step =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'pageUp'
  | 'pageDown'
  | 'rowStart'
  | 'rowEnd'
  | 'first'
  | 'last'
  | 'top'
  | 'bottom';

const arrows: Readonly<Record<string, [plain: Step, far: Step]>> = {
  ArrowUp: ['up', 'top'],
  ArrowDown: ['down', 'bottom'],
  ArrowLeft: ['left', 'rowStart'],
  ArrowRight: ['right', 'rowEnd'],
  Home: ['rowStart', 'first'],
  End: ['rowEnd', 'last'],
};

/** Reads a key as a data grid does (ARIA authoring practices); undefined where it is none of the grid's. */
export function gridCommandOf(press: Press): GridCommand | undefined {
  const { key, shiftKey } = press;
  const mod = press.ctrlKey || press.metaKey;
  if (press.altKey) return undefined;
  if (key === ' ') return { do: 'choose', what: mod ? 'column' : shiftKey ? 'row' : 'cell' };
  if (mod && key.toLowerCase() === 'a') return shiftKey ? undefined : { do: 'all' };
  const arrow = arrows[key];
  if (arrow) return { do: 'move', by: arrow[mod ? 1 : 0], extend: shiftKey };
  if (mod) return undefined;
  if (key === 'PageUp' || key === 'PageDown') {
    return { do: 'move', by: key === 'PageUp' ? 'pageUp' : 'pageDown', extend: shiftKey };
  }
  if (key === 'j' || key === 'k') return { do: 'move', by: key === 'j' ? 'down' : 'up', extend: false };
  if (key === 'Escape') return { do: 'none' };
  return key === 'Enter' ? { do: 'act' } : undefined;
}

export type Place = { row: number; column: number };
/** How big the grid is: `head` rows of headings are before the images, and count among `rows`. */
export type Extent = { rows: number; columns: number; head: number; page: number };

/** Where a step goes. Pages, and the way to the very top, end at the first image, not in the headings. */
export function stepFrom({ row, column }: Place, by: Step, { rows, columns, head, page }: Extent): Place {
  const lastRow = rows - 1;
  const lastColumn = columns - 1;
  const first = Math.min(head, lastRow);
  switch (by) {
    case 'up':
      return { row: Math.max(0, row - 1), column };
    case 'down':
      return { row: Math.min(lastRow, row + 1), column };
    case 'left':
      return { row, column: Math.max(0, column - 1) };
    case 'right':
      return { row, column: Math.min(lastColumn, column + 1) };
    case 'pageUp':
      return { row: row < head ? row : Math.max(first, row - page), column };
    case 'pageDown':
      return { row: Math.min(lastRow, Math.max(row, head - 1) + page), column };
    case 'rowStart':
      return { row, column: 0 };
    case 'rowEnd':
      return { row, column: lastColumn };
    case 'first':
      return { row: first, column: 0 };
    case 'last':
      return { row: lastRow, column: lastColumn };
    case 'top':
      return { row: row <= first ? 0 : first, column };
    case 'bottom':
      return { row: lastRow, column };
  }
}
