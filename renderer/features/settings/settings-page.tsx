import { SegmentedControl, Switch, Tabs } from '@mantine/core';
import { useId } from 'react';
import { useLocation } from 'wouter';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { useConsole } from '../../bridge/console-state.ts';
import { PageHeader, usePageTitle } from '../../components/page-header.tsx';
import {
  type SettingsSection,
  settingsSectionOfPath,
  settingsSectionPath,
  settingsSections,
} from '../../lib/routes.ts';
import { useAbout } from '../clouds/cloud-queries.ts';
import { CloudsSection } from '../clouds/clouds-section.tsx';
import { HostsSection } from '../hosts/hosts-section.tsx';
import { AboutSection } from './about-section.tsx';
import { AlertsSection } from './alerts-section.tsx';
import { OperationsSection } from './operations-section.tsx';
import { RefreshSection } from './refresh-section.tsx';
import { SettingRow, usePreferences } from './setting-rows.tsx';
import classes from './settings.module.css';

const sectionNames: Record<SettingsSection, string> = {
  clouds: 'Clouds',
  hosts: 'Hosts',
  refresh: 'Refresh',
  operations: 'Operations',
  alerts: 'Alerts',
  appearance: 'Appearance',
  about: 'About',
};

/** The settings: clouds, hosts and preferences, one section per tab. */
export function SettingsPage() {
  usePageTitle('Settings');
  const state = useConsole();
  const [place, go] = useLocation();
  const section = settingsSectionOfPath(place);
  if (!state) return null;
  return (
    <div className="page">
      <PageHeader title="Settings" />
      <Tabs
        className={classes.tabs}
        classNames={{ panel: classes.panel }}
        value={section}
        onChange={(chosen) => {
          const next = settingsSections.find((each) => each === chosen);
          if (next) go(settingsSectionPath(next));
        }}
        keepMounted={false}
      >
        <Tabs.List aria-label="Settings">
          {settingsSections.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {sectionNames[each]}
              {each === 'clouds' ? <span className="faint"> {state.clouds.length}</span> : null}
              {each === 'hosts' ? <span className="faint"> {state.hosts.length}</span> : null}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="clouds">
          <CloudsSection clouds={state.clouds} hosts={state.hosts} />
        </Tabs.Panel>
        <Tabs.Panel value="hosts">
          <HostsSection clouds={state.clouds} hosts={state.hosts} />
        </Tabs.Panel>
        <Tabs.Panel value="refresh">
          <RefreshSection preferences={state.preferences} />
        </Tabs.Panel>
        <Tabs.Panel value="operations">
          <OperationsSection preferences={state.preferences} />
        </Tabs.Panel>
        <Tabs.Panel value="alerts">
          <AlertsSection preferences={state.preferences} />
        </Tabs.Panel>
        <Tabs.Panel value="appearance">
          <AppearanceSection preferences={state.preferences} />
        </Tabs.Panel>
        <Tabs.Panel value="about">
          <AboutSection />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

const themes = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];
const densities = [
  { value: 'compact', label: 'Compact' },
  { value: 'comfortable', label: 'Comfortable' },
];

/** The theme, the density of tables, and in the desktop what closing the window does. */
function AppearanceSection({ preferences }: { preferences: Preferences }) {
  const { set } = usePreferences();
  const id = useId();
  const about = useAbout();
  return (
    <div className={`panel ${classes.rows}`}>
      <SettingRow name="Theme" labelId={`${id}-theme`} about="System follows the desktop or browser.">
        <SegmentedControl
          aria-labelledby={`${id}-theme`}
          data={themes}
          value={preferences.theme}
          onChange={(theme) => set({ theme: theme as Preferences['theme'] })}
        />
      </SettingRow>
      <SettingRow name="Density" labelId={`${id}-density`} about="Height of table rows.">
        <SegmentedControl
          aria-labelledby={`${id}-density`}
          data={densities}
          value={preferences.density}
          onChange={(density) => set({ density: density as Preferences['density'] })}
        />
      </SettingRow>
      {about.data?.shell === 'desktop' ? (
        <SettingRow
          name="Close to tray"
          labelId={`${id}-tray`}
          about="Closing the window leaves the console in the system tray: it polls the hosts and runs schedules until you quit it there."
        >
          <Switch
            aria-labelledby={`${id}-tray`}
            checked={preferences.closeToTray}
            onChange={(event) => set({ closeToTray: event.currentTarget.checked })}
          />
        </SettingRow>
      ) : null}
    </div>
  );
}
