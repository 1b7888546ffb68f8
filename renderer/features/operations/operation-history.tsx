import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { formatCount } from '../../../electron/contract/counts.ts';
import type { History as HistoryAnswer, HistoryQuery } from '../../../electron/contract/operations.ts';
import { queries } from '../../bridge/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { HostNameLink } from '../../components/entity-link.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size, sizesOf } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { operationPath } from '../../lib/routes.ts';
import { Effects, StateLabel } from './operation-cells.tsx';
import classes from './operation-history.module.css';
import { countsText, hasSize, operationStateText, reasonOf, targetStateText } from './operation-labels.ts';
import { isActive } from './operation-progress.ts';

type Entry = HistoryAnswer['entries'][number];
type Props = { of: Pick<HistoryQuery, 'hostId' | 'imageId'>; onLeave?: () => void };

const none: never[] = [];
const noAmount = <span className="faint">–</span>;
const newestFirst: Sort = { id: 'started', descending: true };
const idOf = ({ operation }: Entry) => operation.id;
const nameOf = ({ operation }: Entry) => operation.title;

/** The operations of this console that had a host, an image, or an image on a host as target. Newest first. */
export function OperationHistory({ of, onLeave }: Props) {
  const { hostId, imageId } = of;
  const history = useQuery(
    queries.operations.history.queryOptions({
      input: { ...(hostId ? { hostId } : {}), ...(imageId ? { imageId } : {}) },
      placeholderData: keepPreviousData,
      gcTime: 30_000,
    }),
  );
  const table = useTableState({
    rows: history.data?.entries ?? none,
    idOf,
    // In a drawer it is not a part of the page.
    name: onLeave ? undefined : 'history',
    defaultSort: newestFirst,
  });
  const columns = useMemo(() => historyColumns(imageId !== undefined, onLeave), [imageId, onLeave]);
  if (history.error) {
    return <FailedNotice error={history.error} again={history.refetch} />;
  }
  if (history.data?.entries.length === 0) {
    return (
      <div className="panel">
        <EmptyState title={`No history`}>
          Actions of this console appear here for as long as operations are kept.
        </EmptyState>
      </div>
    );
  }
  return (
    <>
      <DataTable
        label="History"
        {...table.props}
        columns={columns}
        nameOf={nameOf}
        measured
        empty={<EmptyState title="Loading history" />}
      />
      {history.data?.more ? <p className="dim">Older operations are on the Operations page.</p> : null}
    </>
  );
}

function historyColumns(withHosts: boolean, onLeave: (() => void) | undefined): Column<Entry>[] {
  return [
    {
      id: 'title',
      header: 'Operation',
      className: 'wide',
      sortBy: nameOf,
      cell: ({ operation, targets }) => (
        <>
          <Link
            href={operationPath(operation.id)}
            className={`name ${classes.link}`}
            data-row-focus
            onClick={() => onLeave?.()}
          >
            {operation.title}
          </Link>
          {withHosts
            ? targets.map((target) => (
                <span key={target.hostId} className="target-reason">
                  <HostNameLink hostId={target.hostId} name={target.hostName} className="" onClick={onLeave} />:{' '}
                  {targetStateText(target.state, isActive(operation)).label.toLowerCase()}
                  {target.failure ? `. ${reasonOf(target).text}` : ''}
                </span>
              ))
            : null}
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      priority: 'always',
      width: 128,
      sortBy: ({ operation }) => operationStateText(operation).label,
      cell: ({ operation }) => <StateLabel state={operationStateText(operation)} />,
    },
    {
      id: 'here',
      header: withHosts ? 'On hosts' : 'On this host',
      minWidth: 120,
      width: 190,
      sortBy: ({ matching }) => matching,
      descendingFirst: true,
      cell: ({ counts, matching }) => (
        <span title={`${formatCount(matching)} targets`}>{countsText({ counts, total: matching })}</span>
      ),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: 124,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ actual, freed }) => actual.bytes + (freed?.bytes ?? 0),
      cell: ({ operation, actual, freed }) =>
        freed ? (
          <Effects of={{ kind: operation.kind, actual, freed }} />
        ) : hasSize(actual) ? (
          <Size {...sizesOf(actual)} />
        ) : (
          noAmount
        ),
    },
    {
      id: 'started',
      header: 'Started',
      width: 116,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ operation }) => operation.startedAt,
      cell: ({ operation }) => <RelativeTime time={operation.startedAt} className="dim" />,
    },
  ];
}
