import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import type { ScheduleState } from '../../../../electron/contract/schedules.ts';
import { Button } from '../../../components/button.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FailedNotice } from '../../../components/notice.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Column } from '../../../components/table/table-columns.ts';
import { useTableState } from '../../../components/table/use-table-state.ts';
import { Tag } from '../../../components/tag.tsx';
import { schedulePath } from '../../../lib/routes.ts';
import { useResumeHost, useScheduleNames, useSchedules } from '../schedule-queries.ts';
import { describeAction, type ScheduleNames } from '../schedule-text.ts';
import classes from '../schedules.module.css';
import { PausedNotice } from './paused-notice.tsx';
import { lastColumn, nameColumn, nextColumn, triggerColumn } from './schedule-columns.tsx';
import { orderSchedules } from './schedule-rows.ts';
import { newSchedule } from './schedule-templates-list.tsx';

const none: never[] = [];
const idOf = ({ schedule }: ScheduleState) => schedule.id;
const nameOf = ({ schedule }: ScheduleState) => schedule.name;

/** The schedules that act on a host. */
export function useHostSchedules(hostId: string) {
  const list = useSchedules();
  const all = list.data?.schedules ?? none;
  const schedules = useMemo(() => orderSchedules(all.filter(({ hostIds }) => hostIds.includes(hostId))), [all, hostId]);
  return { schedules, paused: list.data?.paused ?? false, list };
}

/** The schedules of a host, and those that are paused for it. */
export function HostSchedules({ host }: { host: HostSummary }) {
  const { schedules, paused, list } = useHostSchedules(host.id);
  const names = useScheduleNames();
  const [, go] = useLocation();
  const columns = useMemo(() => hostScheduleColumns(host, names, paused), [host, names, paused]);
  const table = useTableState({ rows: schedules, idOf, name: 'host.schedules' });
  const add = () => newSchedule({ targets: { hosts: { kind: 'named', hostIds: [host.id] }, onlyHostIds: null } });
  return (
    <>
      <PausedNotice paused={paused} />
      {list.error ? <FailedNotice error={list.error} again={list.refetch} /> : null}
      {list.data && schedules.length === 0 ? (
        <div className="panel">
          <EmptyState title="No schedules for this host" actions={<Button onClick={add}>New schedule…</Button>}>
            Schedules that act on all hosts, on a label, a region or a cloud of this host appear here too.
          </EmptyState>
        </div>
      ) : (
        <>
          <div className="toolbar">
            <span className="grow" />
            <Button onClick={add}>New schedule…</Button>
          </div>
          <DataTable
            label="Schedules of this host"
            {...table.props}
            columns={columns}
            nameOf={nameOf}
            onOpen={({ schedule }) => go(schedulePath(schedule.id))}
            opensOnClick
            empty={<EmptyState title="Loading schedules" />}
          />
        </>
      )}
    </>
  );
}

function hostScheduleColumns(
  host: HostSummary,
  names: ScheduleNames,
  paused: boolean,
): readonly Column<ScheduleState>[] {
  return [
    nameColumn(names),
    {
      id: 'action',
      header: 'Action',
      minWidth: 104,
      width: 190,
      priority: 'low',
      sortBy: ({ schedule }) => describeAction(schedule.action, names),
      cell: ({ schedule }) => <span className="cut">{describeAction(schedule.action, names)}</span>,
    },
    triggerColumn,
    nextColumn(paused),
    lastColumn,
    {
      id: 'here',
      header: 'On this host',
      priority: 'always',
      minWidth: 150,
      width: 170,
      cell: (state) => <Here state={state} host={host} />,
    },
  ];
}

/** Whether a schedule is paused for a host, with the way to resume it. */
function Here({ state: { schedule, pausedHosts }, host }: { state: ScheduleState; host: HostSummary }) {
  const resume = useResumeHost();
  const paused = pausedHosts.find(({ hostId }) => hostId === host.id);
  if (!paused) return <span className="dim">{schedule.enabled ? 'active' : 'off'}</span>;
  return (
    <span className={classes.name}>
      <Tag tone="warn" title={paused.reason}>
        paused
      </Tag>
      <Button
        size="small"
        aria-label={`Resume ${schedule.name} on ${host.name}`}
        title={paused.reason}
        disabled={resume.isPending}
        onClick={() => resume.mutate({ id: schedule.id, hostId: host.id })}
      >
        Resume
      </Button>
    </span>
  );
}
