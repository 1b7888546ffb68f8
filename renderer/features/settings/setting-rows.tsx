import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { type Preferences, preferences as preferencesSchema } from '../../../electron/contract/settings.ts';
import { queries } from '../../bridge/queries.ts';
import { formatCount, parseWholeNumber } from '../../lib/format.ts';
import { notifyFailure } from '../../lib/notify.ts';
import classes from './settings.module.css';

/** Changes preferences. The new ones arrive with the next event. */
export function usePreferences() {
  const update = useMutation(queries.preferences.update.mutationOptions({ onError: notifyFailure }));
  return { set: (change: Partial<Preferences>) => update.mutate(change) };
}

type RowProps = {
  name: ReactNode;
  about: ReactNode;
  /** The id of the name, for the `aria-labelledby` of the control. */
  labelId?: string;
  children: ReactNode;
};

/** A setting: its name and what it does on the left, its control on the right. */
export function SettingRow({ name, about, labelId, children }: RowProps) {
  return (
    <div className={classes.row}>
      <div>
        <h2 id={labelId}>{name}</h2>
        <p className="dim">{about}</p>
      </div>
      {children}
    </div>
  );
}

/** What a typed text means, or what is wrong with it. */
export type Reading = { kind: 'number'; number: number } | { kind: 'problem'; message: string };

type InputProps = {
  id: string;
  value: number;
  read: (text: string) => Reading;
  unit?: string | undefined;
  /** Shown beside the field where it has no error. */
  hint: string;
  onChange: (value: number) => void;
};

/** The field of a number. It saves on blur and on Enter, and only what `read` accepts. */
export function SettingInput({ id, value, read, unit, hint, onChange }: InputProps) {
  // The text belongs to the value it replaces: when the value changes elsewhere, the text is dropped.
  const [typed, setTyped] = useState<{ text: string; of: number }>();
  const text = typed?.of === value ? typed.text : String(value);
  const reading = read(text);

  function save(event?: FormEvent) {
    event?.preventDefault();
    if (reading.kind === 'problem') return;
    if (reading.number !== value) onChange(reading.number);
    setTyped(undefined);
  }

  return (
    <form onSubmit={save}>
      <TextInput
        id={id}
        classNames={{
          root: classes.number,
          wrapper: classes.numberInput,
          description: classes.bounds,
          error: classes.bounds,
        }}
        inputWrapperOrder={['input', 'description', 'error']}
        inputMode="numeric"
        value={text}
        description={reading.kind === 'problem' ? undefined : [unit, hint].filter(Boolean).join(' ')}
        error={reading.kind === 'problem' ? reading.message : undefined}
        errorProps={{ role: 'status' }}
        onChange={(event) => setTyped({ text: event.currentTarget.value, of: value })}
        onBlur={() => save()}
      />
    </form>
  );
}

type NumberPreference = {
  [Key in keyof Preferences]: Preferences[Key] extends number ? Key : never;
}[keyof Preferences];

type NumberProps = {
  preferences: Preferences;
  field: NumberPreference;
  name: string;
  about: string;
  unit?: string;
};

/** A preference that is a whole number, within the bounds of the contract. */
export function NumberSetting({ preferences, field, name, about, unit }: NumberProps) {
  const id = useId();
  const { set } = usePreferences();
  const [from, to] = boundsOf(field);
  const bounds = `from ${formatCount(from)} to ${formatCount(to)}`;
  return (
    <SettingRow name={<label htmlFor={id}>{name}</label>} about={about}>
      <SettingInput
        id={id}
        value={preferences[field]}
        unit={unit}
        hint={bounds}
        read={(text) => {
          const number = parseWholeNumber(text, from, to);
          return number === undefined
            ? { kind: 'problem', message: `A whole number ${bounds}.` }
            : { kind: 'number', number };
        }}
        onChange={(number) => set({ [field]: number })}
      />
    </SettingRow>
  );
}

/** The smallest and the largest value that the contract accepts. */
export function boundsOf(field: NumberPreference): [from: number, to: number] {
  const { minValue, maxValue } = preferencesSchema.shape[field].unwrap();
  return [minValue ?? 0, maxValue ?? Number.MAX_SAFE_INTEGER];
}
