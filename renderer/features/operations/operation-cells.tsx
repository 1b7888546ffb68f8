import type { ByteProgress, Operation } from '../../../electron/contract/operations.ts';
import { useNow } from '../../components/use-now.ts';
import { formatCount, formatSpan } from '../../lib/format.ts';
import { bytesText, progressOf, type TargetCounts } from './operation-progress.ts';
import { effectsOf, type StateText } from './operation-texts.ts';
import './operations.css';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCircle from '@tabler/icons-react/dist/esm/icons/IconCircle.mjs';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleX from '@tabler/icons-react/dist/esm/icons/IconCircleX.mjs';
import IconProgress from '@tabler/icons-react/dist/esm/icons/IconProgress.mjs';

/** How far it is: what was done, what went wrong, what is left. In words for those who do not see it. */
export function ProgressBar({ of }: { of: TargetCounts }) {
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

/** How far the bytes of one target have come, in words over a thin bar; the bar only where it is known how many come. */
export function ByteProgressBar({ progress }: { progress: ByteProgress }) {
  const { bytes, of } = progress;
  const share = of === null || of === 0 ? null : Math.min(100, (100 * bytes) / of);
  return (
    <span className="byte-bar">
      <span>{bytesText(progress)}</span>
      {share === null ? null : (
        <span className="operations-bar" aria-hidden>
          <i data-part="done" style={{ width: `${share}%` }} />
        </span>
      )}
    </span>
  );
}

const marks = {
  ok: { Icon: IconCircleCheck, tone: 'ok' },
  warn: { Icon: IconAlertTriangle, tone: 'warn' },
  bad: { Icon: IconCircleX, tone: 'bad' },
  busy: { Icon: IconProgress, tone: 'operations-busy' },
  none: { Icon: IconCircle, tone: 'faint' },
} as const;

/** A state: a form and a word, and a colour that says the same. */
export function StateLabel({ wording, title }: { wording: StateText; title?: string }) {
  const { Icon, tone } = marks[wording.mark];
  return (
    <span className={`operations-state ${tone}`} title={title}>
      <Icon size={15} aria-hidden="true" />
      {wording.label}
    </span>
  );
}

type Props = { of: Pick<Operation, 'kind' | 'actual' | 'freed'>; title?: string };

/** What an operation brought; what came and what went stand one above the other, so that both fit in one row. */
export function Effects({ of, title }: Props) {
  return (
    <span className="operations-effect" title={title}>
      {effectsOf(of).map((effect, at) => (
        <span key={effect}>
          {at > 0 ? <span className="hidden-text">, </span> : null}
          {effect}
        </span>
      ))}
    </span>
  );
}

/** How long an operation took, or has taken so far. */
export function Duration({ operation }: { operation: Operation }) {
  const { startedAt, endedAt } = operation;
  const text = useNow((now) =>
    endedAt !== null && endedAt - startedAt < 1_000 ? '< 1 s' : formatSpan((endedAt ?? now) - startedAt),
  );
  return <span className="dim">{text}</span>;
}
