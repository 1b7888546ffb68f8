import { Skeleton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { plural } from '../../../../electron/contract/counts.ts';
import type { ScheduleState } from '../../../../electron/contract/schedules.ts';
import { isDestructive } from '../../../../electron/contract/schedules.ts';
import { Button, LinkButton } from '../../../components/button.tsx';
import { HostNameLink } from '../../../components/entity-link.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { NotFound } from '../../../components/not-found.tsx';
import { FailedNotice, Notice } from '../../../components/notice.tsx';
import { PageHeader, usePageTitle } from '../../../components/page-header.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { openDialog } from '../../../lib/dialog-store.ts';
import { schedulePath, schedulesPath } from '../../../lib/routes.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { useSchedulePreview } from '../editor/schedule-preview.tsx';
import { NextRunsTable } from '../next-runs-table.tsx';
import { NextRunCell, RunTime } from '../run-time.tsx';
import { useResumeHost, useScheduleNames, useSchedules } from '../schedule-queries.ts';
import {
  describeAction,
  describeBlackout,
  describeLimits,
  describeTargets,
  describeTrigger,
  includesLater,
  isTimed,
  missedTexts,
} from '../schedule-text.ts';
import classes from '../schedules.module.css';
import { useWhenItRuns } from '../when-it-runs.ts';
import { PausedNotice } from './paused-notice.tsx';
import { ScheduleMoreMenu, ScheduleSwitch, useStartRun } from './schedule-actions.tsx';
import { ScheduleRuns } from './schedule-runs.tsx';

const none: never[] = [];
/** With more paused hosts than this, the others are shown on request. */
const maxPausedShown = 5;

/** One schedule: what it does, its next runs, and the past ones. */
export function ScheduleDetailPage({ id }: { id: string }) {
  const list = useSchedules();
  const state = list.data?.schedules.find(({ schedule }) => schedule.id === id);
  if (list.isPending)
    return (
      <div className="page" role="status">
        <span className="hidden-text">Loading…</span>
        <Skeleton height={260} radius={9} />
      </div>
    );
  if (list.error)
    return (
      <div className="page">
        <FailedNotice error={list.error} again={list.refetch} />
      </div>
    );
  if (!state)
    return (
      <NotFound title="Schedule not found" actions={<LinkButton href={schedulesPath}>Back to Schedules</LinkButton>}>
        It was removed, or the link is out of date.
      </NotFound>
    );
  return <KnownSchedule state={state} paused={list.data?.paused ?? false} />;
}

function KnownSchedule({ state, paused }: { state: ScheduleState; paused: boolean }) {
  const { schedule } = state;
  usePageTitle(schedule.name);
  const { start, pending } = useStartRun();
  const dryRun = () => openDialog({ kind: 'schedule', schedule: { what: 'dryRun', schedule } });
  const edit = () => openDialog({ kind: 'schedule', schedule: { what: 'edit', schedule } });
  useShortcuts('Schedule', [
    { keys: 'e', label: 'Edit', run: edit },
    { keys: 'd', label: 'Dry run', run: dryRun },
  ]);
  return (
    <div className="page">
      <PageHeader
        title={schedule.name}
        parent={{ label: 'Schedules', href: schedulesPath }}
        sub={useWhenItRuns()}
        actions={
          <>
            <span className={classes.onOff}>
              <ScheduleSwitch schedule={schedule} labelled />
            </span>
            <ScheduleMoreMenu schedule={schedule} />
            <Button onClick={edit}>Edit…</Button>
            <Button onClick={dryRun}>Dry run…</Button>
            <Button kind="primary" disabled={pending} onClick={() => start(schedule)}>
              {schedule.action.kind === 'refresh' ? 'Run now' : 'Run now…'}
            </Button>
          </>
        }
      />
      <Notices state={state} paused={paused} />
      <div className={`panel ${classes.facts}`}>
        <Facts state={state} />
        <NextRuns state={state} paused={paused} />
      </div>
      <ScheduleRuns schedule={schedule} />
    </div>
  );
}

/**
 * What needs the operator's attention: the pause of all schedules, a waiting run, a problem, conflicts, and hosts for
 * which it is paused.
 */
function Notices({ state, paused }: { state: ScheduleState; paused: boolean }) {
  const { schedule, waitingRun, problem, conflicts, pausedHosts } = state;
  return (
    <>
      <PausedNotice paused={paused} />
      {waitingRun ? (
        <Notice
          tone="warn"
          live
          actions={
            <Button
              kind="primary"
              onClick={() => openDialog({ kind: 'schedule', schedule: { what: 'review', run: waitingRun } })}
            >
              Review…
            </Button>
          }
        >
          <b>A run waits for approval</b>, due <RunTime at={waitingRun.dueAt} timeZone={schedule.timeZone} />.{' '}
          <span className="dim">{waitingRun.text}</span>
        </Notice>
      ) : null}
      {problem === null ? null : (
        <Notice tone="bad" live>
          <b>It cannot run.</b> {problem}
        </Notice>
      )}
      {conflicts.map(({ scheduleId, text }) => (
        <Notice
          key={text}
          tone="warn"
          actions={
            scheduleId === null ? undefined : (
              <LinkButton href={schedulePath(scheduleId)} size="small">
                Open the other
              </LinkButton>
            )
          }
        >
          <b>Conflict.</b> <span className="dim">{text}</span>
        </Notice>
      ))}
      {pausedHosts.length === 0 ? null : <PausedHosts state={state} />}
    </>
  );
}

function PausedHosts({ state: { schedule, pausedHosts } }: { state: ScheduleState }) {
  const { hosts } = useScheduleNames();
  const resume = useResumeHost();
  const [all, setAll] = useState(false);
  return (
    <Notice tone="warn">
      <b>
        Paused on {plural(pausedHosts.length, 'host')} after three failures in a row
        {pausedHosts.length === 1 ? '' : ' each'}.
      </b>
      <ul className={classes.pausedHosts} aria-label="Paused hosts">
        {pausedHosts.slice(0, all ? undefined : maxPausedShown).map(({ hostId, since, reason }) => {
          const name = hosts.get(hostId) ?? 'a removed host';
          return (
            <li key={hostId}>
              <HostNameLink hostId={hostId} name={name} />
              <span className="dim nowrap">
                since <RelativeTime time={since} />
              </span>
              <span className={`dim grow ${classes.reason}`}>{reason}</span>
              <Button
                size="small"
                aria-label={`Resume on ${name}`}
                disabled={resume.isPending}
                onClick={() => resume.mutate({ id: schedule.id, hostId })}
              >
                Resume
              </Button>
            </li>
          );
        })}
      </ul>
      {pausedHosts.length > maxPausedShown && !all ? (
        <Button kind="quiet" size="small" onClick={() => setAll(true)}>
          Show all {plural(pausedHosts.length, 'host')}
        </Button>
      ) : null}
    </Notice>
  );
}

function Facts({ state: { schedule, hostIds } }: { state: ScheduleState }) {
  const names = useScheduleNames();
  const { action, targets, trigger, blackouts, jitterSeconds } = schedule;
  const destructive = isDestructive(action, action.kind !== 'golden' || action.deleteExtra);
  const shown = hostIds.slice(0, 5).map((id) => names.hosts.get(id) ?? id);
  return (
    <section aria-label="Schedule" className={classes.column}>
      <FactList>
        <dt>Action</dt>
        <dd>{describeAction(action, names)}</dd>
        <dt>Hosts</dt>
        <dd>
          {describeTargets(targets, hostIds.length, names)}
          <span className="dim">
            {targets.hosts.kind === 'named'
              ? ''
              : includesLater(targets)
                ? ', including hosts added later'
                : ', without hosts added later'}
            {targets.hosts.kind === 'named' && shown.length <= 2 ? '' : `: ${shown.join(', ')}`}
            {hostIds.length > shown.length ? ` and ${hostIds.length - shown.length} more` : ''}
          </span>
        </dd>
        <dt>Trigger</dt>
        <dd>
          {describeTrigger(schedule)}
          {jitterSeconds > 0 && isTimed(trigger.kind) ? (
            <span className="dim">, delayed by up to {plural(jitterSeconds, 'second')}</span>
          ) : null}
        </dd>
        {blackouts.length > 0 ? (
          <>
            <dt>Not during</dt>
            <dd>{blackouts.map(describeBlackout).join('; ')}</dd>
          </>
        ) : null}
        {isTimed(trigger.kind) ? (
          <>
            <dt>Missed runs</dt>
            <dd>{missedTexts[schedule.missed]}</dd>
          </>
        ) : null}
        {destructive ? (
          <>
            <dt>Needs approval</dt>
            <dd>{describeLimits(schedule)}</dd>
          </>
        ) : null}
        {schedule.note === '' ? null : (
          <>
            <dt>Note</dt>
            <dd>{schedule.note}</dd>
          </>
        )}
      </FactList>
    </section>
  );
}

function NextRuns({ state, paused }: { state: ScheduleState; paused: boolean }) {
  const { schedule, problem } = state;
  const { trigger, timeZone, enabled } = schedule;
  const runs = enabled && !paused && problem === null && isTimed(trigger.kind);
  const draft = useMemo(() => (runs ? schedule : null), [runs, schedule]);
  const { preview } = useSchedulePreview(draft);
  return (
    <section className={classes.column} aria-label="Next runs">
      <h2>Next runs</h2>
      {runs ? (
        <NextRunsTable runs={preview?.nextRuns ?? none} timeZone={timeZone} />
      ) : (
        <p>
          <NextRunCell state={state} paused={paused} />
        </p>
      )}
    </section>
  );
}
