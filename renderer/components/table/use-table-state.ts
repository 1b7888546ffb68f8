import { useDeferredValue, useMemo, useState } from 'react';
import { isString, usePersistentState, useWindowState } from '../../lib/persistent-state.ts';
import { filterByText } from '../../lib/text-filter.ts';
import { keepOnly, nothingSelected, type RowSelection } from './row-selection.ts';
import { isSort, type Sort } from './table-columns.ts';

type TableOptions<Row> = {
  /** The rows that the page's own filters leave. */
  rows: readonly Row[];
  idOf: (row: Row) => string;
  /**
   * Names the table. Its sort, filter and active row then survive navigation and a restart, its selection survives
   * navigation. Without a name they last as long as the component.
   */
  name?: string;
  /** Names the sort, where several tables share one: the cached images of all hosts. */
  sortName?: string;
  defaultSort?: Sort | null;
  /** The fields of a row that the text filter searches. Pass the same function on every render. */
  fieldsOf?: (row: Row) => readonly (string | null | undefined)[];
  /**
   * All rows that may be selected, where the page's own filters hide some of them; null while they are not known.
   * A selected row that is no longer among them is not selected any more.
   */
  allRows?: readonly Row[] | null;
};

type TableState<Row> = {
  /** The props of a DataTable: `<DataTable {...table.props} .../>`. */
  props: {
    rows: readonly Row[];
    idOf: (row: Row) => string;
    sort: Sort | null;
    onSort: (sort: Sort) => void;
    active: string | null;
    onActive: (id: string) => void;
  };
  /** The further props of a DataTable whose rows can be selected. */
  selectProps: { selection: RowSelection; onSelect: (selection: RowSelection) => void };
  /** The rows that the filters leave, in the order of `rows`. */
  shown: readonly Row[];
  /** The selected rows, also those that a filter hides. */
  selected: readonly Row[];
  deselect: () => void;
  filter: string;
  setFilter: (text: string) => void;
};

const noFields = () => [];

/** The state of a table: sort, text filter, active row and selection. */
export function useTableState<Row extends object>(options: TableOptions<Row>): TableState<Row> {
  const { rows, idOf, name, sortName = name, defaultSort = null, fieldsOf = noFields, allRows = rows } = options;
  const [sort, onSort] = useTableValue<Sort | null>(sortName && `${sortName}.sort`, defaultSort, isSort);
  const [filter, setFilter] = useTableValue(name && `${name}.text`, '', isString);
  const [active, onActive] = useTableValue(name && `${name}.active`, '', isString);
  const [kept, onSelect] = useSelection(name);

  const text = useDeferredValue(filter);
  const shown = useMemo(
    () => (fieldsOf === noFields ? rows : filterByText(rows, text, fieldsOf)),
    [rows, text, fieldsOf],
  );
  const byId = useMemo(() => allRows && new Map(allRows.map((row) => [idOf(row), row])), [allRows, idOf]);
  const selection = useMemo(() => (byId ? keepOnly(kept, (id) => byId.has(id)) : kept), [kept, byId]);
  const selected = useMemo(() => [...selection.ids].flatMap((id) => byId?.get(id) ?? []), [selection, byId]);

  return {
    props: { rows: shown, idOf, sort, onSort, active, onActive },
    selectProps: { selection, onSelect },
    shown,
    selected,
    deselect: () => onSelect(nothingSelected),
    filter,
    setFilter,
  };
}

function useTableValue<T>(key: string | undefined, initial: T, valid: (value: unknown) => value is T) {
  const persistent = usePersistentState(key ?? '', initial, valid);
  const local = useState(initial);
  return key === undefined ? local : persistent;
}

function useSelection(name: string | undefined) {
  const lasting = useWindowState(`selection.${name ?? ''}`, nothingSelected);
  const local = useState(nothingSelected);
  return name === undefined ? local : lasting;
}
