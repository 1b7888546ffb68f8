import { Loader, TextInput } from '@mantine/core';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { exactSize, readLimit } from '../hosts/host-form-values.ts';
import { HostTestSteps } from '../hosts/host-test.tsx';
import type { CandidateRow, Edit } from './candidate-rows.tsx';
import classes from './find-hosts.module.css';

type Props = {
  row: CandidateRow | undefined;
  onEdit: (edit: Edit) => void;
  onTest: () => void;
  busy: boolean;
};

/** The active candidate: its name and limit to edit, its marks in full, and the result of its test. */
export function CandidateDetails({ row, onEdit, onTest, busy }: Props) {
  if (!row)
    return (
      <section className={classes.details} aria-label="Details">
        <p className="dim">Select a row to see its test results and to set its name or limit.</p>
      </section>
    );
  const { test, knownAs, limitBytes } = row;
  const limit = row.limit ?? (limitBytes === null ? '' : exactSize(limitBytes));
  const read = readLimit(limit);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached with the keyboard
    <section className={classes.details} aria-label={`Details of ${row.name}`} tabIndex={0}>
      {knownAs === undefined ? (
        <div className={classes.edit}>
          <TextInput
            label="Name"
            size="xs"
            maxLength={100}
            value={row.shownName}
            spellCheck={false}
            onChange={(event) => onEdit({ name: event.currentTarget.value })}
          />
          <TextInput
            label="Limit"
            size="xs"
            placeholder="500 GiB, optional"
            value={limit}
            error={read.kind === 'problem' ? read.message : undefined}
            onChange={(event) => onEdit({ limit: event.currentTarget.value })}
          />
          <Button disabled={busy} onClick={onTest}>
            {test === undefined || test === 'testing' ? 'Test' : 'Test again'}
          </Button>
          <span className={classes.where}>
            <span className="mono">{row.address}</span>
            <span className="dim">{row.from}</span>
          </span>
        </div>
      ) : (
        <p>
          Already added as <b>{knownAs}</b>.
        </p>
      )}
      {row.allMarks.map(({ kind, label, text }) => (
        <Notice key={kind} tone="warn">
          <b>{label.charAt(0).toUpperCase() + label.slice(1)}.</b> {text}
        </Notice>
      ))}
      {test === 'testing' ? (
        <p className="dim row">
          <Loader size={13} aria-hidden="true" /> Testing…
        </p>
      ) : null}
      {test === undefined && knownAs === undefined ? <p className="dim">Not tested yet.</p> : null}
      {test !== undefined && test !== 'testing' ? <HostTestSteps verdict={withoutMarks(test)} /> : null}
    </section>
  );
}

/** The verdict without the step whose marks are shown in full above. */
function withoutMarks<Verdict extends { steps: { step: string; outcome: string }[] }>(verdict: Verdict): Verdict {
  return {
    ...verdict,
    steps: verdict.steps.filter(({ step, outcome }) => step !== 'oneHost' || outcome !== 'warning'),
  };
}
