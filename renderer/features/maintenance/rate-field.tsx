import { useId } from 'react';
import { slowestRead } from '../../../electron/contract/operations.ts';

const mebibyte = 1_024 ** 2;
/** The fastest that may be typed, in MiB a second; more limits nothing. */
const fastest = 1_000_000;

/** A typed rate in MiB a second as bytes a second: null where nothing stands, undefined for what is no rate. */
export function parseRate(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  if (!/^\d{1,7}(?:[.,]\d{1,3})?$/.test(typed)) return undefined;
  const bytes = Math.round(Number(typed.replace(',', '.')) * mebibyte);
  return bytes >= slowestRead && bytes <= fastest * mebibyte ? bytes : undefined;
}

type Props = { text: string; wrong: boolean; onType: (text: string) => void };

/** How fast images may be read at each host; empty for as fast as it goes. */
export function RateField({ text, wrong, onType }: Props) {
  const id = useId();
  return (
    <div className="row rate-field">
      <label htmlFor={id}>Read at most</label>
      <input
        id={id}
        className="plain-input rate-input"
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
