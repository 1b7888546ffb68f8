import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs';
import IconMinus from '@tabler/icons-react/dist/esm/icons/IconMinus.mjs';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import type { HostVerdict } from '../../electron/contract/hosts.ts';
import { FailureText } from '../components/failure-text.tsx';
import './forms.css';

type Step = HostVerdict['steps'][number];

const names: Record<Step['step'], string> = {
  reachable: 'Reachable',
  tls: 'Certificate',
  token: 'Login',
  caching: 'Cache',
  version: 'API version',
  role: 'Role',
  abilities: 'Abilities',
};

const marks = {
  ok: { Icon: IconCheck, tone: 'ok', words: 'in order' },
  warning: { Icon: IconAlertTriangle, tone: 'warn', words: 'warning' },
  failed: { Icon: IconX, tone: 'bad', words: 'failed' },
  skipped: { Icon: IconMinus, tone: 'faint', words: 'not tried' },
} as const;

/** How a host answered when it was tried, step by step. */
export function VerdictSteps({ verdict }: { verdict: HostVerdict }) {
  const shown = verdict.steps.filter(({ outcome }) => outcome !== 'skipped');
  const skipped = verdict.steps.filter(({ outcome }) => outcome === 'skipped');
  const { failure } = verdict;
  // A step's text mostly says it already; what the host itself said is only here.
  const told = failure ? shown.some(({ text }) => text.includes(failure.message)) : false;
  const more = failure?.detail !== undefined || failure?.requestId !== undefined;
  return (
    <div className="form-verdict">
      <ol className="form-steps" aria-label="Steps">
        {shown.map((step) => {
          const { Icon, tone, words } = marks[step.outcome];
          return (
            <li key={step.step} data-outcome={step.outcome}>
              <Icon size={15} className={tone} aria-hidden="true" />
              <span className="name">
                {names[step.step]}
                <span className="hidden-text"> {words}:</span>
              </span>
              <span className="dim">{step.text}</span>
            </li>
          );
        })}
      </ol>
      {skipped.length > 0 ? (
        <p className="faint form-skipped">Not tried: {skipped.map(({ step }) => names[step]).join(', ')}.</p>
      ) : null}
      {failure && (!told || more) ? <FailureText failure={failure} /> : null}
    </div>
  );
}
