import './operations-page.css';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import type { Operation } from '../../../../electron/contract/operations.ts';
import { useConsole } from '../../../bridge/console-state.ts';
import { Button } from '../../../components/button.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import { isSort, type Sort } from '../../../components/table/table-columns.ts';
import { usePageTitle } from '../../../components/use-page-title.ts';
import { usePersistentState } from '../../../lib/persistent-state.ts';
import { fleetPath, operationOfPath, operationPath, operationsPath } from '../../../lib/routes.ts';
import { useOperationsOfImage } from '../operation-queries.ts';
import { summaryText } from '../operation-texts.ts';
import { operationColumns, operationExport } from './operation-columns.tsx';
import { OperationDrawer } from './operation-drawer.tsx';
import {
  everyOperation,
  filterOperations,
  isOperationFilter,
  type OperationFilter,
  OperationFilters,
} from './operation-filters.tsx';

const newestFirst: Sort = { id: 'started', descending: true };
const none: never[] = [];

/** Everything that was asked for: what runs, what is past, and how each target of it ended. */
export function OperationsPage() {
  usePageTitle('Operations');
  const state = useConsole();
  return state ? <Operations operations={state.operations} hosts={state.hosts} /> : null;
}

function Operations({ operations, hosts }: { operations: readonly Operation[]; hosts: readonly HostSummary[] }) {
  const [place, go] = useLocation();
  const [filter, setFilter] = usePersistentState<OperationFilter>(
    'operations.filter',
    everyOperation,
    isOperationFilter,
  );
  const [sort, setSort] = usePersistentState<Sort>('operations.sort', newestFirst, isSort);
  const [active, setActive] = useState<string | null>(null);
  const hostNames = useMemo(() => new Map(hosts.map(({ id, name }) => [id, name])), [hosts]);
  const about = useOperationsOfImage(filter.image, operations);
  const shown = useMemo(() => filterOperations(operations, filter, about), [operations, filter, about]);
  const columns = useMemo(
    () => operationColumns({ hostNames, onOpen: (id) => go(operationPath(id)) }),
    [hostNames, go],
  );
  const exported = useMemo(() => operationExport(hostNames), [hostNames]);
  const opened = operations.find(({ id }) => id === operationOfPath(place));
  const filtered = shown.length < operations.length;

  return (
    <div className="page operations">
      <PageHeader
        title="Operations"
        sub={summaryText(operations)}
        actions={<ExportMenu what="operations" columns={exported} shown={shown} chosen={none} />}
      />
      {operations.length === 0 ? (
        <div className="panel">
          <EmptyState
            title="Nothing was asked for yet"
            actions={<Button onClick={() => go(fleetPath)}>To the fleet</Button>}
          >
            Queue, delete, clear, prune or clean on one host or on many, and it is recorded here: what was sent, what
            the hosts answered, what came of it. Closing the console loses none of it.
          </EmptyState>
        </div>
      ) : (
        <>
          <OperationFilters filter={filter} onFilter={setFilter} operations={operations} about={about} hosts={hosts} />
          <DataTable
            label="Operations"
            rows={shown}
            columns={columns}
            idOf={({ id }) => id}
            nameOf={({ title }) => title}
            sort={sort}
            onSort={setSort}
            active={active}
            onActive={setActive}
            onOpen={({ id }) => go(operationPath(id))}
            opensOnClick
            minWidth={860}
            empty={
              <EmptyState
                title="No operation matches"
                actions={filtered ? <Button onClick={() => setFilter(everyOperation)}>Show all</Button> : undefined}
              >
                There are others, which the filters leave out.
              </EmptyState>
            }
          />
        </>
      )}
      {opened ? <OperationDrawer operation={opened} onClose={() => go(operationsPath)} /> : null}
    </div>
  );
}
