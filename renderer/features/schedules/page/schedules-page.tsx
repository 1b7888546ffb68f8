import { Menu, Skeleton } from '@mantine/core';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { formatCount } from '../../../../electron/contract/counts.ts';
import type { ScheduleState } from '../../../../electron/contract/schedules.ts';
import { Button } from '../../../components/button.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { FilterField } from '../../../components/filter-field.tsx';
import { FailedNotice } from '../../../components/notice.tsx';
import { PageHeader, usePageTitle } from '../../../components/page-header.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import { useTableState } from '../../../components/table/use-table-state.ts';
import { openDialog } from '../../../lib/dialog-store.ts';
import { schedulePath } from '../../../lib/routes.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { urlWord, useUrlState } from '../../../lib/url-state.ts';
import { scheduleTemplates } from '../editor/schedule-templates.ts';
import {
  exportSchedules,
  usePauseAll,
  useScheduleNames,
  useScheduleSources,
  useSchedules,
} from '../schedule-queries.ts';
import { describeAction, describeTrigger } from '../schedule-text.ts';
import classes from '../schedules.module.css';
import { useWhenItRuns } from '../when-it-runs.ts';
import { PausedNotice } from './paused-notice.tsx';
import { scheduleColumns, scheduleExport } from './schedule-columns.tsx';
import { inFilter, isScheduleFilter, orderSchedules, type ScheduleFilter, scheduleFilters } from './schedule-rows.ts';
import { newSchedule, TemplateCards } from './schedule-templates-list.tsx';

const none: never[] = [];
const filterFormat = urlWord<ScheduleFilter>('show', isScheduleFilter);
const idOf = ({ schedule }: ScheduleState) => schedule.id;
const nameOf = ({ schedule }: ScheduleState) => schedule.name;
const filterLabels: Record<ScheduleFilter, string> = {
  all: 'All',
  waiting: 'Waiting',
  problems: 'With problems',
  off: 'Off',
};
const importSchedules = () => openDialog({ kind: 'schedule', schedule: { what: 'import' } });

/** All schedules with their next and last runs. */
export function SchedulesPage() {
  usePageTitle('Schedules');
  const list = useSchedules();
  const whenItRuns = useWhenItRuns();
  useShortcuts('Schedules', [{ keys: 'n', label: 'New schedule', run: () => newSchedule() }]);
  const schedules = list.data?.schedules ?? none;
  const paused = list.data?.paused ?? false;
  return (
    <div className="page">
      <PageHeader
        title="Schedules"
        sub={whenItRuns}
        actions={
          <>
            {schedules.length > 0 ? <PauseButton paused={paused} /> : null}
            <Button onClick={importSchedules}>Import…</Button>
            {schedules.length > 0 ? <Button onClick={() => exportSchedules('schedules')}>Export YAML</Button> : null}
            <TemplateMenu />
            <Button kind="primary" onClick={() => newSchedule()}>
              New schedule
            </Button>
          </>
        }
      />
      {list.error ? <FailedNotice error={list.error} again={list.refetch} /> : null}
      <PausedNotice paused={paused} />
      {list.isPending ? (
        <div role="status">
          <span className="hidden-text">Loading…</span>
          <Skeleton height={260} radius={9} />
        </div>
      ) : null}
      {list.data && schedules.length === 0 ? <NoSchedules /> : null}
      {schedules.length > 0 ? <ScheduleTable schedules={schedules} paused={paused} /> : null}
    </div>
  );
}

function PauseButton({ paused }: { paused: boolean }) {
  const pause = usePauseAll();
  // The notice has the button that resumes them.
  if (paused) return null;
  return (
    <Button disabled={pause.isPending} onClick={() => pause.mutate({ paused: true })}>
      Pause all
    </Button>
  );
}

function TemplateMenu() {
  const { goldenSets } = useScheduleSources();
  return (
    <Menu width={220}>
      <Menu.Target>
        <Button>Templates</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {scheduleTemplates(goldenSets).map(({ id, title, about, draft }) => (
          <Menu.Item key={id} title={about} onClick={() => newSchedule(draft)}>
            {title}…
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function NoSchedules() {
  return (
    <div className="panel">
      <EmptyState title="No schedules yet">
        Glance does not prune or clean its caches by itself. A schedule does it at set times or above a threshold, for
        one host or the whole fleet, and is recorded like any other operation. Start with a template:
      </EmptyState>
      <TemplateCards />
    </div>
  );
}

function ScheduleTable({ schedules, paused }: { schedules: readonly ScheduleState[]; paused: boolean }) {
  const [, go] = useLocation();
  const names = useScheduleNames();
  const [filter, setFilter] = useUrlState<ScheduleFilter>('show', 'all', filterFormat);
  const rows = useMemo(() => orderSchedules(schedules.filter((state) => inFilter(state, filter))), [schedules, filter]);
  const fieldsOf = useMemo(
    () =>
      ({ schedule, hostIds }: ScheduleState) => [
        schedule.name,
        schedule.note,
        describeAction(schedule.action, names),
        describeTrigger(schedule),
        ...hostIds.map((id) => names.hosts.get(id)),
      ],
    [names],
  );
  const table = useTableState({ rows, idOf, name: 'schedules', fieldsOf });
  const columns = useMemo(() => scheduleColumns(names, paused), [names, paused]);
  const exported = useMemo(() => scheduleExport(names), [names]);
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter schedules" value={table.filter} onChange={table.setFilter} width={240} />
        <fieldset className={`row plain-fieldset ${classes.filters}`}>
          <legend className="hidden-text">Show</legend>
          {scheduleFilters.map((one) => {
            const count = schedules.filter((state) => inFilter(state, one)).length;
            return (
              <button
                key={one}
                type="button"
                className="chip"
                aria-pressed={filter === one}
                disabled={count === 0 && filter !== one}
                onClick={() => setFilter(filter === one ? 'all' : one)}
              >
                {filterLabels[one]} <b>{formatCount(count)}</b>
              </button>
            );
          })}
        </fieldset>
        <span className="grow" />
        <ExportMenu what="schedules" columns={exported} shown={table.shown} chosen={none} />
      </div>
      <DataTable
        label="Schedules"
        {...table.props}
        columns={columns}
        nameOf={nameOf}
        onOpen={({ schedule }) => go(schedulePath(schedule.id))}
        opensOnClick
        toneOf={({ waitingRun }) => (waitingRun ? 'attention' : undefined)}
        empty={
          <EmptyState
            title="No schedule matches"
            actions={
              <Button
                onClick={() => {
                  table.setFilter('');
                  setFilter('all');
                }}
              >
                Show all
              </Button>
            }
          />
        }
      />
    </>
  );
}
