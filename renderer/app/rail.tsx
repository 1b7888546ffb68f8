import { useMediaQuery } from '@mantine/hooks';
import IconCalendarClock from '@tabler/icons-react/dist/esm/icons/IconCalendarClock.mjs';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconLayoutGrid from '@tabler/icons-react/dist/esm/icons/IconLayoutGrid.mjs';
import IconLayoutSidebarLeftCollapse from '@tabler/icons-react/dist/esm/icons/IconLayoutSidebarLeftCollapse.mjs';
import IconLayoutSidebarLeftExpand from '@tabler/icons-react/dist/esm/icons/IconLayoutSidebarLeftExpand.mjs';
import IconServer2 from '@tabler/icons-react/dist/esm/icons/IconServer2.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import { type ComponentType, useId, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useConsolePart } from '../bridge/console-state.ts';
import { useSchedules } from '../features/schedules/schedule-queries.ts';
import { usePersistentState } from '../lib/persistent-state.ts';
import { coveragePath, fleetPath, operationsPath, schedulesPath, settingsPath } from '../lib/routes.ts';
import { useShortcuts } from '../lib/shortcuts.ts';
import classes from './rail.module.css';
import { RailHosts } from './rail-hosts.tsx';

const isBoolean = (value: unknown) => typeof value === 'boolean';

/** The navigation: the pages, then the hosts of every cloud. Collapsed, it is a column of icons. */
export function Rail() {
  const running = useConsolePart((state) => state.operations.filter(({ endedAt }) => endedAt === null).length) ?? 0;
  const interrupted =
    useConsolePart((state) => state.operations.filter((each) => each.state === 'interrupted').length) ?? 0;
  const scheduleNote = useScheduleNote();
  const [place] = useLocation();
  const [collapsed, toggle] = useCollapsed();
  useShortcuts('Navigation', [{ keys: 'mod+b', label: 'Collapse or expand the navigation', run: toggle }]);
  const under = (path: string) => place === path || place.startsWith(`${path}/`);
  const what = collapsed ? 'Expand navigation' : 'Collapse navigation';
  const Icon = collapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <nav className={classes.rail} aria-label="Console" data-collapsed={collapsed || undefined}>
      <div className={classes.brand}>
        <i aria-hidden="true" />
        {collapsed ? null : <span>Glance Cache Console</span>}
      </div>
      <PageLink to={fleetPath} here={place === fleetPath} label="Fleet" icon={IconServer2} />
      <PageLink to={coveragePath} here={under(coveragePath)} label="Coverage" icon={IconLayoutGrid} />
      <PageLink
        to={operationsPath}
        here={under(operationsPath)}
        label="Operations"
        icon={IconHistory}
        note={running > 0 ? `${running} running` : interrupted > 0 ? `${interrupted} interrupted` : undefined}
      />
      <PageLink
        to={schedulesPath}
        here={under(schedulesPath)}
        label="Schedules"
        icon={IconCalendarClock}
        note={scheduleNote}
      />
      <PageLink to={settingsPath} here={under(settingsPath)} label="Settings" icon={IconSettings} />
      {collapsed ? <div className={classes.space} /> : <RailHosts place={place} />}
      <button
        type="button"
        className={classes.collapse}
        aria-label={what}
        aria-expanded={!collapsed}
        aria-keyshortcuts="Control+B Meta+B"
        title={`${what} (Ctrl B)`}
        onClick={toggle}
      >
        <Icon size={16} aria-hidden="true" />
      </button>
    </nav>
  );
}

/** What needs the operator's attention in schedules: waiting runs, the pause of all schedules, problems. */
function useScheduleNote(): string | undefined {
  const list = useSchedules().data;
  if (!list) return undefined;
  const waiting = list.schedules.filter(({ waitingRun }) => waitingRun).length;
  if (waiting > 0) return `${waiting} waiting`;
  if (list.paused && list.schedules.length > 0) return 'paused';
  const problems = list.schedules.filter((state) => state.problem !== null || state.pausedHosts.length > 0).length;
  return problems > 0 ? `${problems} with problems` : undefined;
}

/** Whether the navigation is collapsed: as the operator left it, and initially if the window is narrow. */
function useCollapsed(): [boolean, () => void] {
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const [kept, setKept] = usePersistentState('rail.collapsed', false, isBoolean);
  const [openWhileNarrow, setOpenWhileNarrow] = useState(false);
  if (narrow) return [!openWhileNarrow, () => setOpenWhileNarrow(!openWhileNarrow)];
  return [kept, () => setKept((before) => !before)];
}

type PageLinkProps = {
  to: string;
  here: boolean;
  label: string;
  icon: ComponentType<{ size: number; 'aria-hidden': 'true' }>;
  note?: string | undefined;
};

function PageLink({ to, here, label, icon: Icon, note }: PageLinkProps) {
  const noteId = useId();
  return (
    <Link
      href={to}
      className={classes.link}
      aria-current={here ? 'page' : undefined}
      aria-describedby={note ? noteId : undefined}
      title={note ? `${label}: ${note}` : label}
    >
      <Icon size={16} aria-hidden="true" />
      <span className={classes.label}>{label}</span>
      {note ? (
        <>
          <small aria-hidden="true">{note}</small>
          <span id={noteId} hidden>
            {note}
          </span>
        </>
      ) : null}
    </Link>
  );
}
