import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import type { Cloud, CloudId } from '../../../electron/contract/clouds.ts';
import classes from './form.module.css';
import type { CheckedForm } from './use-checked-form.ts';

/** The fields of a form that hold free text. */
type TextFieldOf<Values> = {
  [K in keyof Values & string]: Values[K] extends string ? (string extends Values[K] ? K : never) : never;
}[keyof Values & string];

type FieldProps<Values> = {
  form: CheckedForm<Values>;
  field: TextFieldOf<Values>;
  label: string;
  /** Shown below the field where it has no error. */
  hint?: ReactNode;
  /** Spans both columns of a pair. */
  wide?: boolean;
};

const labelAboveHintBelow = ['label', 'input', 'description', 'error'] as const;

function inputProps<Values>({ form, field, label, hint, wide }: FieldProps<Values>) {
  const bound = form.getInputProps(field);
  return {
    ...bound,
    label,
    description: bound.error ? undefined : hint,
    className: wide ? `${classes.field} ${classes.wide}` : classes.field,
    classNames: { description: classes.hint, error: classes.hint },
    inputWrapperOrder: [...labelAboveHintBelow],
    autoCorrect: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
  };
}

const focusAtOnce = { 'data-autofocus': true, autoFocus: true };

type TextProps<Values> = FieldProps<Values> &
  Pick<ComponentProps<'input'>, 'placeholder' | 'required' | 'inputMode'> & { autoFocus?: boolean };

/** One line of text, with its label above it and its hint or its error below. */
export function TextField<Values>(props: TextProps<Values>) {
  const { placeholder, inputMode, required, autoFocus } = props;
  return (
    <TextInput
      {...inputProps(props)}
      autoComplete="off"
      placeholder={placeholder}
      inputMode={inputMode}
      aria-required={required}
      {...(autoFocus ? focusAtOnce : {})}
    />
  );
}

/** Several lines of text. */
export function TextAreaField<Values>(props: FieldProps<Values> & { placeholder?: string }) {
  return <Textarea {...inputProps(props)} rows={2} placeholder={props.placeholder} />;
}

/** A secret. It can be shown while it is typed; browsers are asked not to keep it. */
export function SecretField<Values>(props: FieldProps<Values> & { placeholder?: string; autoFocus?: boolean }) {
  return (
    <PasswordInput
      {...inputProps(props)}
      autoComplete="new-password"
      placeholder={props.placeholder}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': `Show the ${props.label.toLowerCase()}` }}
      {...(props.autoFocus ? focusAtOnce : {})}
    />
  );
}

type ChoiceProps = Pick<ComponentProps<typeof NativeSelect>, 'value' | 'onChange'> & {
  label: string;
  data: { value: string; label: string }[];
  hint?: ReactNode;
  /** Puts the label beside the select. */
  inline?: boolean;
};

/** One of a few values. */
export function ChoiceField({ hint, inline = false, ...others }: ChoiceProps) {
  return (
    <NativeSelect
      {...others}
      description={hint}
      className={inline ? 'row' : classes.choice}
      classNames={{ description: classes.hint }}
      inputWrapperOrder={[...labelAboveHintBelow]}
    />
  );
}

type CloudSelectProps = {
  clouds: readonly Cloud[];
  cloudId: CloudId;
  /** Puts the label above the select, as in a form. */
  stacked?: boolean;
  onChange: (id: CloudId) => void;
};

/** Chooses a cloud. Renders nothing if there is only one. */
export function CloudSelect({ clouds, cloudId, stacked, onChange }: CloudSelectProps) {
  if (clouds.length <= 1) return null;
  return (
    <ChoiceField
      label="Cloud"
      inline={!stacked}
      value={cloudId}
      data={clouds.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
