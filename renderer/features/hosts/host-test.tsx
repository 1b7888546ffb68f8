import { Loader } from '@mantine/core';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs';
import IconMinus from '@tabler/icons-react/dist/esm/icons/IconMinus.mjs';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { useState } from 'react';
import type { HostVerdict } from '../../../electron/contract/hosts.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { Button } from '../../components/button.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import formClasses from '../../components/forms/form.module.css';
import { useHostTest } from './host-queries.ts';
import classes from './host-test.module.css';

type Props = { cloudId: string; address: string | undefined; atOnce?: boolean };

/** Tests an address with the login of a cloud and shows the steps. Needs the address in its `key`, so that no result outlives it. */
export function HostTest({ cloudId, address, atOnce = false }: Props) {
  const [wanted, setWanted] = useState(atOnce);
  const test = useHostTest(cloudId, address ?? '', wanted && address !== undefined);
  const running = test.isFetching;
  return (
    <div className={classes.test}>
      <div className="row">
        <Button
          disabled={address === undefined || running}
          onClick={() => {
            setWanted(true);
            if (wanted) void test.refetch();
          }}
        >
          {test.data || test.error ? 'Test again' : 'Test'}
        </Button>
        <span className="dim" role="status">
          {running ? (
            <span className="row">
              <Loader size={13} aria-hidden="true" /> Trying {address}…
            </span>
          ) : test.data || test.error ? null : (
            'Tests the address with the cloud’s login. Changes nothing.'
          )}
        </span>
      </div>
      {!running && test.data ? <HostTestSteps verdict={test.data} /> : null}
      {!running && test.error ? <FailureText failure={toDisplayError(test.error)} /> : null}
    </div>
  );
}

type Step = HostVerdict['steps'][number];

const stepNames: Record<Step['step'], string> = {
  reachable: 'Reachable',
  tls: 'Certificate',
  token: 'Login',
  caching: 'Cache',
  version: 'API version',
  role: 'Role',
  abilities: 'Abilities',
  oneHost: 'One host',
};

/** The result of a host's test, step by step. */
export function HostTestSteps({ verdict }: { verdict: HostVerdict }) {
  const shown = verdict.steps.filter(({ outcome }) => outcome !== 'skipped');
  const { failure } = verdict;
  // A step usually contains the message already; the host's own detail is only in the failure.
  const alreadyShown = failure ? shown.some(({ text }) => text.includes(failure.message)) : false;
  const more = failure?.detail !== undefined || failure?.requestId !== undefined;
  return (
    <div className={formClasses.stack}>
      <StepList steps={verdict.steps} names={stepNames} />
      {failure && (!alreadyShown || more) ? <FailureText failure={failure} /> : null}
    </div>
  );
}

/** The worst outcome of all steps of a host's test. */
export function worstOutcome(verdict: HostVerdict): 'ok' | 'warning' | 'failed' {
  if (verdict.failure || verdict.steps.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return verdict.steps.some(({ outcome }) => outcome === 'warning') ? 'warning' : 'ok';
}

const marks = {
  ok: { Icon: IconCheck, tone: 'ok', words: 'OK' },
  warning: { Icon: IconAlertTriangle, tone: 'warn', words: 'warning' },
  failed: { Icon: IconX, tone: 'bad', words: 'failed' },
  skipped: { Icon: IconMinus, tone: 'faint', words: 'not tried' },
} as const;

type NamedStep<Name extends string> = { step: Name; outcome: keyof typeof marks; text: string };
type StepListProps<Name extends string> = { steps: readonly NamedStep<Name>[]; names: Record<Name, string> };

/** The steps of a test with their outcomes. Skipped steps are listed below the others. */
export function StepList<Name extends string>({ steps, names }: StepListProps<Name>) {
  const shown = steps.filter(({ outcome }) => outcome !== 'skipped');
  const skipped = steps.filter(({ outcome }) => outcome === 'skipped');
  return (
    <>
      <ol className={classes.steps} aria-label="Steps">
        {shown.map(({ step, outcome, text }) => {
          const { Icon, tone, words } = marks[outcome];
          return (
            <li key={step} data-outcome={outcome}>
              <Icon size={15} className={tone} aria-hidden="true" />
              <span className="name">
                {names[step]}
                <span className="hidden-text"> {words}:</span>
              </span>
              <span className="dim">{text}</span>
            </li>
          );
        })}
      </ol>
      {skipped.length > 0 ? (
        <p className={`faint ${classes.skipped}`}>Not tried: {skipped.map(({ step }) => names[step]).join(', ')}.</p>
      ) : null}
    </>
  );
}
