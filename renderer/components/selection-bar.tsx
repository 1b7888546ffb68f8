import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import type { RowSelection } from './table/row-selection.ts';
import { hiddenText, type SelectionScope } from './table/use-selection-scope.ts';

type Props = {
  scope: Pick<SelectionScope<unknown>, 'rows' | 'hidden' | 'included' | 'setIncluded'>;
  /** The selection in words: `2 hosts`. */
  what: string;
  /** The sum of the selected rows. */
  sum?: ReactNode;
  onDeselect: () => void;
  /** The actions on the selected rows. */
  children: ReactNode;
};

/**
 * The bar below a table that has selected rows: how many rows an action affects, how many a filter hides, and the
 * actions. Above the table it would move the rows under the pointer when the first is selected.
 */
export function SelectionBar({ scope, what, sum, onDeselect, children }: Props) {
  if (scope.rows.length === 0 && scope.hidden === 0) return null;
  return (
    <div className="selection-bar">
      <b>{what} selected</b>
      {sum === undefined || scope.rows.length === 0 ? null : <span className="dim">{sum}</span>}
      <HiddenRows {...scope} />
      <span className="grow" />
      <Button kind="quiet" onClick={onDeselect}>
        Deselect
      </Button>
      {children}
    </div>
  );
}

type HiddenProps = Pick<SelectionScope<unknown>, 'hidden' | 'included' | 'setIncluded'> & {
  /** The name of a row, if the bar counts something else: `image`. */
  one?: string;
};

/** The number of selected rows that a filter hides, with the button that includes them in the actions. */
export function HiddenRows({ hidden, included, setIncluded, one }: HiddenProps) {
  if (hidden === 0) return null;
  const all = included === hidden;
  return (
    <>
      <span className="warn" role="status">
        {hiddenText(hidden, included, one)}
      </span>
      <Button size="small" onClick={() => setIncluded(!all)}>
        {all ? 'Exclude hidden' : 'Include hidden'}
      </Button>
    </>
  );
}

type CountProps<Row> = { rows: readonly Row[]; idOf: (row: Row) => string; selection: RowSelection };

/**
 * The number of selected rows that a search hides, for a list from which the operator picks with one search after the
 * other: earlier picks stay picked, and nothing is deleted.
 */
export function HiddenCount<Row>({ rows, idOf, selection }: CountProps<Row>) {
  const visible = rows.reduce((count, row) => count + Number(selection.ids.has(idOf(row))), 0);
  const hidden = selection.ids.size - visible;
  return hidden > 0 ? <span className="warn">{hiddenText(hidden)}</span> : null;
}
