import { type ReactNode, useMemo } from 'react';
import { formatCount } from '../../../../electron/contract/counts.ts';
import type { PlannedTarget } from '../../../../electron/contract/operations.ts';
import classes from './operation-dialog.module.css';

type Props<T> = {
  targets: readonly T[];
  /** The names of the two tables. */
  queued: string;
  deleted: string;
  children: (label: string, targets: readonly T[]) => ReactNode;
};

/** The targets of an `align` as two tables, both in view: many deletions do not hide the few images that are queued. */
export function StepTables<T extends Pick<PlannedTarget, 'step'>>({ targets, queued, deleted, children }: Props<T>) {
  const steps = useMemo(
    () =>
      [
        { label: queued, ofStep: targets.filter(({ step }) => step !== 'delete') },
        { label: deleted, ofStep: targets.filter(({ step }) => step === 'delete') },
      ].filter(({ ofStep }) => ofStep.length > 0),
    [targets, queued, deleted],
  );
  return steps.map(({ label, ofStep }) => (
    <section key={label} className={steps.length > 1 ? classes.step : classes.onlyStep}>
      <h3 className={classes.stepHead}>
        {label} <span className="dim">{formatCount(ofStep.length)}</span>
      </h3>
      {children(label, ofStep)}
    </section>
  ));
}
