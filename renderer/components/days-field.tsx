import { useState } from 'react';

type Props = { label: string; days: number | undefined; onChange: (days: number | undefined) => void };

/** A number of days, at least one; undefined while what stands there is not. */
export function DaysField({ label, days, onChange }: Props) {
  const [text, setText] = useState(days === undefined ? '' : String(days));
  const number = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return (
    <input
      className="plain-input days-field"
      inputMode="numeric"
      aria-label={label}
      aria-invalid={number < 1 || number > 36_500}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        const typed = /^\d{1,5}$/.test(event.target.value.trim()) ? Number(event.target.value) : 0;
        onChange(typed >= 1 && typed <= 36_500 ? typed : undefined);
      }}
    />
  );
}
