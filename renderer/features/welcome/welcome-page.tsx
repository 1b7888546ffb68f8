import './welcome.css';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useConsole } from '../../bridge/live.ts';
import type { ConsoleState } from '../../bridge/state.ts';
import { usePageTitle } from '../../components/use-page-title.ts';
import { fleetPath } from '../../lib/routes.ts';
import { type CloudDraft, draftOfCloud, emptyCloudDraft } from '../clouds/cloud-draft.ts';
import { CloudStep } from './cloud-step.tsx';
import { HostsStep } from './hosts-step.tsx';
import { LoginStep } from './login-step.tsx';
import { type Place, placeAtStart } from './place.ts';
import { StepTrail } from './step-trail.tsx';
import { TypeStep } from './type-step.tsx';

/** The first start: a cloud, its login, its hosts, then the fleet. */
export function WelcomePage() {
  usePageTitle('Welcome');
  const state = useConsole();
  return state ? <Welcome state={state} /> : null;
}

const headings: Record<Place['step'], { title: string; lead: string }> = {
  cloud: {
    title: 'Welcome',
    lead: 'This console shows and manages the image caches of your glance-api hosts. First: which cloud are they part of?',
  },
  login: { title: 'Log in', lead: 'The console tries the login before it goes on.' },
  hosts: {
    title: 'Add hosts',
    lead: 'A cache belongs to one host, so name the glance-api hosts by their own addresses, not a load balancer’s.',
  },
};

const typing = { title: 'Type in a cloud', lead: 'Its Keystone, and what to log in with.' };

function Welcome({ state }: { state: ConsoleState }) {
  const [, go] = useLocation();
  const [place, setPlace] = useState<Place>(() => placeAtStart(state.clouds, state.hosts));
  const [draft, setDraft] = useState<CloudDraft>(emptyCloudDraft);
  const cloudId = place.step === 'cloud' ? undefined : place.cloudId;
  const cloud = state.clouds.find(({ id }) => id === cloudId);
  // What was begun and has no hosts yet is changed, not added a second time, when the operator goes back.
  const [begun, setBegun] = useState<string | undefined>(cloudId);
  const half = state.clouds.find(({ id }) => id === begun && !state.hosts.some((host) => host.cloudId === id));
  const back = () => {
    const typed = cloud?.source.kind === 'typed';
    // After a restart of the page what was typed is gone, but what was saved is not.
    if (cloud && typed && draft === emptyCloudDraft) setDraft(draftOfCloud(cloud));
    setPlace({ step: 'cloud', way: typed ? 'type' : 'choose' });
  };
  const chosen = (id: string) => {
    setBegun(id);
    setPlace({ step: 'login', cloudId: id });
  };
  const { title, lead } = place.step === 'cloud' && place.way === 'type' ? typing : headings[place.step];

  return (
    <div className="page welcome">
      <div className="welcome-column">
        <StepTrail
          step={place.step}
          cloudName={cloud?.name}
          onStep={(step) => {
            if (step === 'cloud') back();
            if (step === 'login' && cloud) setPlace({ step: 'login', cloudId: cloud.id });
          }}
        />
        <header className="welcome-head">
          <h1>{title}</h1>
          <p className="dim">{lead}</p>
        </header>
        {place.step === 'cloud' && place.way === 'choose' ? (
          <CloudStep
            half={half}
            onChosen={chosen}
            onType={() => setPlace({ step: 'cloud', way: 'type' })}
            onDemo={() => go(fleetPath)}
          />
        ) : null}
        {place.step === 'cloud' && place.way === 'type' ? (
          <TypeStep
            draft={draft}
            half={half}
            onBack={(kept) => {
              setDraft(kept);
              setPlace({ step: 'cloud', way: 'choose' });
            }}
            onSaved={(id, sent) => {
              setDraft(sent);
              chosen(id);
            }}
          />
        ) : null}
        {place.step === 'login' && cloud ? (
          <LoginStep cloud={cloud} onBack={back} onGoOn={() => setPlace({ step: 'hosts', cloudId: place.cloudId })} />
        ) : null}
        {place.step === 'hosts' ? (
          <HostsStep
            cloudId={place.cloudId}
            hosts={state.hosts.filter((host) => host.cloudId === place.cloudId)}
            onBack={() => setPlace({ step: 'login', cloudId: place.cloudId })}
            onDone={() => go(fleetPath)}
          />
        ) : null}
      </div>
    </div>
  );
}
