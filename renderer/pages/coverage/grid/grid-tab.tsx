import { useDeferredValue, useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { failureOf } from '../../../bridge/failures.ts';
import { Button } from '../../../components/button.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { FailureText } from '../../../components/failure-text.tsx';
import { Notice } from '../../../components/notice.tsx';
import { isSort, type Sort } from '../../../components/table/columns.ts';
import { useKept } from '../../../components/table/kept.ts';
import { formatCount, plural } from '../../../format/numbers.ts';
import { hostPath, settingsPath } from '../../../shell/paths.ts';
import { useShortcuts } from '../../../shortcuts/use-shortcuts.ts';
import { ChosenBar } from './chosen-bar.tsx';
import { columnsOf, type Grouping, isFolded, isGrouping } from './columns.ts';
import { CoverageGrid } from './coverage-grid.tsx';
import { exportOf } from './exported.ts';
import { countChips, type Filter, filterImages, isFilter, noFilter, offered } from './filter.ts';
import { GridFilters } from './grid-filters.tsx';
import { Legend } from './legend.tsx';
import { columnSums, type GridHost } from './model.ts';
import { sortImages } from './order.ts';
import type { Focus } from './places.ts';
import { ReadoutLine } from './readout.tsx';
import { createReadout } from './readout-store.ts';
import { countChosen, nothingChosen } from './selection.ts';
import { useCoverage } from './use-coverage.ts';
import { useGridSelection } from './use-grid-selection.ts';

const byHits: Sort = { id: 'hits', descending: true };
const nothingFolded: readonly string[] = [];

/** Which hosts have which image: images by hosts, and what to do about it. */
export function GridTab() {
  const { started, hosts, summaries, rows, revision, loading, error, retry, goldenSets, ...catalogues } = useCoverage();
  const [, go] = useLocation();
  const [filter, setFilter] = useKept<Filter>('coverage.filter', noFilter, isFilter);
  const [sort, setSort] = useKept<Sort>('coverage.sort', byHits, isSort);
  const [grouping, setGrouping] = useKept<Grouping>('coverage.grouping', 'none', isGrouping);
  const [folded, setFolded] = useKept<readonly string[]>('coverage.folded', nothingFolded, isFolded);
  const [selection, setSelection] = useGridSelection();
  const [focus, setFocus] = useState<Focus | null>(null);
  const [readout] = useState(createReadout);

  const asked = useDeferredValue(filter);
  const shown = useMemo(() => sortImages(filterImages(rows, asked), sort), [rows, asked, sort]);
  const sums = useMemo(() => columnSums(shown, hosts), [shown, hosts]);
  const { columns, groups } = useMemo(() => columnsOf(hosts, grouping, folded), [hosts, grouping, folded]);
  const counts = useMemo(() => countChips(rows), [rows]);
  const offers = useMemo(() => offered(rows), [rows]);
  const setNames = useMemo(() => new Map(goldenSets.map(({ id, name }) => [id, name])), [goldenSets]);
  const exported = useMemo(() => exportOf(hosts, setNames), [hosts, setNames]);

  const rowsById = useMemo(() => new Map(rows.map((row) => [row.image.imageId, row])), [rows]);
  const hostsById = useMemo(() => new Map(hosts.map((host) => [host.hostId, host])), [hosts]);
  const shownIds = useMemo(() => new Set(shown.map(({ image }) => image.imageId)), [shown]);
  const { cells } = useDeferredValue(selection);
  const chosen = useMemo(
    () => countChosen(cells, rowsById, hostsById, shownIds),
    [cells, rowsById, hostsById, shownIds],
  );
  const chosenRows = useMemo(
    () => [...cells.keys()].flatMap((imageId) => rowsById.get(imageId) ?? []),
    [cells, rowsById],
  );

  useShortcuts('Coverage', [
    { keys: 'ArrowDown', label: 'Move between cells; with Shift a range' },
    { keys: 'Space', label: 'Choose the cell; Shift-Space its row, Ctrl-Space its column' },
    { keys: 'mod+a', label: 'Choose all that is shown' },
    { keys: 'Enter', label: 'Sort by the heading, open its host, fold its group' },
    { keys: 'Escape', label: 'Choose nothing' },
  ]);

  if (!started || (loading && summaries.length > 0)) {
    return (
      <div className="cg-loading" role="status">
        Reading which hosts have which image…
      </div>
    );
  }
  if (summaries.length === 0) return <NoHosts />;
  if (error && rows.length === 0) {
    return (
      <Notice tone="bad" actions={<Button onClick={() => void retry()}>Try again</Button>}>
        <FailureText failure={failureOf(error)} />
      </Notice>
    );
  }
  return (
    <div className="cg-tab">
      <div className="toolbar">
        <GridFilters
          filter={filter}
          onFilter={setFilter}
          offers={offers}
          counts={counts}
          goldenSets={goldenSets}
          grouping={grouping}
          onGroup={setGrouping}
        />
        <ExportMenu what="coverage" columns={exported} shown={shown} chosen={chosenRows} />
      </div>
      <Troubles
        hosts={hosts}
        failures={[...catalogues.catalogueFailures, ...catalogues.catalogueErrors.map(failureOf)]}
      />
      {chosen.cells > 0 ? (
        <ChosenBar chosen={chosen} hosts={summaries} onNone={() => setSelection(() => nothingChosen)} />
      ) : null}
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
        onOpenHost={(hostId) => go(hostPath(hostId))}
        focus={focus}
        onFocus={setFocus}
        readout={readout}
        empty={
          rows.length > 0 ? (
            <EmptyState
              title="No image is like that"
              actions={<Button onClick={() => setFilter(noFilter)}>Show all images</Button>}
            >
              {formatCount(rows.length)} images are hidden by the filter.
            </EmptyState>
          ) : (
            <EmptyState title="No images yet">
              Nothing is cached or queued on any host, and no catalogue has an image that could be.
            </EmptyState>
          )
        }
      />
      <div className="cg-foot">
        <ReadoutLine
          store={readout}
          focus={focus}
          rows={shown}
          columns={columns}
          sums={sums}
          setNames={setNames}
          revision={revision}
        />
        <Legend />
      </div>
    </div>
  );
}

type TroubleProps = { hosts: readonly GridHost[]; failures: readonly ReturnType<typeof failureOf>[] };

/** What makes the grid less than the whole truth. */
function Troubles({ hosts, failures }: TroubleProps) {
  const stale = hosts.filter(({ reading }) => reading === 'stale');
  const unknown = hosts.filter(({ reading }) => reading === 'unknown');
  return (
    <>
      {stale.length + unknown.length > 0 ? (
        <Notice tone="warn">
          {stale.length > 0
            ? `${names(stale)} ${stale.length === 1 ? 'does' : 'do'} not answer: shown as last seen, and counted as unknown. `
            : ''}
          {unknown.length > 0
            ? `Of ${names(unknown)} it is not known what ${unknown.length === 1 ? 'it has' : 'they have'}.`
            : ''}
        </Notice>
      ) : null}
      {failures.map((failure) => (
        <Notice key={'message' in failure ? failure.message : 'fault'} tone="warn">
          <FailureText failure={failure} />
        </Notice>
      ))}
    </>
  );
}

function names(hosts: readonly GridHost[]): string {
  if (hosts.length > 3) return plural(hosts.length, 'host');
  return hosts.map(({ name }) => name).join(', ');
}

function NoHosts() {
  return (
    <EmptyState
      title="No hosts yet"
      actions={
        <Link href={settingsPath} className="btn" data-kind="primary">
          Add hosts
        </Link>
      }
    >
      With hosts added, this shows which of them have which image cached, and queues what is missing.
    </EmptyState>
  );
}
