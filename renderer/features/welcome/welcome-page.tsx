import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { ConsoleState } from '../../bridge/console-state.ts';
import { useConsole } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { usePageTitle } from '../../components/page-header.tsx';
import { fleetPath } from '../../lib/routes.ts';
import { CloudForm } from '../clouds/cloud-form.tsx';
import { type CloudValues, cloudValues, emptyCloud, storedSecretOf } from '../clouds/cloud-form-values.ts';
import { LoginCheck } from '../clouds/login-check.tsx';
import { UnlockForm } from '../clouds/unlock-dialog.tsx';
import classes from './welcome.module.css';
import { CloudStep } from './welcome-cloud-step.tsx';
import { HostsStep } from './welcome-hosts-step.tsx';
import { type Place, placeAtStart, stepNames, steps } from './welcome-steps.ts';

/** The first start: a cloud, its login, its hosts, then the fleet. */
export function WelcomePage() {
  usePageTitle('Welcome');
  const state = useConsole();
  return state ? <Welcome state={state} /> : null;
}

const headings: Record<Place['step'], { title: string; lead: string }> = {
  cloud: {
    title: 'Welcome',
    lead: 'This console shows and manages the image caches of your glance-api hosts. Start by adding their cloud.',
  },
  login: { title: 'Log in', lead: 'The console tests the login before you continue.' },
  hosts: {
    title: 'Add hosts',
    lead: 'Every host has its own cache. Enter the addresses of the hosts themselves, not of a load balancer.',
  },
};

const typing = { title: 'Enter a cloud', lead: 'Keystone URL and login.' };

function Welcome({ state }: { state: ConsoleState }) {
  const [, go] = useLocation();
  const [place, setPlace] = useState<Place>(() => placeAtStart(state.clouds, state.hosts));
  const [typed, setTyped] = useState<CloudValues>(emptyCloud);
  const cloudId = place.step === 'cloud' ? undefined : place.cloudId;
  const cloud = state.clouds.find(({ id }) => id === cloudId);
  // Going back changes the cloud that was added here and has no hosts yet, instead of adding a second one.
  const [addedId, setAddedId] = useState<string | undefined>(cloudId);
  const added = state.clouds.find(({ id }) => id === addedId && !state.hosts.some((host) => host.cloudId === id));
  const back = () => {
    const isTyped = cloud?.source.kind === 'typed';
    // A reload of the page loses what was typed, but not what was saved.
    if (cloud && isTyped && typed === emptyCloud) setTyped(cloudValues(cloud));
    setPlace({ step: 'cloud', way: isTyped ? 'type' : 'choose' });
  };
  const toLogin = (id: string) => {
    setAddedId(id);
    setPlace({ step: 'login', cloudId: id });
  };
  const { title, lead } = place.step === 'cloud' && place.way === 'type' ? typing : headings[place.step];

  return (
    <div className={`page ${classes.page}`}>
      <div className={classes.column}>
        <StepTrail
          step={place.step}
          cloudName={cloud?.name}
          onStep={(step) => {
            if (step === 'cloud') back();
            if (step === 'login' && cloud) setPlace({ step: 'login', cloudId: cloud.id });
          }}
        />
        <header className={classes.head}>
          <h1>{title}</h1>
          <p className="dim">{lead}</p>
        </header>
        {place.step === 'cloud' && place.way === 'choose' ? (
          <CloudStep
            added={added}
            onChosen={toLogin}
            onType={() => setPlace({ step: 'cloud', way: 'type' })}
            onDemo={() => go(fleetPath)}
          />
        ) : null}
        {place.step === 'cloud' && place.way === 'type' ? (
          <section className={`panel ${classes.way}`} aria-label="Enter a cloud">
            <CloudForm
              initial={typed}
              cloudId={added?.id}
              stored={storedSecretOf(added)}
              submitLabel="Log in"
              onSaved={(saved, sent) => {
                setTyped(sent);
                toLogin(saved.id);
              }}
              back={(values) => (
                <Button
                  onClick={() => {
                    setTyped(values);
                    setPlace({ step: 'cloud', way: 'choose' });
                  }}
                >
                  Back
                </Button>
              )}
            />
          </section>
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

type TrailProps = { step: Place['step']; cloudName: string | undefined; onStep: (step: Place['step']) => void };

/** The three steps; a completed one leads back to it. */
function StepTrail({ step, cloudName, onStep }: TrailProps) {
  const at = steps.indexOf(step);
  return (
    <ol className={classes.trail} aria-label="Steps">
      {steps.map((each, index) => (
        <li key={each} data-state={index < at ? 'past' : index === at ? 'here' : 'ahead'}>
          {index < at ? (
            <button type="button" onClick={() => onStep(each)} title={`Back to: ${stepNames[each]}`}>
              <i>
                <IconCheck size={12} aria-hidden="true" />
              </i>
              {stepNames[each]}
              {each === 'cloud' && cloudName ? <span className="cut">{cloudName}</span> : null}
            </button>
          ) : (
            <span className={classes.trailLabel} aria-current={index === at ? 'step' : undefined}>
              <i aria-hidden="true">{index + 1}</i>
              {stepNames[each]}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

type LoginProps = { cloud: Cloud; onBack: () => void; onGoOn: () => void };

/** Tests the login to the chosen cloud; first asks for its secret if the console does not have it. */
function LoginStep({ cloud, onBack, onGoOn }: LoginProps) {
  return (
    <section className={`panel ${classes.way}`} aria-label="Log in">
      {cloud.secret === 'missing' ? (
        <UnlockForm cloud={cloud} cancelLabel="Change cloud" onCancel={onBack} onUnlocked={() => undefined} />
      ) : (
        <LoginCheck
          cloud={cloud}
          goOnLabel="Add hosts"
          onGoOn={onGoOn}
          backLabel={cloud.source.kind === 'typed' ? 'Back' : 'Change cloud'}
          onBack={onBack}
          otherwise={<Button onClick={onGoOn}>Add hosts anyway</Button>}
        />
      )}
    </section>
  );
}
