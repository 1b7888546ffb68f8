import { formatCount } from '../../lib/format.ts';
import './operations.css';
import { type Counted, progressOf } from './progress.ts';

/** How far it is: what was done, what went wrong, what is left. In words for those who do not see it. */
export function ProgressBar({ of }: { of: Counted }) {
  const { ended, succeeded, bad, total, share } = progressOf(of);
  const label = [
    `${formatCount(ended)} of ${formatCount(total)} ended`,
    `${formatCount(succeeded)} done`,
    bad > 0 ? `${formatCount(bad)} failed or unknown` : '',
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <span className="operations-bar" role="img" aria-label={label} title={label}>
      <i data-part="done" style={{ width: `${share.succeeded}%` }} />
      <i data-part="bad" style={{ width: `${share.bad}%` }} />
      <i data-part="rest" style={{ width: `${share.rest}%` }} />
    </span>
  );
}
