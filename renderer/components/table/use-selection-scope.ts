import { useMemo, useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { WhyNot } from '../../lib/why-not.ts';

/** The rows that the actions on a selection affect. */
export type SelectionScope<Row> = {
  /** The selected rows that are visible, and the hidden ones that the operator has included. */
  rows: readonly Row[];
  /** The number of selected rows that a filter hides, included or not. */
  hidden: number;
  /** The number of hidden rows among `rows`. */
  included: number;
  /** Includes the rows that are hidden now, or leaves them out again. */
  setIncluded: (included: boolean) => void;
  /** The reason why no action can run: every selected row is hidden. Undefined if an action has rows. */
  whyNot: WhyNot | undefined;
};

type Selected<Row extends object> = {
  props: { idOf: (row: Row) => string };
  shown: readonly Row[];
  selected: readonly Row[];
};

const none: ReadonlySet<string> = new Set();

/**
 * The one rule for selected rows that a filter hides, for every table with a selection: no action affects them unless
 * the operator includes them. Rows that become hidden after that are not included.
 */
export function useSelectionScope<Row extends object>({
  props: { idOf },
  shown,
  selected,
}: Selected<Row>): SelectionScope<Row> {
  const [wanted, setWanted] = useState(none);
  const isEmpty = selected.length === 0;
  const { rows, hidden } = useMemo(() => {
    if (isEmpty) return { rows: selected, hidden: [] };
    const visible = new Set(shown.map(idOf));
    const hidden = selected.filter((row) => !visible.has(idOf(row)));
    if (hidden.length === 0) return { rows: selected, hidden };
    return { rows: selected.filter((row) => visible.has(idOf(row)) || wanted.has(idOf(row))), hidden };
  }, [isEmpty, selected, shown, idOf, wanted]);
  return {
    rows,
    hidden: hidden.length,
    included: hidden.filter((row) => wanted.has(idOf(row))).length,
    setIncluded: (included) => setWanted(included ? new Set(hidden.map(idOf)) : none),
    whyNot: rows.length === 0 && !isEmpty ? allHidden : undefined,
  };
}

const allHidden: WhyNot = {
  reason: 'Every selected row is hidden by the filter.',
  remedy: 'Include the hidden rows, or change the filter.',
};

/**
 * The text about selected rows that a filter hides: `2 hidden by the filter`, or `2 images hidden by the filter` if
 * `one` names a row. Empty if it hides none.
 */
export function hiddenText(hidden: number, included = 0, one?: string): string {
  if (hidden === 0) return '';
  const count = included === 0 ? hidden : included;
  const what = one === undefined ? formatCount(count) : plural(count, one);
  return included === 0 ? `${what} hidden by the filter` : `including ${what} hidden by the filter`;
}
