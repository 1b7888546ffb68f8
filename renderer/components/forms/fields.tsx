import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import './forms.css';
import type { Draft } from './use-draft.ts';

/** The fields of a draft that hold free text. */
type TextFieldOf<D> = {
  [K in keyof D & string]: D[K] extends string ? (string extends D[K] ? K : never) : never;
}[keyof D & string];

type Common<D> = {
  draft: Draft<D>;
  field: TextFieldOf<D>;
  label: string;
  hint?: ReactNode;
  wide?: boolean;
};

function bind<D extends object>({ draft, field, label, hint, wide }: Common<D>) {
  const error = draft.error(field);
  return {
    id: draft.id(field),
    label,
    value: String(draft.value[field]),
    error,
    description: error === undefined ? hint : undefined,
    onBlur: () => draft.left(field),
    className: wide ? 'form-field form-wide' : 'form-field',
    classNames: { description: 'form-hint', error: 'form-hint' },
    inputWrapperOrder: ['label' as const, 'input' as const, 'description' as const, 'error' as const],
    autoCorrect: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
  };
}

function change<D extends object>({ draft, field }: Common<D>) {
  return (event: { currentTarget: { value: string } }) =>
    draft.set(field, event.currentTarget.value as D[TextFieldOf<D>]);
}

type Text<D> = Common<D> &
  Pick<ComponentProps<'input'>, 'placeholder' | 'autoComplete' | 'required' | 'inputMode'> & {
    autoFocus?: boolean;
  };

/** A line of text of a draft, with its label, and its hint or its error below. */
export function TextField<D extends object>(props: Text<D>) {
  const { draft, field, label, hint, wide, autoFocus, required, ...others } = props;
  return (
    <TextInput
      autoComplete="off"
      {...others}
      {...bind(props)}
      aria-required={required}
      onChange={change(props)}
      {...(autoFocus ? { 'data-autofocus': true, autoFocus: true } : {})}
    />
  );
}

/** Several lines of text of a draft. */
export function NoteField<D extends object>(props: Common<D> & { rows?: number; placeholder?: string }) {
  return (
    <Textarea
      {...bind(props)}
      rows={props.rows ?? 2}
      {...(props.placeholder ? { placeholder: props.placeholder } : {})}
      onChange={change(props)}
    />
  );
}

/** A secret of a draft. It may be looked at while it is typed; browsers are asked to leave it alone. */
export function SecretField<D extends object>(props: Common<D> & { placeholder?: string; autoFocus?: boolean }) {
  return (
    <PasswordInput
      {...bind(props)}
      autoComplete="new-password"
      {...(props.placeholder ? { placeholder: props.placeholder } : {})}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': `Show the ${props.label.toLowerCase()}` }}
      onChange={change(props)}
      {...(props.autoFocus ? { 'data-autofocus': true, autoFocus: true } : {})}
    />
  );
}

type Choice = { id: string; label: string; value: string; data: { value: string; label: string }[]; hint?: ReactNode };

/** One of a few. */
export function ChoiceField({
  id,
  label,
  value,
  data,
  hint,
  onChange,
}: Choice & { onChange: (value: string) => void }) {
  return (
    <NativeSelect
      id={id}
      label={label}
      value={value}
      data={data}
      description={hint}
      className="form-choice"
      classNames={{ description: 'form-hint' }}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
