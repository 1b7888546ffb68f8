/**
 * The parts of a grid (ARIA), whose elements are placed one by one: as those of a table they could be virtual in one
 * direction only.
 */
export type CellRole = 'gridcell' | 'columnheader' | 'rowheader';

/** What a cell tells beside its text. */
export type CellAria = {
  'aria-label'?: string;
  'aria-selected'?: boolean;
  'aria-sort'?: 'ascending' | 'descending' | 'none';
  'aria-expanded'?: boolean;
  'aria-colspan'?: number;
};

export const rowGroup = { role: 'rowgroup' } as const;

export function rowAt(index: number) {
  return { role: 'row', 'aria-rowindex': index } as const;
}

export function gridOf(label: string, rows: number, columns: number) {
  return {
    role: 'grid',
    'aria-label': label,
    'aria-multiselectable': true,
    'aria-rowcount': rows,
    'aria-colcount': columns,
  } as const;
}
