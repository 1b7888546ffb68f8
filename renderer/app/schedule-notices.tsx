import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import type { ScheduleState } from '../../electron/contract/schedules.ts';
import { useConsolePart } from '../bridge/console-state.ts';
import { useSchedules } from '../features/schedules/schedule-queries.ts';
import { schedulePath } from '../lib/routes.ts';

/** Something about a schedule that the operator has to decide. */
type Matter = { key: string; scheduleId: string; title: string; text: string };

/**
 * Notifies when a run waits for approval, or a schedule was paused for a host. Earlier states are not notified again.
 */
export function ScheduleNotices() {
  const schedules = useSchedules().data?.schedules;
  const hosts = useConsolePart((state) => state.hosts);
  const known = useRef<ReadonlySet<string>>(undefined);
  const [place] = useLocation();
  useEffect(() => {
    if (!schedules) return;
    const matters = schedules.flatMap((state) =>
      mattersOf(state, (id) => hosts?.find((host) => host.id === id)?.name ?? id),
    );
    const before = known.current;
    known.current = new Set(matters.map(({ key }) => key));
    for (const key of before ?? []) if (!known.current.has(key)) notifications.hide(key);
    for (const matter of matters) {
      // The page of the schedule says it too.
      if (place === schedulePath(matter.scheduleId)) notifications.hide(matter.key);
      else if (before && !before.has(matter.key)) show(matter);
    }
  }, [schedules, hosts, place]);
  return null;
}

function mattersOf({ schedule, waitingRun, pausedHosts }: ScheduleState, nameOf: (hostId: string) => string): Matter[] {
  const { id: scheduleId, name } = schedule;
  const waits: Matter[] = waitingRun
    ? [{ key: `waits-${waitingRun.id}`, scheduleId, title: `${name} waits for approval`, text: waitingRun.text }]
    : [];
  const paused = pausedHosts.map(({ hostId, since, reason }) => ({
    key: `paused-${scheduleId}-${hostId}-${since}`,
    scheduleId,
    title: `${name} is paused on ${nameOf(hostId)}`,
    text: reason,
  }));
  return [...waits, ...paused];
}

function show({ key, scheduleId, title, text }: Matter): void {
  notifications.show({
    id: key,
    title,
    message: (
      <>
        {text}{' '}
        <Link href={schedulePath(scheduleId)} onClick={() => notifications.hide(key)}>
          Open schedule
        </Link>
      </>
    ),
    color: 'yellow',
    // The navigation, and the row of the schedule, say it from then on.
    autoClose: 30_000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
