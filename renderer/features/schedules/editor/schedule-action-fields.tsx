import { Checkbox } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { ScheduleActionKind } from '../../../../electron/contract/schedules.ts';
import { NumberField, wholeNumber } from '../../../components/forms/number-field.tsx';
import { RateField } from '../../../components/forms/rate-field.tsx';
import { useScheduleSources } from '../schedule-queries.ts';
import { scheduleActionLabels } from '../schedule-text.ts';
import { ChipChoice } from './chip-choice.tsx';
import classes from './schedule-editor.module.css';
import type { ScheduleForm } from './schedule-form.ts';

export type FieldsProps = {
  values: ScheduleForm;
  set: (change: Partial<ScheduleForm>) => void;
  /** The problems of this part, from the main process. */
  problem: string | undefined;
};

const kinds: readonly ScheduleActionKind[] = ['prune', 'clean', 'prefetch', 'golden', 'waste', 'refresh'];
const about: Record<ScheduleActionKind, string> = {
  prune: 'Deletes the least recently accessed images until the cache is within its limit.',
  clean: 'Deletes invalid and stalled files. Cached images are kept.',
  prefetch: 'Has hosts fetch the images in their queue.',
  golden: 'Queues the images of a golden set that hosts miss.',
  waste: 'Deletes the cached images that a waste filter matches.',
  refresh: 'Polls the hosts and reads the image catalogs. Changes nothing.',
};

const readPercent = wholeNumber(1, 100);

/** What a schedule does, with its options. */
export function ScheduleActionFields({ values, set, problem }: FieldsProps) {
  const { action } = values;
  return (
    <ChipChoice
      legend="Action"
      choices={kinds.map((kind) => ({ value: kind, label: scheduleActionLabels[kind] }))}
      value={action}
      onChange={(kind) =>
        set({ action: kind, ...(kind !== 'prune' && values.trigger === 'threshold' ? { trigger: 'daily' } : {}) })
      }
    >
      <p className="dim">{about[action]}</p>
      {action === 'prune' ? <PruneFields values={values} set={set} /> : null}
      {action === 'prefetch' ? (
        <RateField value={values.bytesPerSecond} onChange={(bytesPerSecond) => set({ bytesPerSecond })} />
      ) : null}
      {action === 'golden' ? <GoldenFields values={values} set={set} /> : null}
      {action === 'waste' ? <WasteFields values={values} set={set} /> : null}
      <Problem>{problem}</Problem>
    </ChipChoice>
  );
}

/** The problem of a part of the form, beside it. */
export function Problem({ children }: { children: ReactNode }) {
  return (
    <p className={`bad ${classes.problem}`} role="status">
      {children}
    </p>
  );
}

type Part = Pick<FieldsProps, 'values' | 'set'>;

function PruneFields({ values, set }: Part) {
  const id = useId();
  return (
    <div className={classes.numbered}>
      <label htmlFor={id}>Down to</label>
      <NumberField
        id={id}
        placeholder="100"
        hint="% of the limit; below 100 image by image"
        value={values.toPercent}
        read={readPercent}
        onChange={(toPercent) => set({ toPercent })}
        onEmpty={() => set({ toPercent: null })}
        onInvalid={() => set({ toPercent: undefined })}
      />
    </div>
  );
}

function GoldenFields({ values, set }: Part) {
  const id = useId();
  const { goldenSets } = useScheduleSources();
  const current = goldenSets.find((one) => one.id === values.goldenId);
  if (goldenSets.length === 0) return <p className="warn">No golden sets yet. Add one in Coverage, Golden sets.</p>;
  return (
    <>
      <div className="row">
        <label htmlFor={id}>Golden set</label>
        <select
          id={id}
          className={`plain-select ${classes.select}`}
          value={values.goldenId}
          onChange={(event) => set({ goldenId: event.target.value })}
        >
          {current ? null : <option value={values.goldenId}>Select a golden set</option>}
          {goldenSets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      <Checkbox
        label="Delete extra images"
        description={
          current?.exact === false
            ? 'This set is not exact: it has no extra images.'
            : 'Cached images that are in none of the host’s golden sets.'
        }
        disabled={current?.exact === false && !values.deleteExtra}
        checked={values.deleteExtra}
        onChange={(event) => set({ deleteExtra: event.currentTarget.checked })}
      />
    </>
  );
}

function WasteFields({ values, set }: Part) {
  const id = useId();
  const { wasteFilters } = useScheduleSources();
  const known = wasteFilters.some((one) => one.id === values.filterId);
  return (
    <div className="row">
      <label htmlFor={id}>Filter</label>
      <select
        id={id}
        className={`plain-select ${classes.select}`}
        value={values.filterId}
        onChange={(event) => set({ filterId: event.target.value })}
      >
        {known ? null : <option value={values.filterId}>a removed filter</option>}
        {wasteFilters.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}
