import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import type { Operation } from '../../../../electron/contract/operations.ts';
import { useConsole } from '../../../bridge/console-state.ts';
import { Button } from '../../../components/button.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { PageHeader, usePageTitle } from '../../../components/page-header.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Sort } from '../../../components/table/table-sort.ts';
import { useTableState } from '../../../components/table/use-table-state.ts';
import { fleetPath, operationOfPath, operationPath, operationsPath } from '../../../lib/routes.ts';
import { urlFields, useUrlState } from '../../../lib/url-state.ts';
import { summaryText } from '../operation-labels.ts';
import { useOperationsOfImage } from '../operation-queries.ts';
import { operationColumns, operationExport } from './operation-columns.tsx';
import { OperationDrawer } from './operation-drawer.tsx';
import {
  filterOperations,
  isOperationFilter,
  noFilter,
  type OperationFilter,
  OperationFilters,
} from './operation-filters.tsx';

const newestFirst: Sort = { id: 'started', descending: true };
const none: never[] = [];
const filterFormat = urlFields<OperationFilter>(noFilter, isOperationFilter);
const idOf = ({ id }: Operation) => id;
const nameOf = ({ title }: Operation) => title;

/** All operations, running and past. A row opens the operation with its targets. */
export function OperationsPage() {
  usePageTitle('Operations');
  const state = useConsole();
  return state ? <Operations operations={state.operations} hosts={state.hosts} /> : null;
}

function Operations({ operations, hosts }: { operations: readonly Operation[]; hosts: readonly HostSummary[] }) {
  const [place, go] = useLocation();
  const [filter, setFilter] = useUrlState('filters', noFilter, filterFormat);
  const hostNames = useMemo(() => new Map(hosts.map(({ id, name }) => [id, name])), [hosts]);
  const ofImage = useOperationsOfImage(filter.image);
  const rows = useMemo(() => filterOperations(operations, filter, ofImage), [operations, filter, ofImage]);
  const table = useTableState({ rows, idOf, name: 'operations', defaultSort: newestFirst });
  const columns = useMemo(
    () => operationColumns({ hostNames, onOpen: (id) => go(operationPath(id)) }),
    [hostNames, go],
  );
  const exported = useMemo(() => operationExport(hostNames), [hostNames]);
  const opened = operations.find(({ id }) => id === operationOfPath(place));
  const filtered = rows.length < operations.length;

  return (
    <div className="page">
      <PageHeader
        title="Operations"
        sub={summaryText(operations)}
        actions={<ExportMenu what="operations" columns={exported} shown={rows} chosen={none} />}
      />
      {operations.length === 0 ? (
        <div className="panel">
          <EmptyState title="No operations yet" actions={<Button onClick={() => go(fleetPath)}>Back to Fleet</Button>}>
            Every action on hosts is recorded here with its requests, responses and results. The record survives a
            restart.
          </EmptyState>
        </div>
      ) : (
        <>
          <OperationFilters
            filter={filter}
            onFilter={setFilter}
            operations={operations}
            ofImage={ofImage}
            hosts={hosts}
          />
          <DataTable
            label="Operations"
            {...table.props}
            columns={columns}
            nameOf={nameOf}
            onOpen={({ id }) => go(operationPath(id))}
            opensOnClick
            empty={
              <EmptyState
                title="No operation matches"
                actions={filtered ? <Button onClick={() => setFilter(noFilter)}>Show all</Button> : undefined}
              >
                Other operations are hidden by the filters.
              </EmptyState>
            }
          />
        </>
      )}
      {opened ? <OperationDrawer operation={opened} onClose={() => go(operationsPath)} /> : null}
    </div>
  );
}
