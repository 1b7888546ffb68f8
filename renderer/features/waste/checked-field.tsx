import { useState } from 'react';

type Props<Value> = {
  label: string;
  value: Value | null;
  /** What was typed as a value; undefined where it is none. Nothing typed is null. */
  parse: (text: string) => Value | undefined;
  format: (value: Value) => string;
  /** Hears of what is a value, or nothing. */
  onChange: (value: Value | null) => void;
  placeholder?: string;
  width?: number;
  /** Where there has to be a value. */
  required?: boolean;
};

/** A short field whose text must be something; what is not is marked, and not taken. */
export function CheckedField<Value>(props: Props<Value>) {
  const { label, value, parse, format, onChange, placeholder, width = 60, required = false } = props;
  const [typed, setTyped] = useState<string>();
  const text = typed ?? (value === null ? '' : format(value));
  const empty = text.trim() === '';
  const wrong = empty ? required : parse(text) === undefined;
  return (
    <input
      className="plain-input checked-field"
      style={{ width }}
      aria-label={label}
      aria-invalid={wrong}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onBlur={() => setTyped(undefined)}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        if (currentTarget.value.trim() === '') {
          if (!required) onChange(null);
          return;
        }
        const parsed = parse(currentTarget.value);
        if (parsed !== undefined) onChange(parsed);
      }}
    />
  );
}

/** A whole number within bounds; undefined for anything else. */
export function wholeNumber(from: number, to: number): (text: string) => number | undefined {
  return (text) => {
    const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
    return number >= from && number <= to ? number : undefined;
  };
}
