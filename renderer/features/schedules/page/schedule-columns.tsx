import { Link } from 'wouter';
import type { ScheduleState } from '../../../../electron/contract/schedules.ts';
import { MiddleTruncate } from '../../../components/middle-truncate.tsx';
import type { Column } from '../../../components/table/table-columns.ts';
import { Tag } from '../../../components/tag.tsx';
import type { ExportColumn } from '../../../lib/csv.ts';
import { schedulePath } from '../../../lib/routes.ts';
import { StateLabel } from '../../operations/operation-cells.tsx';
import { NextRunCell, RunTime } from '../run-time.tsx';
import {
  describeAction,
  describeTargets,
  describeTrigger,
  includesLater,
  nextRunOf,
  outcomeText,
  type ScheduleNames,
  tagsOf,
} from '../schedule-text.ts';
import classes from '../schedules.module.css';
import { ScheduleRowMenu, ScheduleSwitch } from './schedule-actions.tsx';

/** The columns of the table of schedules. */
export function scheduleColumns(names: ScheduleNames, paused: boolean): readonly Column<ScheduleState>[] {
  return [
    {
      id: 'on',
      header: 'On',
      priority: 'always',
      width: 54,
      cell: ({ schedule }) => <ScheduleSwitch schedule={schedule} />,
    },
    nameColumn(names),
    {
      id: 'action',
      header: 'Action',
      minWidth: 90,
      width: 142,
      priority: 'low',
      sortBy: ({ schedule }) => describeAction(schedule.action, names),
      cell: ({ schedule }) => {
        const text = describeAction(schedule.action, names);
        return (
          <span className="cut" title={text}>
            {text}
          </span>
        );
      },
    },
    {
      id: 'targets',
      header: 'Hosts',
      minWidth: 92,
      width: 112,
      priority: 'low',
      sortBy: ({ hostIds }) => hostIds.length,
      cell: ({ schedule, hostIds }) => {
        const text = describeTargets(schedule.targets, hostIds.length, names);
        const later = includesLater(schedule.targets) ? 'Includes hosts added later.' : 'Without hosts added later.';
        return (
          <span className={hostIds.length === 0 ? 'cut warn' : 'cut'} title={`${text}\n${later}`}>
            {text}
          </span>
        );
      },
    },
    triggerColumn,
    nextColumn(paused),
    lastColumn,
    {
      id: 'menu',
      header: 'Menu',
      priority: 'always',
      width: 78,
      align: 'end',
      cell: (state) => <ScheduleRowMenu state={state} />,
    },
  ];
}

/** The name of a schedule, which links its page, and what needs attention about it. */
export function nameColumn(names: Pick<ScheduleNames, 'hosts'>): Column<ScheduleState> {
  return {
    id: 'name',
    header: 'Schedule',
    minWidth: 200,
    priority: 'always',
    sortBy: ({ schedule }) => schedule.name,
    cell: (state) => (
      <span className={classes.name}>
        <Link href={schedulePath(state.schedule.id)} className="entity-link name" data-row-focus>
          <MiddleTruncate
            text={state.schedule.name}
            title={[state.schedule.name, state.schedule.note].filter(Boolean).join('\n')}
          />
        </Link>
        <Tags tags={tagsOf(state, names)} />
      </span>
    ),
  };
}

/** The most urgent tag, which stands for the others too: a row has space for one. */
function Tags({ tags }: { tags: ReturnType<typeof tagsOf> }) {
  const [first] = tags;
  if (!first) return null;
  return (
    <Tag tone={first.tone} title={tags.map(({ title }) => title).join('\n')}>
      {first.text}
      {tags.length > 1 ? ` +${tags.length - 1}` : ''}
    </Tag>
  );
}

export const triggerColumn: Column<ScheduleState> = {
  id: 'trigger',
  header: 'Trigger',
  minWidth: 122,
  width: 176,
  sortBy: ({ schedule }) => describeTrigger(schedule),
  cell: ({ schedule }) => (
    <span className="cut" title={describeTrigger(schedule)}>
      {describeTrigger(schedule)}
    </span>
  ),
};

export function nextColumn(paused: boolean): Column<ScheduleState> {
  return {
    id: 'next',
    header: 'Next run',
    minWidth: 108,
    width: 112,
    priority: 'always',
    sortBy: (state) => {
      const next = nextRunOf(state, paused);
      return next.kind === 'time' ? next.at : null;
    },
    cell: (state) => <NextRunCell state={state} paused={paused} />,
  };
}

export const lastColumn: Column<ScheduleState> = {
  id: 'last',
  header: 'Last run',
  minWidth: 130,
  width: 132,
  priority: 'always',
  descendingFirst: true,
  sortBy: ({ lastRun }) => lastRun && (lastRun.startedAt ?? lastRun.dueAt),
  cell: ({ lastRun, schedule }) =>
    lastRun ? (
      <span className={classes.last} title={lastRun.text}>
        <StateLabel state={outcomeText(lastRun)} />
        <RunTime at={lastRun.startedAt ?? lastRun.dueAt} timeZone={schedule.timeZone} className="dim" />
      </span>
    ) : (
      <span className="faint">never</span>
    ),
};

const isoTime = (at: number | null | undefined) => (at == null ? null : new Date(at).toISOString());

/** The export of the table of schedules. Times are in ISO 8601. */
export function scheduleExport(names: ScheduleNames): ExportColumn<ScheduleState>[] {
  return [
    { name: 'name', value: ({ schedule }) => schedule.name },
    { name: 'on', value: ({ schedule }) => (schedule.enabled ? 'yes' : 'no') },
    { name: 'action', value: ({ schedule }) => describeAction(schedule.action, names) },
    { name: 'targets', value: ({ schedule, hostIds }) => describeTargets(schedule.targets, hostIds.length, names) },
    { name: 'hosts', value: ({ hostIds }) => hostIds.length },
    { name: 'trigger', value: ({ schedule }) => describeTrigger(schedule) },
    { name: 'next_run', value: ({ nextRun }) => isoTime(nextRun) },
    { name: 'last_run', value: ({ lastRun }) => isoTime(lastRun && (lastRun.startedAt ?? lastRun.dueAt)) },
    { name: 'last_outcome', value: ({ lastRun }) => lastRun?.outcome ?? null },
    { name: 'last_result', value: ({ lastRun }) => lastRun?.text ?? null },
    { name: 'waits', value: ({ waitingRun }) => (waitingRun ? 'yes' : 'no') },
    { name: 'problem', value: ({ problem }) => problem },
    {
      name: 'paused_hosts',
      value: ({ pausedHosts }) => pausedHosts.map(({ hostId }) => names.hosts.get(hostId) ?? hostId).join(' '),
    },
    { name: 'conflicts', value: ({ conflicts }) => conflicts.map(({ text }) => text).join('; ') },
  ];
}
