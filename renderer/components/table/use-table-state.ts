import { useDeferredValue, useMemo, useState } from 'react';
import { isString, usePersistentState, useWindowState } from '../../lib/persistent-state.ts';
import { filterByText } from '../../lib/text-filter.ts';
import { urlText, useUrlState } from '../../lib/url-state.ts';
import { type ColumnChoices, isColumnChoices, noChoices } from './column-choices.ts';
import { keepOnly, nothingSelected, type RowSelection } from './row-selection.ts';
import { type Sort, urlSort } from './table-sort.ts';

type TableOptions<Row> = {
  /** The rows that the page's own filters leave. */
  rows: readonly Row[];
  idOf: (row: Row) => string;
  /**
   * Names the table of a page. Its sort and filter then are in the address, its sort and active row survive navigation
   * and a restart, its selection survives navigation. Without a name they last as long as the component.
   */
  name?: string | undefined;
  /** The prefix of the parameters in the address, for the second table of a page. */
  urlPrefix?: string;
  /** Names the sort and the columns, if several tables share them: the cached images of all hosts. */
  sortName?: string;
  /** Names the columns alone. */
  columnsName?: string;
  defaultSort?: Sort | null;
  /** The fields of a row that the text filter searches. Pass the same function on every render. */
  fieldsOf?: (row: Row) => readonly (string | null | undefined)[];
  /**
   * All rows that may be selected, if the page's own filters hide some of them; null while they are not known. A
   * selected row that is no longer among them is deselected.
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
    choices: ColumnChoices;
    onChoices: (choices: ColumnChoices) => void;
    active: string | null;
    onActive: (id: string) => void;
  };
  /** The additional props of a DataTable whose rows can be selected. */
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

/** The state of a table: sort, text filter, active row, selection and the choice of columns. */
export function useTableState<Row extends object>(options: TableOptions<Row>): TableState<Row> {
  const { rows, idOf, name, urlPrefix = '', sortName = name, defaultSort = null } = options;
  const { columnsName = sortName } = options;
  const { fieldsOf = noFields, allRows = rows } = options;
  const sortFormat = useMemo(() => urlSort(`${urlPrefix}sort`), [urlPrefix]);
  const filterFormat = useMemo(() => urlText(`${urlPrefix}filter`), [urlPrefix]);
  const pageSort = useUrlState(`${urlPrefix}sort`, defaultSort, sortFormat, {
    remember: sortName && `${sortName}.sort`,
  });
  const pageFilter = useUrlState(`${urlPrefix}filter`, '', filterFormat);
  const pageActive = usePersistentState(name ? `${name}.active` : '', '', isString);
  const local = { sort: useState(defaultSort), filter: useState(''), active: useState('') };
  const [sort, onSort] = name === undefined ? local.sort : pageSort;
  const [filter, setFilter] = name === undefined ? local.filter : pageFilter;
  const [active, onActive] = name === undefined ? local.active : pageActive;
  const keptChoices = usePersistentState(`${columnsName ?? ''}.columns`, noChoices, isColumnChoices);
  const localChoices = useState<ColumnChoices>(noChoices);
  const [choices, onChoices] = columnsName === undefined ? localChoices : keptChoices;
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
    props: { rows: shown, idOf, sort, onSort, choices, onChoices, active, onActive },
    selectProps: { selection, onSelect },
    shown,
    selected,
    deselect: () => onSelect(nothingSelected),
    filter,
    setFilter,
  };
}

function useSelection(name: string | undefined) {
  const lasting = useWindowState(`selection.${name ?? ''}`, nothingSelected);
  const local = useState(nothingSelected);
  return name === undefined ? local : lasting;
}
