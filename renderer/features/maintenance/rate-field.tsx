import { useId } from 'react';
import { slowestRead } from '../../../electron/contract/operations.ts';
import classes from './rate-field.module.css';

const mebibyte = 1_024 ** 2;
/** The highest rate that can be entered, in MiB per second. */
const maxRate = 1_000_000;

/** Reads a rate in MiB per second. Returns bytes per second, null for an empty text, undefined for an invalid one. */
export function parseRate(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  if (!/^\d{1,7}(?:[.,]\d{1,3})?$/.test(typed)) return undefined;
  const bytes = Math.round(Number(typed.replace(',', '.')) * mebibyte);
  return bytes >= slowestRead && bytes <= maxRate * mebibyte ? bytes : undefined;
}

type Props = { text: string; wrong: boolean; onType: (text: string) => void };

/** The field for the highest rate at which images are read from each host. Empty means no limit. */
export function RateField({ text, wrong, onType }: Props) {
  const id = useId();
  return (
    <div className={`row ${classes.field}`}>
      <label htmlFor={id}>Read at most</label>
      <input
        id={id}
        className={`plain-input ${classes.input}`}
        inputMode="decimal"
        value={text}
        placeholder="no limit"
        aria-invalid={wrong}
        aria-describedby={`${id}-unit`}
        onChange={(event) => onType(event.target.value)}
      />
      <span id={`${id}-unit`} className={wrong ? 'bad' : 'dim'}>
        {wrong
          ? 'MiB a second: a number such as 50 or 2.5, or nothing.'
          : 'MiB a second from each host. The image passes through this machine’s network.'}
      </span>
    </div>
  );
}
