import { Progress } from '@mantine/core';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCircle from '@tabler/icons-react/dist/esm/icons/IconCircle.mjs';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleX from '@tabler/icons-react/dist/esm/icons/IconCircleX.mjs';
import IconProgress from '@tabler/icons-react/dist/esm/icons/IconProgress.mjs';
import { formatCount } from '../../../electron/contract/counts.ts';
import type { ByteProgress, Operation } from '../../../electron/contract/operations.ts';
import { useNow } from '../../components/relative-time.tsx';
import { formatSpan } from '../../lib/format.ts';
import classes from './operation-cells.module.css';
import { effectsOf, type StateText } from './operation-labels.ts';
import { bytesText, progressOf, type TargetCounts } from './operation-progress.ts';

/** The progress of an operation or of one host: what succeeded, what failed and what is left, also as a text. */
export function ProgressBar({ of }: { of: TargetCounts }) {
  const { ended, done, bad, total, share } = progressOf(of);
  const label = [
    `${formatCount(ended)} of ${formatCount(total)} ended`,
    `${formatCount(done)} done`,
    bad > 0 ? `${formatCount(bad)} failed or unknown` : '',
  ]
    .filter(Boolean)
    .join(', ');
  const parts = [
    { value: share.done, tone: 'plain' },
    { value: share.bad, tone: 'bad' },
    { value: share.rest, tone: 'rest' },
  ];
  return (
    <Progress.Root className={classes.bar} size={7} radius={0} role="img" aria-label={label} title={label}>
      {parts.map(({ value, tone }) =>
        value > 0 ? <Progress.Section key={tone} withAria={false} value={value} data-tone={tone} /> : null,
      )}
    </Progress.Root>
  );
}

type ProgressCellProps = { of: TargetCounts; text: string; dim?: boolean; below?: string };

/** A progress bar with a text beside it, and another text below both. */
export function ProgressCell({ of, text, dim = false, below = '' }: ProgressCellProps) {
  return (
    <span className={classes.progress}>
      <ProgressBar of={of} />
      <span className={dim ? 'dim' : undefined}>{text}</span>
      {below ? (
        <span className={`dim cut ${classes.below}`} title={below}>
          {below}
        </span>
      ) : null}
    </span>
  );
}

/** The bytes of one target that have arrived; with a bar if the total is known. */
export function ByteProgressBar({ progress }: { progress: ByteProgress }) {
  const { bytes, of } = progress;
  return (
    <span className={classes.bytes}>
      <span>{bytesText(progress)}</span>
      {of === null || of === 0 ? null : (
        <Progress.Root className={classes.bar} size={4} radius={0} aria-hidden>
          <Progress.Section withAria={false} value={Math.min(100, (100 * bytes) / of)} />
        </Progress.Root>
      )}
    </span>
  );
}

const marks = {
  ok: { Icon: IconCircleCheck, tone: 'ok' },
  warn: { Icon: IconAlertTriangle, tone: 'warn' },
  bad: { Icon: IconCircleX, tone: 'bad' },
  busy: { Icon: IconProgress, tone: classes.busy },
  none: { Icon: IconCircle, tone: 'faint' },
} as const;

/** A state as an icon with a text. The colour only repeats them. */
export function StateLabel({ state, title }: { state: StateText; title?: string }) {
  const { Icon, tone } = marks[state.mark];
  return (
    <span className={`${classes.state} ${tone}`} title={title}>
      <Icon size={15} aria-hidden="true" />
      {state.label}
    </span>
  );
}

type EffectsProps = { of: Pick<Operation, 'kind' | 'actual' | 'freed'>; title?: string };

/** What an operation fetched and what it freed, one above the other, so that both fit in a table row. */
export function Effects({ of, title }: EffectsProps) {
  return (
    <span className={classes.effects} title={title}>
      {effectsOf(of).map((effect, at) => (
        <span key={effect}>
          {at > 0 ? <span className="hidden-text">, </span> : null}
          {effect}
        </span>
      ))}
    </span>
  );
}

/** How long an operation took, or how long it has been running. */
export function Duration({ operation }: { operation: Operation }) {
  const { startedAt, endedAt } = operation;
  const text = useNow((now) =>
    endedAt !== null && endedAt - startedAt < 1_000 ? '< 1 s' : formatSpan((endedAt ?? now) - startedAt),
  );
  return <span className="dim">{text}</span>;
}
