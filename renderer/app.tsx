import { useMantineColorScheme } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import classes from './app/app.module.css';
import { OpenDialogs } from './app/open-dialogs.tsx';
import { OperationNotices } from './app/operation-notices.tsx';
import { Palette } from './app/palette.tsx';
import { Rail } from './app/rail.tsx';
import { RowMenu } from './app/row-menu.tsx';
import { ScheduleNotices } from './app/schedule-notices.tsx';
import { ShortcutSheet } from './app/shortcut-sheet.tsx';
import { SshQuestions } from './app/ssh-questions.tsx';
import { ConnectionBar, InterruptedBar, NoticeBar, StorageBar } from './app/status-bars.tsx';
import { TopBar } from './app/top-bar.tsx';
import { useRefresh } from './app/use-refresh.ts';
import { useConsolePart } from './bridge/console-state.ts';
import { Button } from './components/button.tsx';
import { NotFound } from './components/not-found.tsx';
import { CoveragePage } from './features/coverage/coverage-page.tsx';
import { FleetPage } from './features/fleet/fleet-page.tsx';
import { HostPage } from './features/host/host-page.tsx';
import { ImagePage } from './features/image/image-page.tsx';
import { OperationsPage } from './features/operations/page/operations-page.tsx';
import { ScheduleDetailPage } from './features/schedules/page/schedule-detail.tsx';
import { SchedulesPage } from './features/schedules/page/schedules-page.tsx';
import { SettingsPage } from './features/settings/settings-page.tsx';
import { WelcomePage } from './features/welcome/welcome-page.tsx';
import { coveragePath, fleetPath, operationsPath, schedulesPath, settingsPath, welcomePath } from './lib/routes.ts';
import { useShortcuts } from './lib/shortcuts.ts';

/** The whole page: rail, top bar, and the page that the address names. */
export function App() {
  useThemePreferences();
  const [place, go] = useLocation();
  const known = useConsolePart(() => true) ?? false;
  const empty = useConsolePart((state) => state.clouds.length === 0) ?? false;
  const [sheet, setSheet] = useState(false);
  const { refresh, refreshAll } = useRefresh();
  useShortcuts('Anywhere', [
    { keys: 'mod+k', label: 'Search and commands' },
    { keys: 'g f', label: 'Fleet', run: () => go(fleetPath) },
    { keys: 'g c', label: 'Coverage', run: () => go(coveragePath) },
    { keys: 'g o', label: 'Operations', run: () => go(operationsPath) },
    { keys: 'g d', label: 'Schedules', run: () => go(schedulesPath) },
    { keys: 'g s', label: 'Settings', run: () => go(settingsPath) },
    { keys: 'r', label: 'Refresh this page', run: refresh },
    { keys: 'shift+r', label: 'Refresh all hosts', run: refreshAll },
    { keys: '?', label: 'Keyboard shortcuts', run: () => setSheet(true) },
    { keys: 'Escape', label: 'Close dialog' },
  ]);
  return (
    <div className={classes.shell}>
      <Button className={classes.skipLink} onClick={() => document.getElementById('content')?.focus()}>
        Skip to the page
      </Button>
      <Rail />
      <div className={classes.main}>
        <TopBar />
        <ConnectionBar />
        {known ? <StorageBar /> : null}
        {known ? <NoticeBar /> : null}
        {known ? <InterruptedBar /> : null}
        <Content key={place === welcomePath ? 'welcome' : 'page'}>
          {known ? (
            <Switch>
              <Route path={fleetPath}>{empty ? <Redirect to={welcomePath} replace /> : <FleetPage />}</Route>
              <Route path="/host/:id">{({ id }) => <HostPage key={id} hostId={id} />}</Route>
              <Route path="/image/:id">{({ id }) => <ImagePage key={id} imageId={id} />}</Route>
              <Route path={`${coveragePath}/*?`}>
                <CoveragePage />
              </Route>
              <Route path={`${operationsPath}/*?`}>
                <OperationsPage />
              </Route>
              <Route path={schedulesPath}>
                <SchedulesPage />
              </Route>
              <Route path={`${schedulesPath}/:id`}>{({ id }) => <ScheduleDetailPage key={id} id={id} />}</Route>
              <Route path={`${settingsPath}/*?`}>
                <SettingsPage />
              </Route>
              <Route path={welcomePath}>
                <WelcomePage />
              </Route>
              <Route>
                <NotFound />
              </Route>
            </Switch>
          ) : null}
        </Content>
      </div>
      <Palette refresh={refresh} refreshAll={refreshAll} showShortcuts={() => setSheet(true)} />
      {sheet ? <ShortcutSheet onClose={() => setSheet(false)} /> : null}
      <OpenDialogs />
      <RowMenu />
      <OperationNotices />
      {known ? <ScheduleNotices /> : null}
      {known ? <SshQuestions /> : null}
      <Notifications position="bottom-right" limit={3} />
    </div>
  );
}

/** The current page. It takes the focus when following a link left no element focused. */
function Content({ children }: { children: React.ReactNode }) {
  const [place] = useLocation();
  const element = useRef<HTMLElement>(null);
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    if (!document.activeElement || document.activeElement === document.body)
      element.current?.focus({ preventScroll: true });
  }, [place]);
  return (
    <main id="content" ref={element} tabIndex={-1}>
      {children}
    </main>
  );
}

/** Applies the preferred theme and density. */
function useThemePreferences() {
  const theme = useConsolePart((state) => state.preferences.theme);
  const density = useConsolePart((state) => state.preferences.density);
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (theme) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
  useEffect(() => {
    if (density) document.documentElement.setAttribute('data-density', density);
  }, [density]);
}
