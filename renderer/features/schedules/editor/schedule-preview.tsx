import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { plural } from '../../../../electron/contract/counts.ts';
import type { Amount } from '../../../../electron/contract/operations.ts';
import type { ScheduleDraft, SchedulePreview } from '../../../../electron/contract/schedules.ts';
import { toDisplayError } from '../../../bridge/display-error.ts';
import { queries } from '../../../bridge/queries.ts';
import { FailureText } from '../../../components/failure-text.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useStable } from '../../../lib/deep-equal.ts';
import { amountText } from '../../operations/operation-labels.ts';
import { NextRunsTable } from '../next-runs-table.tsx';
import { useScheduleNames } from '../schedule-queries.ts';
import { SkippedHosts } from '../skipped-hosts.tsx';
import { useWhenItRuns } from '../when-it-runs.ts';
import classes from './schedule-editor.module.css';

/** Milliseconds without a change before the preview is read. */
const debounce = 250;

export type PreviewState = { preview: SchedulePreview | undefined; waiting: boolean; error: Error | null };

/** The effect of a draft. The earlier answer stays until the next one arrives. Null while the form is not a draft. */
export function useSchedulePreview(draft: ScheduleDraft | null): PreviewState {
  // The note does not affect the preview.
  const meaning = useStable(draft && { ...draft, note: '' });
  const [input] = useDebouncedValue(meaning, debounce);
  const { data, isFetching, error } = useQuery(
    queries.schedules.preview.queryOptions({
      input: input ?? skipToken,
      placeholderData: keepPreviousData,
      structuralSharing: false,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  return { preview: data, waiting: draft !== null && (isFetching || meaning !== input), error };
}

type Props = PreviewState & {
  draft: ScheduleDraft;
  /** The reason why the form is not a draft. */
  incomplete: string | undefined;
  destructive: boolean;
};

/** What the schedule that is being edited would do: its next runs, and its effect if it ran now. */
export function SchedulePreviewPane({ draft, preview, waiting, error, incomplete, destructive }: Props) {
  return (
    <section className={classes.preview} aria-label="Preview" aria-busy={waiting}>
      {error ? (
        <Notice tone="bad">
          <FailureText failure={toDisplayError(error)} compact />
        </Notice>
      ) : null}
      {incomplete !== undefined ? <p className="dim">The preview appears once the form is complete.</p> : null}
      {preview && incomplete === undefined ? (
        <>
          <NextRuns draft={draft} preview={preview} />
          <Effect draft={draft} preview={preview} destructive={destructive} />
          {draft.trigger.kind === 'threshold' && draft.enabled && (preview.wouldDelete?.images ?? 0) > 0 ? (
            <Notice tone="warn">
              <b>It starts at once when it is saved</b>, on the hosts that are above the threshold now.
            </Notice>
          ) : null}
          {preview.approval === null ? null : (
            <Notice tone="warn">
              <b>A run now would wait for approval.</b> {preview.approval}
            </Notice>
          )}
          {preview.conflicts.map(({ text }) => (
            <Notice key={text} tone="warn">
              {text}
            </Notice>
          ))}
        </>
      ) : incomplete === undefined && !error ? (
        <p className="dim">Computing…</p>
      ) : null}
      <p className={`dim ${classes.runs}`}>{useWhenItRuns()}</p>
    </section>
  );
}

type PartProps = { draft: ScheduleDraft; preview: SchedulePreview };

function NextRuns({ draft: { trigger, timeZone, jitterSeconds }, preview: { nextRuns, problems } }: PartProps) {
  if (trigger.kind === 'threshold') {
    return (
      <Part title="Next runs">
        <p>
          On each host, when a poll shows its cache above <b>{trigger.abovePercent} %</b> of its limit.
        </p>
      </Part>
    );
  }
  if (nextRuns.length === 0) {
    if (problems.some(({ field }) => field === 'trigger' || field === 'timeZone')) return null;
    return (
      <Part title="Next runs">
        <p className="warn">It would never run.</p>
      </Part>
    );
  }
  return (
    <Part title="Next runs">
      <NextRunsTable runs={nextRuns} timeZone={timeZone} />
      {jitterSeconds > 0 ? <p className="dim">Each delayed by up to {plural(jitterSeconds, 'second')}.</p> : null}
    </Part>
  );
}

function Effect({ draft, preview, destructive }: PartProps & { destructive: boolean }) {
  const { hosts } = useScheduleNames();
  const { hostIds, wouldDelete, wouldFetch, skippedHosts } = preview;
  const { kind } = draft.action;
  const names = hostIds.slice(0, 4).map((id) => hosts.get(id) ?? id);
  const others = hostIds.length - names.length;
  const fetches = kind === 'golden' || kind === 'prefetch';
  return (
    <Part title={draft.trigger.kind === 'threshold' ? 'Now, on hosts above the threshold' : 'If it ran now'}>
      <dl className={classes.effect}>
        <dt>Hosts</dt>
        <dd className={hostIds.length === 0 ? 'warn' : undefined}>
          {hostIds.length === 0 ? 'none' : <b>{hostIds.length}</b>}{' '}
          <span className="dim">
            {names.join(', ')}
            {others > 0 ? ` and ${others} more` : ''}
          </span>
        </dd>
        {destructive ? (
          <>
            <dt>Deletes</dt>
            <dd>{amountOrUnknown(wouldDelete)}</dd>
          </>
        ) : null}
        {fetches ? (
          <>
            <dt>Fetches</dt>
            <dd>{amountOrUnknown(wouldFetch)}</dd>
          </>
        ) : null}
      </dl>
      <SkippedHosts skipped={skippedHosts} title="Skipped now" links={false} />
    </Part>
  );
}

function amountOrUnknown(amount: Amount | null): ReactNode {
  if (amount === null) return <span className="dim">not known before the hosts do it</span>;
  if (amount.images === 0) return <span className="dim">nothing</span>;
  return <b>{amountText(amount)}</b>;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
