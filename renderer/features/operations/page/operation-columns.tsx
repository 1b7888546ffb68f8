import { Link } from 'wouter';
import { formatCount } from '../../../../electron/contract/counts.ts';
import type { Operation } from '../../../../electron/contract/operations.ts';
import { RelativeTime } from '../../../components/relative-time.tsx';
import type { Column } from '../../../components/table/table-columns.ts';
import type { ExportColumn } from '../../../lib/csv.ts';
import { exportedBytes, formatBytesSum } from '../../../lib/format.ts';
import { schedulePath } from '../../../lib/routes.ts';
import { Duration, Effects, ProgressCell, StateLabel } from '../operation-cells.tsx';
import { actionLabels, operationStateText } from '../operation-labels.ts';
import { countOf, isActive, mayMix, paceText, progressCount, progressOf, timeLeftText } from '../operation-progress.ts';
import { OperationActions } from './operation-actions.tsx';
import classes from './operation-columns.module.css';

type HostNames = ReadonlyMap<string, string>;

/** The hosts of an operation, shortened. A host that has been removed from the console has no name. */
function hostsText(operation: Operation, hostNames: HostNames): string {
  const names = operation.hostIds.map((id) => hostNames.get(id) ?? 'a removed host');
  return names.length <= 2 ? names.join(', ') : `${names[0]} and ${formatCount(names.length - 1)} more`;
}

/** The columns of the operations table. */
export function operationColumns({
  hostNames,
  onOpen,
}: {
  hostNames: HostNames;
  onOpen: (id: string) => void;
}): Column<Operation>[] {
  return [
    {
      id: 'title',
      header: 'Operation',
      minWidth: 170,
      priority: 'always',
      sortBy: ({ title }) => title.toLowerCase(),
      cell: (operation) => (
        <span className={classes.cell}>
          <button
            type="button"
            className={`cut ${classes.title}`}
            data-row-focus
            title={`${operation.title}\n${hostsText(operation, hostNames)}`}
            onClick={() => onOpen(operation.id)}
          >
            {operation.title}
          </button>
          {operation.schedule ? (
            <Link
              href={schedulePath(operation.schedule.id)}
              className={`dim cut ${classes.schedule}`}
              title={`Started by the schedule ${operation.schedule.name}`}
              tabIndex={-1}
            >
              by {operation.schedule.name}
            </Link>
          ) : null}
        </span>
      ),
    },
    {
      id: 'state',
      header: 'State',
      priority: 'always',
      width: 128,
      minWidth: 112,
      sortBy: (operation) => operationStateText(operation).label,
      cell: (operation) => <StateLabel state={operationStateText(operation)} />,
    },
    {
      id: 'progress',
      header: 'Progress',
      minWidth: 150,
      width: 184,
      sortBy: (operation) => progressOf(operation).fraction,
      cell: (operation) => {
        return (
          <ProgressCell
            of={operation}
            text={
              mayMix(operation) ? `${Math.floor(100 * progressOf(operation).fraction)} %` : progressCount(operation)
            }
            dim={!isActive(operation)}
            below={isActive(operation) ? timeLeftText(operation) : (operation.failure?.message ?? '')}
          />
        );
      },
    },
    {
      id: 'effect',
      header: 'Effect',
      width: 130,
      minWidth: 112,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ actual, freed }) => actual.bytes || freed?.bytes || null,
      cell: (operation) => <Effects of={operation} title={effectTitle(operation)} />,
    },
    {
      id: 'started',
      header: 'Started',
      width: 100,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ startedAt }) => startedAt,
      cell: ({ startedAt }) => <RelativeTime time={startedAt} className="dim" />,
    },
    {
      id: 'took',
      header: 'Duration',
      width: 84,
      priority: 'low',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ startedAt, endedAt }) => (endedAt ?? Date.now()) - startedAt,
      cell: (operation) => <Duration operation={operation} />,
    },
    {
      id: 'do',
      header: 'Actions',
      priority: 'always',
      width: 124,
      align: 'end',
      cell: (operation) => <OperationActions operation={operation} small />,
    },
  ];
}

/** The exact bytes that were fetched and freed, and the pace. */
function effectTitle(operation: Operation): string {
  const { actual, freed } = operation;
  const bytes = freed
    ? [`${formatBytesSum(actual)} fetched`, `${formatBytesSum(freed)} freed`]
    : [formatBytesSum(actual)];
  return [...bytes, paceText(operation)].filter(Boolean).join('\n');
}

/** The export of the operations. Times are in ISO 8601, sizes in bytes. */
export function operationExport(hostNames: HostNames): ExportColumn<Operation>[] {
  return [
    { name: 'id', value: ({ id }) => id },
    { name: 'action', value: ({ kind }) => actionLabels[kind] },
    { name: 'title', value: ({ title }) => title },
    { name: 'schedule', value: ({ schedule }) => schedule?.name ?? null },
    { name: 'state', value: ({ state }) => state },
    { name: 'started', value: ({ startedAt }) => new Date(startedAt).toISOString() },
    { name: 'ended', value: ({ endedAt }) => (endedAt === null ? null : new Date(endedAt).toISOString()) },
    { name: 'hosts', value: ({ hostIds }) => hostIds.map((id) => hostNames.get(id) ?? id).join(' ') },
    { name: 'targets', value: ({ total }) => total },
    { name: 'done', value: (operation) => countOf(operation, ['done']) },
    { name: 'already_done', value: (operation) => countOf(operation, ['alreadyDone']) },
    { name: 'failed', value: (operation) => countOf(operation, ['failed']) },
    { name: 'skipped', value: (operation) => countOf(operation, ['refused']) },
    { name: 'cancelled', value: (operation) => countOf(operation, ['cancelled']) },
    { name: 'unknown', value: (operation) => countOf(operation, ['unknown']) },
    { name: 'images', value: ({ actual }) => actual.images },
    { name: 'bytes', value: ({ actual }) => exportedBytes(actual) },
    { name: 'images_of_unknown_size', value: ({ actual }) => actual.unsized ?? 0 },
    { name: 'freed_images', value: ({ freed }) => freed?.images ?? null },
    { name: 'freed_bytes', value: ({ freed }) => freed && exportedBytes(freed) },
  ];
}
