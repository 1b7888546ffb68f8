import type { ReactNode } from 'react';
import type { SortValue } from './table-sort.ts';

/** A column of a table. */
export type Column<Row> = {
  id: string;
  header: string;
  /** Numbers are aligned at the end. */
  align?: 'end';
  /** Pixels. Columns without a width share the rest. */
  width?: number;
  /** The narrowest that the column is readable, in pixels; its width by default. */
  minWidth?: number;
  /**
   * When space is short, columns of low priority are hidden first, and those that are always shown never. Those of the
   * lowest priority are shown only if the others have their full width.
   */
  priority?: 'always' | 'low' | 'lowest';
  /** Depends on the row alone: rows are sorted again when they or the sort change, not when the columns do. */
  sortBy?: (row: Row) => SortValue;
  /** The first click sorts in descending order. */
  descendingFirst?: boolean;
  cell: (row: Row) => ReactNode;
  /** How many columns, in the order of their definition, the cell spans in this row; 1 by default. */
  span?: (row: Row) => number;
  className?: string;
};
