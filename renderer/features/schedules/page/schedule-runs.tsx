import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { formatCount, plural } from '../../../../electron/contract/counts.ts';
import type { Schedule, ScheduleRun } from '../../../../electron/contract/schedules.ts';
import { Button } from '../../../components/button.tsx';
import { SideDrawer } from '../../../components/dialog.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { FailedNotice } from '../../../components/notice.tsx';
import { Size, sizesOf } from '../../../components/size.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Column } from '../../../components/table/table-columns.ts';
import type { Sort } from '../../../components/table/table-sort.ts';
import { useTableState } from '../../../components/table/use-table-state.ts';
import { Tag } from '../../../components/tag.tsx';
import type { ExportColumn } from '../../../lib/csv.ts';
import { exportedBytes, formatSpan } from '../../../lib/format.ts';
import { operationPath, settingsSectionPath } from '../../../lib/routes.ts';
import { describeZoned } from '../../../lib/zoned-time.ts';
import { StateLabel } from '../../operations/operation-cells.tsx';
import { amountText, hasSize } from '../../operations/operation-labels.ts';
import { RunTime } from '../run-time.tsx';
import { useScheduleNames, useScheduleRuns } from '../schedule-queries.ts';
import { causeTexts, describeAction, outcomeText } from '../schedule-text.ts';
import classes from '../schedules.module.css';
import { SkippedHosts } from '../skipped-hosts.tsx';

const none: never[] = [];
const newestFirst: Sort = { id: 'when', descending: true };
const idOf = ({ id }: ScheduleRun) => id;
const nameOf = ({ scheduleName }: ScheduleRun) => scheduleName;

/** The past runs of a schedule, newest first. A row opens the run. */
export function ScheduleRuns({ schedule }: { schedule: Schedule }) {
  const found = useScheduleRuns(schedule.id);
  const [opened, setOpened] = useState<string | null>(null);
  const runs = useMemo(() => found.data?.pages.flatMap((page) => page.runs) ?? none, [found.data]);
  const table = useTableState({ rows: runs, idOf, name: 'schedule.runs', defaultSort: newestFirst });
  const columns = useMemo(() => runColumns(schedule.timeZone, setOpened), [schedule.timeZone]);
  const run = runs.find(({ id }) => id === opened);
  return (
    <>
      <div className="row">
        <h2 className="grow">Runs</h2>
        <ExportMenu what={`${schedule.name} runs`} columns={exported} shown={runs} chosen={none} />
      </div>
      {found.error ? <FailedNotice error={found.error} again={found.refetch} /> : null}
      {found.data && runs.length === 0 ? (
        <div className="panel">
          <EmptyState title="No runs yet">
            Each run appears here with its outcome, also one that was skipped or missed.
          </EmptyState>
        </div>
      ) : (
        <DataTable
          label="Runs"
          {...table.props}
          columns={columns}
          nameOf={nameOf}
          onOpen={({ id }) => setOpened(id)}
          opensOnClick
          empty={<EmptyState title="Loading runs" />}
        />
      )}
      {found.hasNextPage ? (
        <div className="row">
          <Button size="small" disabled={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
            Show older runs
          </Button>
        </div>
      ) : (found.data?.pages.length ?? 0) > 1 ? (
        <p className="dim">
          All {formatCount(runs.length)} runs that are kept. How long they are kept is set under{' '}
          <Link href={settingsSectionPath('operations')}>Operations</Link> in the settings.
        </p>
      ) : null}
      {run ? <RunDrawer run={run} timeZone={schedule.timeZone} onClose={() => setOpened(null)} /> : null}
    </>
  );
}

const startOf = ({ startedAt, dueAt }: ScheduleRun) => startedAt ?? dueAt;

function runColumns(timeZone: string, onOpen: (id: string) => void): readonly Column<ScheduleRun>[] {
  return [
    {
      id: 'when',
      header: 'When',
      width: 104,
      minWidth: 92,
      priority: 'always',
      descendingFirst: true,
      sortBy: startOf,
      cell: (run) => (
        <button type="button" className={classes.runButton} data-row-focus onClick={() => onOpen(run.id)}>
          <RunTime at={startOf(run)} timeZone={timeZone} />
        </button>
      ),
    },
    {
      id: 'outcome',
      header: 'Outcome',
      width: 140,
      minWidth: 124,
      priority: 'always',
      sortBy: (run) => outcomeText(run).label,
      cell: (run) => <StateLabel state={outcomeText(run)} />,
    },
    {
      id: 'cause',
      header: 'Cause',
      width: 100,
      minWidth: 92,
      priority: 'low',
      sortBy: ({ cause }) => causeTexts[cause].label,
      cell: ({ cause }) => (
        <span className="dim" title={causeTexts[cause].title}>
          {causeTexts[cause].label}
        </span>
      ),
    },
    {
      id: 'text',
      header: 'What happened',
      minWidth: 220,
      cell: ({ text, skippedHosts, failedHosts }) => (
        <span className={classes.name}>
          {failedHosts.length > 0 ? <Tag tone="bad">{plural(failedHosts.length, 'host')} failed</Tag> : null}
          {skippedHosts.length > 0 ? <Tag tone="warn">{plural(skippedHosts.length, 'host')} skipped</Tag> : null}
          <span className="cut" title={text}>
            {text}
          </span>
        </span>
      ),
    },
    {
      id: 'deleted',
      header: 'Deleted',
      width: 172,
      minWidth: 160,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ deleted }) => deleted.bytes || deleted.images || null,
      cell: ({ deleted, outcome }) =>
        deleted.images === 0 ? (
          <span className="faint">–</span>
        ) : (
          <span
            className={outcome === 'waiting' ? 'warn' : undefined}
            title={outcome === 'waiting' ? 'It would delete this once it is approved.' : undefined}
          >
            {plural(deleted.images, 'image')} {hasSize(deleted) ? <Size {...sizesOf(deleted)} className="dim" /> : null}
          </span>
        ),
    },
    {
      id: 'took',
      header: 'Duration',
      width: 84,
      priority: 'low',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ startedAt, endedAt }) => (startedAt === null || endedAt === null ? null : endedAt - startedAt),
      cell: (run) => <span className="dim">{durationOf(run)}</span>,
    },
    {
      id: 'operation',
      header: 'Operation',
      width: 118,
      minWidth: 104,
      cell: ({ operationId }) =>
        operationId === null ? (
          <span className="faint">none</span>
        ) : (
          <Link href={operationPath(operationId)}>Open</Link>
        ),
    },
  ];
}

function durationOf({ startedAt, endedAt }: ScheduleRun): string {
  if (startedAt === null || endedAt === null) return '–';
  return endedAt - startedAt < 1_000 ? '< 1 s' : formatSpan(endedAt - startedAt);
}

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

const exported: readonly ExportColumn<ScheduleRun>[] = [
  { name: 'id', value: ({ id }) => id },
  { name: 'schedule', value: ({ scheduleName }) => scheduleName },
  { name: 'due', value: ({ dueAt }) => iso(dueAt) },
  { name: 'started', value: ({ startedAt }) => iso(startedAt) },
  { name: 'ended', value: ({ endedAt }) => iso(endedAt) },
  { name: 'cause', value: ({ cause }) => cause },
  { name: 'outcome', value: ({ outcome }) => outcome },
  { name: 'due_runs', value: ({ dueRuns }) => dueRuns },
  { name: 'text', value: ({ text }) => text },
  { name: 'deleted_images', value: ({ deleted }) => deleted.images },
  { name: 'deleted_bytes', value: ({ deleted }) => exportedBytes(deleted) },
  { name: 'hosts_left_out', value: ({ skippedHosts }) => skippedHosts.length },
  { name: 'hosts_failed', value: ({ failedHosts }) => failedHosts.length },
  { name: 'operation', value: ({ operationId }) => operationId },
];

/** One run: the reason of its start, what it did, and the hosts that it left out or failed on. */
function RunDrawer({ run, timeZone, onClose }: { run: ScheduleRun; timeZone: string; onClose: () => void }) {
  const names = useScheduleNames();
  const { outcome, cause, dueAt, dueRuns, startedAt, text, deleted, operationId, skippedHosts, failedHosts } = run;
  return (
    <SideDrawer title={`Run of ${run.scheduleName}`} size={680} onClose={onClose}>
      <div className="row">
        <StateLabel state={outcomeText(run)} />
        <span className="grow" />
        {operationId === null ? null : (
          <Link href={operationPath(operationId)} onClick={onClose}>
            Open operation
          </Link>
        )}
      </div>
      {text === '' ? null : <p className={classes.runText}>{text}</p>}
      <FactList>
        <dt>Action</dt>
        <dd>{describeAction(run.action, names)}</dd>
        <dt>Cause</dt>
        <dd>
          {causeTexts[cause].label} <span className="dim">{causeTexts[cause].title}</span>
        </dd>
        <dt>Due</dt>
        <dd className={classes.lines}>{describeZoned(dueAt, timeZone)}</dd>
        {dueRuns > 1 ? (
          <>
            <dt>Accounts for</dt>
            <dd>{plural(dueRuns, 'due run')}</dd>
          </>
        ) : null}
        {startedAt === null ? null : (
          <>
            <dt>Started</dt>
            <dd className={classes.lines}>{describeZoned(startedAt, timeZone)}</dd>
            <dt>Duration</dt>
            <dd>{durationOf(run)}</dd>
          </>
        )}
        {deleted.images === 0 ? null : (
          <>
            <dt>{outcome === 'waiting' ? 'Would delete' : 'Deleted'}</dt>
            <dd>{amountText(deleted)}</dd>
          </>
        )}
      </FactList>
      <SkippedHosts skipped={failedHosts} title="Failed" />
      <SkippedHosts skipped={skippedHosts} title="Skipped" />
    </SideDrawer>
  );
}
