import type { Operation } from '../../../electron/contract/operations.ts';
import { formatCount } from '../../format/numbers.ts';
import { progressOf } from './progress.ts';

/** How far an operation is: what was done, what went wrong, what is left. In words for those who do not see it. */
export function ProgressBar({ operation }: { operation: Operation }) {
  const { ended, succeeded, bad, total, share } = progressOf(operation);
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
