import { useDeferredValue, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { useFoldedControls } from '../../components/folded-controls.tsx';
import { FailedNotice, NoticeList } from '../../components/notice.tsx';
import { isColumnChoices, noChoices } from '../../components/table/column-choices.ts';
import { type Sort, urlSort } from '../../components/table/table-sort.ts';
import { useSelectionScope } from '../../components/table/use-selection-scope.ts';
import { usePersistentState } from '../../lib/persistent-state.ts';
import { hostPath, imagePath, settingsPath } from '../../lib/routes.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { urlFields, useUrlState } from '../../lib/url-state.ts';
import { CellDetails, createInspectedCell } from './cell-details.tsx';
import {
  defaultGrouping,
  type FixedColumn,
  type Grouping,
  groupColumns,
  isGrouping,
  isStringArray,
} from './coverage-columns.ts';
import { CoverageColumnsMenu } from './coverage-columns-menu.tsx';
import {
  type CoverageFilter,
  countChips,
  filterOptions,
  filterRows,
  isCoverageFilter,
  noFilter,
} from './coverage-filter.ts';
import { CoverageConditions, CoverageFilterBar, GroupSelect } from './coverage-filter-bar.tsx';
import gridClasses from './coverage-grid.module.css';
import { CoverageGrid } from './coverage-grid.tsx';
import { type GridHost, type GridImage, sortRows, sumColumns, useStableOrder } from './coverage-rows.ts';
import { emptySelection, summarizeSelection, useCoverageSelection } from './coverage-selection.ts';
import { CoverageSelectionBar } from './coverage-selection-bar.tsx';
import classes from './coverage-tab.module.css';
import { coverageExport } from './coverage-text.ts';
import { useCoverage } from './use-coverage.ts';

const byHits: Sort = { id: 'hits', descending: true };
const none: never[] = [];
const filterFormat = urlFields<CoverageFilter>(noFilter, isCoverageFilter);
const sortFormat = urlSort('sort');
const idOf = ({ image }: GridImage) => image.imageId;

/** The tab with the grid of images by hosts: filters, grid, details and the actions on the selected cells. */
export function CoverageTab() {
  const [hiddenHosts, setHiddenHosts] = usePersistentState<readonly string[]>(
    'coverage.hiddenHosts',
    none,
    isStringArray,
  );
  const { started, hosts, summaries, rows, loading, error, retry, goldenSets, ...catalogues } =
    useCoverage(hiddenHosts);
  const [choices, setChoices] = usePersistentState('coverage.columns', noChoices, isColumnChoices);
  const [squeezed, setSqueezed] = useState<readonly FixedColumn[]>(none);
  const controls = useFoldedControls('Options', 'Filters, groups of hosts, and the legend');
  const [, go] = useLocation();
  const [filter, setFilter] = useUrlState('filters', noFilter, filterFormat);
  const [chosenSort, setSort] = useUrlState<Sort | null>('sort', byHits, sortFormat, { remember: 'coverage.sort' });
  const sort = chosenSort ?? byHits;
  const [chosenGrouping, setGrouping] = usePersistentState<Grouping | null>('coverage.grouping', null, isGrouping);
  const [folded, setFolded] = usePersistentState<readonly string[]>('coverage.folded', none, isStringArray);
  const [selection, setSelection] = useCoverageSelection();
  const [inspected] = useState(createInspectedCell);

  const deferredFilter = useDeferredValue(filter);
  const sorted = useMemo(() => sortRows(filterRows(rows, deferredFilter), sort), [rows, deferredFilter, sort]);
  const [hovered, setHovered] = useState(false);
  const shown = useStableOrder(sorted, [sort, deferredFilter], hovered);
  const sums = useMemo(() => sumColumns(shown, hosts), [shown, hosts]);
  const grouping = chosenGrouping ?? defaultGrouping(hosts);
  const { columns, groups } = useMemo(() => groupColumns(hosts, grouping, folded), [hosts, grouping, folded]);
  const counts = useMemo(() => countChips(rows), [rows]);
  const options = useMemo(() => filterOptions(rows), [rows]);
  const setNames = useMemo(() => new Map(goldenSets.map(({ id, name }) => [id, name])), [goldenSets]);
  const exported = useMemo(() => coverageExport(hosts, setNames), [hosts, setNames]);

  const rowsById = useMemo(() => new Map(rows.map((row) => [row.image.imageId, row])), [rows]);
  const hostsById = useMemo(() => new Map(hosts.map((host) => [host.hostId, host])), [hosts]);
  const { cells } = useDeferredValue(selection);
  const selectedRows = useMemo(
    () => [...cells.keys()].flatMap((imageId) => rowsById.get(imageId) ?? []),
    [cells, rowsById],
  );
  const scope = useSelectionScope({ props: { idOf }, shown, selected: selectedRows });
  const { rows: taken } = scope;
  const summary = useMemo(
    () => summarizeSelection(cells, rowsById, hostsById, new Set(taken.map(idOf))),
    [cells, rowsById, hostsById, taken],
  );

  useShortcuts('Coverage', [
    { keys: 'ArrowDown', label: 'Move between cells; hold Shift to select a range' },
    { keys: 'Space', label: 'Select the cell; Shift+Space: row, Ctrl+Space: column' },
    { keys: 'mod+a', label: 'Select all shown' },
    { keys: 'Enter', label: 'Sort by the header, open the host or image, fold the group' },
    { keys: 'Escape', label: 'Clear selection' },
  ]);

  if (!started || (loading && summaries.length > 0)) {
    return (
      <div className={classes.loading} role="status">
        Loading coverage…
      </div>
    );
  }
  if (summaries.length === 0) return <NoHosts />;
  if (error && rows.length === 0) {
    return <FailedNotice error={error} again={retry} />;
  }
  const conditions = (
    <CoverageConditions filter={filter} onFilter={setFilter} options={options} goldenSets={goldenSets} />
  );
  const group = <GroupSelect grouping={grouping} onGroup={setGrouping} />;
  const actions = (
    <>
      <CoverageColumnsMenu
        choices={choices}
        onChoices={setChoices}
        squeezed={squeezed}
        hosts={summaries}
        hiddenHosts={hiddenHosts}
        onHiddenHosts={setHiddenHosts}
      />
      <ExportMenu what="coverage" columns={exported} shown={shown} chosen={taken} />
    </>
  );
  return (
    <div className={classes.tab}>
      <div className={`toolbar ${classes.filters}`}>
        <CoverageFilterBar filter={filter} onFilter={setFilter} counts={counts}>
          {controls.folded ? null : conditions}
        </CoverageFilterBar>
        {controls.folded ? (
          <>
            {controls.button}
            <span className="grow" />
            {actions}
          </>
        ) : null}
      </div>
      {controls.folded && controls.shown ? (
        <div className="toolbar">
          {conditions}
          {group}
          <Legend />
        </div>
      ) : null}
      <NoticeList warnings={[...catalogues.catalogueFailures, ...catalogues.catalogueErrors.map(toDisplayError)]} />
      {error ? <FailedNotice error={error} again={retry} tone="warn" /> : null}
      {controls.folded ? null : (
        <div className={classes.legendBar}>
          <Legend />
          <span className="grow" />
          {group}
          {actions}
        </div>
      )}
      <div
        className={classes.hoverArea}
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
      >
        <CoverageGrid
          rows={shown}
          columns={columns}
          groups={groups}
          sums={sums}
          sort={sort}
          onSort={setSort}
          selection={selection}
          onSelect={setSelection}
          onFold={(id) =>
            setFolded((before) => (before.includes(id) ? before.filter((each) => each !== id) : [...before, id]))
          }
          choices={choices}
          onChoices={setChoices}
          onSqueezed={setSqueezed}
          onOpenHost={(hostId) => go(hostPath(hostId))}
          onOpenImage={(imageId) => go(imagePath(imageId))}
          inspected={inspected}
          empty={
            rows.length > 0 ? (
              <EmptyState
                title="No matching images"
                actions={<Button onClick={() => setFilter(noFilter)}>Show all images</Button>}
              >
                {formatCount(rows.length)} images are hidden by the filter.
              </EmptyState>
            ) : (
              <EmptyState title="No images yet">
                Nothing is cached or queued on any host, and no image service has an active image.
              </EmptyState>
            )
          }
        />
      </div>
      <div className={classes.below}>
        <CellDetails inspected={inspected} rows={shown} columns={columns} sums={sums} setNames={setNames} />
        <HiddenHosts
          count={summaries.filter(({ id }) => hiddenHosts.includes(id)).length}
          onShow={() => setHiddenHosts(none)}
        />
        <UnreachableHosts hosts={hosts} />
      </div>
      {summary.cells + summary.hidden > 0 ? (
        <CoverageSelectionBar
          summary={summary}
          scope={scope}
          hosts={summaries}
          onDeselect={() => setSelection(() => emptySelection)}
        />
      ) : (
        <div className={`${classes.oneLine} ${classes.hint}`}>
          <span className="cut">
            Select cells to queue missing images or delete cached ones. Drag or hold Shift for a range, Ctrl to add.
            Click beside a name to select its row or column.
          </span>
        </div>
      )}
    </div>
  );
}

/** Shows how many hosts have no column because the operator hides them. */
function HiddenHosts({ count, onShow }: { count: number; onShow: () => void }) {
  if (count === 0) return null;
  return (
    <span className={classes.hiddenHosts}>
      {plural(count, 'host')} hidden
      <Button kind="quiet" size="small" onClick={onShow}>
        Show all hosts
      </Button>
    </span>
  );
}

/** Names the hosts that do not answer, so what the grid shows of them is old or unknown. */
function UnreachableHosts({ hosts }: { hosts: readonly GridHost[] }) {
  const stale = hosts.filter(({ reading }) => reading === 'stale');
  const unknown = hosts.filter(({ reading }) => reading === 'unknown');
  if (stale.length + unknown.length === 0) return null;
  const parts = [
    stale.length > 0 ? `${names(stale)}: as last seen` : '',
    unknown.length > 0 ? `${names(unknown)}: unknown` : '',
  ].filter((part) => part !== '');
  const reasons = [...stale, ...unknown].map(({ name, reason }) => `${name}: ${reason}`);
  return (
    <span className={`${classes.unreachable} warn cut`} title={reasons.slice(0, 20).join('\n')}>
      {parts.join(' · ')}
    </span>
  );
}

function names(hosts: readonly GridHost[]): string {
  if (hosts.length > 2) return plural(hosts.length, 'host');
  return hosts.map(({ name }) => name).join(', ');
}

function NoHosts() {
  return (
    <EmptyState
      title="No hosts yet"
      actions={
        <LinkButton href={settingsPath} kind="primary">
          Add hosts
        </LinkButton>
      }
    >
      Add hosts to see which images each host has cached and to queue missing images.
    </EmptyState>
  );
}

/** What the marks in the grid mean. */
function Legend() {
  return (
    <ul className={classes.legend} aria-label="Legend">
      {marks.map(([cell, stale, words]) => (
        <li key={words}>
          <span
            className={gridClasses.cell}
            data-legend
            data-cell={cell}
            data-stale={stale || undefined}
            aria-hidden="true"
          >
            <i />
          </span>
          {words}
        </li>
      ))}
    </ul>
  );
}

const marks = [
  ['c', false, 'cached'],
  ['q', false, 'queued'],
  ['m', false, 'missing'],
  ['c', true, 'as last seen'],
  ['?', false, 'unknown'],
  ['-', false, 'nothing to cache'],
] as const;
