import { useId } from 'react';

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
