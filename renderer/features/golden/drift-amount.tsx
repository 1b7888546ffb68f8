import type { Amount } from '../../../electron/contract/operations.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';

/** How many images and how much; a dash where there are none. */
export function DriftAmount({ amount, tone }: { amount: Amount; tone?: 'bad' | 'warn' }) {
  if (amount.images === 0) return <span className="faint">–</span>;
  return (
    <span className="drift-amount" title={formatBytes(amount.bytes)}>
      <b className={tone}>{formatCount(amount.images)}</b> <span className="dim">{formatSize(amount.bytes)}</span>
    </span>
  );
}
