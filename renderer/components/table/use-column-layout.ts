import { type RefObject, useLayoutEffect, useMemo, useState } from 'react';
import type { ColumnChoices } from './column-choices.ts';
import { type ColumnLayout, layOutColumns } from './column-layout.ts';
import type { Column } from './table-columns.ts';

/** The columns of a table as they are shown now. */
export type TableColumns<Row> = {
  layout: ColumnLayout<Row>;
  /** The width of the vertical scroll bar in pixels. */
  scrollBar: number;
  choices: ColumnChoices;
  onChoices: (choices: ColumnChoices) => void;
};

type Options<Row> = {
  columns: readonly Column<Row>[];
  choices: ColumnChoices;
  onChoices: (choices: ColumnChoices) => void;
  /** Pixels of the table that are not the columns'. */
  taken: number;
};

/** Lays out the columns of a table in the width that its scroll area has. */
export function useColumnLayout<Row>(
  scroller: RefObject<HTMLElement | null>,
  { columns, choices, onChoices, taken }: Options<Row>,
): TableColumns<Row> {
  const [{ width, scrollBar }, setSpace] = useState({ width: 0, scrollBar: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => {
      const next = { width: element.clientWidth, scrollBar: element.offsetWidth - element.clientWidth };
      setSpace((before) => (before.width === next.width && before.scrollBar === next.scrollBar ? before : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  const layout = useMemo(
    () => layOutColumns(columns, choices, Math.max(0, width - taken)),
    [columns, choices, width, taken],
  );
  return { layout, scrollBar, choices, onChoices };
}
