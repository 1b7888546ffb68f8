import { useId } from 'react';
import { minReadRate } from '../../../electron/contract/operations.ts';
import { NumberField, type Reading } from './number-field.tsx';

const mebibyte = 1_024 ** 2;
/** The highest rate that can be entered, in MiB per second. */
const maxRate = 1_000_000;

/** Reads a rate in MiB per second. Returns bytes per second, null for an empty text, undefined for an invalid one. */
export function parseRate(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  if (!/^\d{1,7}(?:[.,]\d{1,3})?$/.test(typed)) return undefined;
  const bytes = Math.round(Number(typed.replace(',', '.')) * mebibyte);
  return bytes >= minReadRate && bytes <= maxRate * mebibyte ? bytes : undefined;
}

function readRate(text: string): Reading {
  const bytes = parseRate(text);
  if (bytes != null) return { kind: 'number', number: bytes };
  return { kind: 'problem', message: 'Enter a number such as 50 or 2.5, or leave it empty.' };
}

/** Formats bytes per second as MiB per second, with as many decimals as can be typed. */
export function formatRate(bytesPerSecond: number): string {
  return String(Number((bytesPerSecond / mebibyte).toFixed(3)));
}

type RateFieldProps = {
  value: number | null | undefined;
  onChange: (bytesPerSecond: number | null | undefined) => void;
};

/** The field for the highest rate at which images are read from each host. Empty means no limit. */
export function RateField({ value, onChange }: RateFieldProps) {
  const id = useId();
  return (
    <div className="row">
      <label htmlFor={id}>Rate limit</label>
      <NumberField
        id={id}
        inputMode="decimal"
        placeholder="no limit"
        hint="MiB/s from each host. The data passes through this computer’s network."
        value={value}
        read={readRate}
        format={formatRate}
        onChange={onChange}
        onEmpty={() => onChange(null)}
        onInvalid={() => onChange(undefined)}
      />
    </div>
  );
}
