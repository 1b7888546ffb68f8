import type { ReactNode } from 'react';
import editorClasses from '../../../components/forms/editor.module.css';
import classes from './schedule-editor.module.css';

type Choice<Value> = {
  value: Value;
  label: string;
  /** The reason why it cannot be chosen. */
  whyNot?: string | undefined;
};
type Props<Value> = {
  legend: string;
  choices: readonly Choice<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  /** The fields of the chosen option. */
  children?: ReactNode;
};

/** A choice between a few kinds, with the fields of the chosen one below. */
export function ChipChoice<Value extends string>({ legend, choices, value, onChange, children }: Props<Value>) {
  return (
    <fieldset className={`plain-fieldset ${editorClasses.section}`}>
      <legend>{legend}</legend>
      <div className={classes.chips}>
        {choices.map((choice) => (
          <button
            key={choice.value}
            type="button"
            className="chip"
            aria-pressed={choice.value === value}
            aria-disabled={choice.whyNot !== undefined || undefined}
            title={choice.whyNot}
            onClick={() => {
              if (choice.whyNot === undefined) onChange(choice.value);
            }}
          >
            {choice.label}
          </button>
        ))}
      </div>
      {children}
    </fieldset>
  );
}

type SetProps<Value> = {
  label: string;
  choices: readonly { value: Value; label: string; note?: string }[];
  chosen: readonly Value[];
  onChange: (chosen: Value[]) => void;
  same?: (a: Value, b: Value) => boolean;
  keyOf?: (value: Value) => string;
};

/** Any of several values, such as days or labels. */
export function ChipSet<Value>({
  label,
  choices,
  chosen,
  onChange,
  same = Object.is,
  keyOf = String,
}: SetProps<Value>) {
  return (
    <fieldset className={`plain-fieldset ${classes.chips}`}>
      <legend className="hidden-text">{label}</legend>
      {choices.map(({ value, label: text, note }) => {
        const pressed = chosen.some((one) => same(one, value));
        return (
          <button
            key={keyOf(value)}
            type="button"
            className="chip"
            aria-pressed={pressed}
            onClick={() => onChange(pressed ? chosen.filter((one) => !same(one, value)) : [...chosen, value])}
          >
            {text} {note === undefined ? null : <b>{note}</b>}
          </button>
        );
      })}
    </fieldset>
  );
}
