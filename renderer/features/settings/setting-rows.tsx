import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Preferences } from '../../../electron/contract/settings.ts';
import { queries } from '../../bridge/queries.ts';
import { formatCount } from '../../lib/format.ts';
import { notifyFailure } from '../../lib/notify.ts';

type Props = {
  name: string;
  about: string;
  unit?: string;
  value: number;
  from: number;
  to: number;
  onChange: (value: number) => void;
};

/** A whole number that the operator sets. Kept when the field is left, or with Enter, where it is within its bounds. */
export function NumberSetting({ name, about, unit, value, from, to, onChange }: Props) {
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const number = typed === undefined ? value : wholeNumberOf(typed, from, to);
  const wrong = number === undefined;
  const bounds = `from ${formatCount(from)} to ${formatCount(to)}`;

  function save(event?: FormEvent) {
    event?.preventDefault();
    if (number === undefined) return;
    if (number !== value) onChange(number);
    setTyped(undefined);
  }

  return (
    <form className="settings-row" onSubmit={save}>
      <div>
        <h2>
          <label htmlFor={id}>{name}</label>
        </h2>
        <p className="dim">{about}</p>
      </div>
      <div className="row">
        <input
          id={id}
          className="settings-number"
          inputMode="numeric"
          value={typed ?? String(value)}
          aria-invalid={wrong}
          aria-describedby={`${id}-bounds`}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={() => save()}
        />
        <span className="settings-bounds">
          {unit ? <span>{unit} </span> : null}
          <span id={`${id}-bounds`} className={wrong ? 'bad' : 'faint'} role="status">
            {wrong ? `A whole number ${bounds}.` : bounds}
          </span>
        </span>
      </div>
    </form>
  );
}

/** A typed whole number within bounds, `5,000` being five thousand; undefined for anything else. */
export function wholeNumberOf(text: string, from: number, to: number): number | undefined {
  const digits = text.trim();
  if (!/^\d{1,9}$|^\d{1,3}(?:,\d{3}){1,2}$/.test(digits)) return undefined;
  const number = Number(digits.replaceAll(',', ''));
  return number >= from && number <= to ? number : undefined;
}

/** Changes what the operator prefers. The new state comes back by the stream of events. */
export function usePreferences() {
  const update = useMutation(queries.preferences.update.mutationOptions({ onError: notifyFailure }));
  return { set: (change: Partial<Preferences>) => update.mutate(change) };
}
