import '../../components/forms/forms.css';
import './settings.css';
import { Tabs } from '@mantine/core';
import { useLocation } from 'wouter';
import { useConsole } from '../../bridge/live.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { CloudsSection } from '../clouds/clouds-section.tsx';
import { HostsSection } from '../hosts/hosts-section.tsx';
import { AboutSection } from './about-section.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { OperationsSection } from './operations-section.tsx';
import { RefreshSection } from './refresh-section.tsx';
import { sectionNames, sectionOf, sectionPath, sections } from './section.ts';

/** What the console knows and how it behaves. */
export function SettingsPage() {
  usePageTitle('Settings');
  const state = useConsole();
  const [place, go] = useLocation();
  const section = sectionOf(place);
  if (!state) return null;
  return (
    <div className="page settings">
      <PageHeader title="Settings" />
      <Tabs
        className="settings-tabs plain-tabs"
        value={section}
        onChange={(chosen) => {
          const next = sections.find((each) => each === chosen);
          if (next) go(sectionPath(next));
        }}
        keepMounted={false}
      >
        <Tabs.List aria-label="Settings">
          {sections.map((each) => (
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
