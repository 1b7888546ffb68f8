import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '../../../electron/contract/counts.ts';
import { parseWholeNumber } from '../../lib/format.ts';
import classes from './number-field.module.css';

/** The value of a typed text, or the problem with it. */
export type Reading = { kind: 'number'; number: number } | { kind: 'problem'; message: string };

/** Returns a reader of whole numbers from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => Reading {
  return (text) => {
    const number = parseWholeNumber(text, min, max);
    if (number !== undefined) return { kind: 'number', number };
    return { kind: 'problem', message: `A whole number from ${formatCount(min)} to ${formatCount(max)}.` };
  };
}

type Props = Omit<TextInputProps, 'value' | 'onChange' | 'error' | 'description' | 'onBlur' | 'onKeyDown'> & {
  /** The current number: null if the field is empty, undefined after `onInvalid`. */
  value: number | null | undefined;
  read: (text: string) => Reading;
  /** Formats a number that was not typed. */
  format?: (value: number) => string;
  /** Shown beside the field; an error replaces it. Without a hint, an invalid text is only marked. */
  hint?: string;
  /** Reports a number on blur and on Enter only, instead of after each key. */
  saveOnBlur?: boolean;
  onChange: (value: number) => void;
  /** Called when the field is emptied. Without it, an empty field is invalid. */
  onEmpty?: () => void;
  /** Called when the text becomes invalid. Without it, the last valid number stays in effect. */
  onInvalid?: () => void;
};

/** A field for a number, also for a size or a rate. A valid text is formatted when the field loses the focus. */
export function NumberField({
  value,
  read,
  format = String,
  hint,
  saveOnBlur,
  onChange,
  onEmpty,
  onInvalid,
  classNames,
  ...others
}: Props) {
  // The text belongs to a value: when the value changes elsewhere, the text is dropped.
  const [typed, setTyped] = useState<{ text: string; of: number | null | undefined }>();
  const text = typed && typed.of === value ? typed.text : value === null || value === undefined ? '' : format(value);
  const reading = parse(text);
  const problem = reading?.kind === 'problem';

  /** Returns undefined for an empty text if the field may be empty. */
  function parse(from: string): Reading | undefined {
    return onEmpty && from.trim() === '' ? undefined : read(from);
  }

  function type(next: string) {
    const parsed = parse(next);
    if (parsed?.kind === 'problem') {
      setTyped({ text: next, of: onInvalid ? undefined : value });
      onInvalid?.();
    } else if (saveOnBlur) setTyped({ text: next, of: value });
    else {
      setTyped({ text: next, of: parsed?.number ?? null });
      if (parsed) onChange(parsed.number);
      else onEmpty?.();
    }
  }

  function finish() {
    if (reading?.kind === 'problem') return;
    if (saveOnBlur && reading && reading.number !== value) onChange(reading.number);
    setTyped(undefined);
  }

  const inline = hint !== undefined;
  return (
    <TextInput
      inputMode="numeric"
      spellCheck={false}
      autoComplete="off"
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      {...others}
      classNames={{
        root: inline ? classes.inline : '',
        wrapper: inline ? classes.inlineInput : '',
        description: inline ? classes.hint : '',
        error: inline ? classes.hint : '',
        input: classes.input,
        ...classNames,
      }}
      value={text}
      description={problem ? undefined : hint}
      error={problem && inline ? reading.message : problem}
      errorProps={{ role: 'status' }}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && saveOnBlur) finish();
      }}
    />
  );
}
