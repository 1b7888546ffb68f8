import { type FormErrors, type UseFormReturnType, useForm } from '@mantine/form';

/** Problem with the values of a form, by field. */
export type FieldErrors<Values> = Partial<Record<keyof Values & string, string>>;

export type CheckedForm<Values> = UseFormReturnType<Values, Values, (values: Values) => FormErrors>;

/**
 * A form of `@mantine/form` with one rule for its errors: a field shows its error once it loses the focus with text in
 * it, and every field does once the form is submitted.
 *
 * @param check returns every error of the values; it runs again at each blur and each submit
 */
export function useCheckedForm<Values extends Record<string, unknown>>(
  initialValues: Values,
  check: (values: Values) => FieldErrors<Values>,
): CheckedForm<Values> {
  return useForm<Values, Values, FormErrors>({
    initialValues,
    validate: (values) => check(values) as FormErrors,
    enhanceGetInputProps: ({ inputProps, field, form }) => ({
      onBlur: () => {
        if (inputProps.value !== '') form.validateField(field);
      },
    }),
  });
}

/**
 * Moves the focus to the first field with an error inside `container`. It waits for the next frame: by then the errors
 * are rendered, and a screen reader reads the field together with its error.
 */
export function focusFirstError(container: Element | undefined): void {
  requestAnimationFrame(() => container?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** The `onSubmit` of a form: calls `submit` if there is no error, otherwise shows every error and focuses the first. */
export function submitChecked<Values>(form: CheckedForm<Values>, submit: (values: Values) => void) {
  return form.onSubmit(submit, (_errors, _values, event) => focusFirstError(event?.currentTarget));
}
