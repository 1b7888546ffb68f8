import type { HostVerdict } from '../../../electron/contract/hosts.ts';
import { FailureText } from '../../components/failure-text.tsx';
import '../../components/forms/forms.css';
import { StepList } from './step-list.tsx';

type Step = HostVerdict['steps'][number];

const names: Record<Step['step'], string> = {
  reachable: 'Reachable',
  tls: 'Certificate',
  token: 'Login',
  caching: 'Cache',
  version: 'API version',
  role: 'Role',
  abilities: 'Abilities',
  oneHost: 'One host',
};

/** How a host answered when it was tried, step by step. */
export function VerdictSteps({ verdict }: { verdict: HostVerdict }) {
  const shown = verdict.steps.filter(({ outcome }) => outcome !== 'skipped');
  const { failure } = verdict;
  // A step's text mostly says it already; what the host itself said is only here.
  const told = failure ? shown.some(({ text }) => text.includes(failure.message)) : false;
  const more = failure?.detail !== undefined || failure?.requestId !== undefined;
  return (
    <div className="form-verdict">
      <StepList steps={verdict.steps} names={names} />
      {failure && (!told || more) ? <FailureText failure={failure} /> : null}
    </div>
  );
}
