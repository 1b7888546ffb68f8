import { type ReactNode, useId } from 'react';
import type { ScheduleTrigger } from '../../../../electron/contract/schedules.ts';
import { NumberField, wholeNumber } from '../../../components/forms/number-field.tsx';
import { dayName, isTimed, weekOrder } from '../schedule-text.ts';
import { ChipChoice, ChipSet } from './chip-choice.tsx';
import { type FieldsProps, Problem } from './schedule-action-fields.tsx';
import classes from './schedule-editor.module.css';
import { fullTime, isTimeOfDay } from './schedule-form.ts';
import { TimeZoneField } from './time-zone-field.tsx';

const kinds: readonly { value: ScheduleTrigger['kind']; label: string }[] = [
  { value: 'every', label: 'Every N minutes' },
  { value: 'hourly', label: 'Hourly' },
  { value: 'daily', label: 'Daily' },
  { value: 'weekly', label: 'Weekly' },
  { value: 'cron', label: 'Cron' },
  { value: 'threshold', label: 'At a threshold' },
];
const readMinutes = wholeNumber(1, 1_440);
const readMinute = wholeNumber(0, 59);
const readThreshold = wholeNumber(1, 1_000);
const readJitter = wholeNumber(0, 3_600);
const dayChoices = weekOrder.map((day) => ({ value: day as number, label: dayName(day) }));

type Props = FieldsProps & { zoneProblem: string | undefined };

/** When a schedule runs. */
export function ScheduleTriggerFields({ values, set, problem, zoneProblem }: Props) {
  return (
    <ChipChoice
      legend="When"
      choices={kinds.map((kind) => ({
        ...kind,
        whyNot:
          kind.value === 'threshold' && values.action !== 'prune'
            ? 'Only a prune can start at a threshold.'
            : undefined,
      }))}
      value={values.trigger}
      onChange={(trigger) => set({ trigger })}
    >
      <div className={classes.together}>
        <KindFields values={values} set={set} problem={problem} />
        {isTimed(values.trigger) ? (
          <TimeZoneField value={values.timeZone} onChange={(timeZone) => set({ timeZone })} />
        ) : null}
      </div>
      {isTimed(values.trigger) ? (
        <Numbered
          label="Delay each run by up to"
          hint="seconds, differently each time"
          value={values.jitterSeconds}
          read={readJitter}
          onChange={(jitterSeconds) => set({ jitterSeconds })}
        />
      ) : null}
      <Problem>{values.trigger === 'cron' ? zoneProblem : (problem ?? zoneProblem)}</Problem>
    </ChipChoice>
  );
}

function KindFields({ values, set, problem }: FieldsProps): ReactNode {
  switch (values.trigger) {
    case 'every':
      return (
        <Numbered
          label="Every"
          hint="minutes, counted from midnight"
          value={values.everyMinutes}
          read={readMinutes}
          onChange={(everyMinutes) => set({ everyMinutes })}
        />
      );
    case 'hourly':
      return (
        <Numbered
          label="At minute"
          hint="of each hour"
          value={values.minute}
          read={readMinute}
          onChange={(minute) => set({ minute })}
        />
      );
    case 'daily':
      return <TimeField label="At" value={values.at} onChange={(at) => set({ at })} />;
    case 'weekly':
      return (
        <>
          <ChipSet label="Days" choices={dayChoices} chosen={values.days} onChange={(days) => set({ days })} />
          <TimeField label="At" value={values.at} onChange={(at) => set({ at })} />
        </>
      );
    case 'cron':
      return <CronField value={values.expression} problem={problem} onChange={(expression) => set({ expression })} />;
    case 'threshold':
      return (
        <Numbered
          label="When a cache is above"
          hint="% of its limit, each host on its own"
          value={values.abovePercent}
          read={readThreshold}
          onChange={(abovePercent) => set({ abovePercent })}
        />
      );
  }
}

type NumberedProps = {
  label: string;
  hint: string;
  value: number | null | undefined;
  read: ReturnType<typeof wholeNumber>;
  onChange: (value: number | undefined) => void;
};

function Numbered({ label, hint, value, read, onChange }: NumberedProps) {
  const id = useId();
  return (
    <div className={classes.numbered}>
      <label htmlFor={id}>{label}</label>
      <NumberField
        id={id}
        hint={hint}
        value={value}
        read={read}
        onChange={onChange}
        onInvalid={() => onChange(undefined)}
      />
    </div>
  );
}

type TimeProps = { label: string; value: string; onChange: (time: string) => void; hidden?: boolean };

/** A time of day in 24 hours, whatever the language of the browser. */
export function TimeField({ label, value, onChange, hidden = false }: TimeProps) {
  const id = useId();
  const valid = isTimeOfDay(value);
  return (
    <span className="row">
      <label htmlFor={id} className={hidden ? 'hidden-text' : undefined}>
        {label}
      </label>
      <input
        id={id}
        className={`plain-input ${classes.time}`}
        value={value}
        inputMode="numeric"
        maxLength={5}
        placeholder="02:30"
        autoComplete="off"
        aria-invalid={!valid || undefined}
        onChange={(event) => onChange(event.target.value)}
        onBlur={() => onChange(fullTime(value))}
      />
      {valid || hidden ? null : (
        <span className="bad" role="status">
          A time such as 02:30.
        </span>
      )}
    </span>
  );
}

function CronField({
  value,
  problem,
  onChange,
}: {
  value: string;
  problem: string | undefined;
  onChange: (text: string) => void;
}) {
  const id = useId();
  return (
    <div className="row">
      <label htmlFor={id}>Expression</label>
      <input
        id={id}
        className={`plain-input mono ${classes.cron}`}
        value={value}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      <span id={`${id}-hint`} className={problem === undefined ? 'dim' : 'bad'} role="status">
        {problem ?? 'minute, hour, day of the month, month, day of the week; or a nickname such as @daily'}
      </span>
    </div>
  );
}
