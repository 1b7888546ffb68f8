import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { formatCount } from '../../../electron/contract/counts.ts';
import { type Preferences, preferences as preferencesSchema } from '../../../electron/contract/settings.ts';
import { queries } from '../../bridge/queries.ts';
import { NumberField, wholeNumber } from '../../components/forms/number-field.tsx';
import { notifyFailure } from '../../lib/notify.ts';
import classes from './settings.module.css';

/** Changes preferences. The new values arrive with the next event. */
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
  return (
    <SettingRow name={<label htmlFor={id}>{name}</label>} about={about}>
      <NumberField
        id={id}
        classNames={{ description: classes.bounds, error: classes.bounds }}
        value={preferences[field]}
        hint={[unit, `from ${formatCount(from)} to ${formatCount(to)}`].filter(Boolean).join(' ')}
        read={wholeNumber(from, to)}
        saveOnBlur
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
