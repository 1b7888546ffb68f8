import { useId, useRef, useState } from 'react';

type Problems<D> = Partial<Record<keyof D, string>>;

/** A form in the making. Problems of a field show once it was left, all of them once the form was sent. */
export type Draft<D> = {
  value: D;
  set: <K extends keyof D>(field: K, value: D[K]) => void;
  replace: (value: D) => void;
  /** What a field has to say, where it is time to say it. */
  error: (field: keyof D) => string | undefined;
  /** The id of a field's input, for its label and for the focus. */
  id: (field: keyof D & string) => string;
  left: (field: keyof D) => void;
  /** True when nothing is wrong; else shows everything that is and moves the focus to the first of it. */
  ready: () => boolean;
  changed: boolean;
};

/**
 * Keeps a form's text and decides when to speak of its problems.
 *
 * @param order the fields as they stand on the page, so that the focus goes to the first that is wrong
 */
export function useDraft<D extends object>(
  initial: D,
  check: (value: D) => Problems<D>,
  order: readonly (keyof D & string)[],
): Draft<D> {
  const base = useId();
  const [value, setValue] = useState(initial);
  const first = useRef(initial);
  const [visited, setVisited] = useState<ReadonlySet<keyof D>>(new Set());
  const [sent, setSent] = useState(false);
  const problems = check(value);
  const id = (field: keyof D & string) => `${base}-${field}`;
  return {
    value,
    set: (field, text) => setValue((before) => ({ ...before, [field]: text })),
    replace: (next) => {
      first.current = next;
      setValue(next);
      setVisited(new Set());
      setSent(false);
    },
    error: (field) => (sent || (visited.has(field) && value[field] !== '') ? problems[field] : undefined),
    id,
    left: (field) => setVisited((before) => (before.has(field) ? before : new Set(before).add(field))),
    ready: () => {
      setSent(true);
      const wrong = order.find((field) => problems[field] !== undefined);
      if (wrong === undefined) return true;
      // After the errors are drawn, so that a screen reader reads the field together with what is wrong with it.
      requestAnimationFrame(() => document.getElementById(id(wrong))?.focus());
      return false;
    },
    changed: JSON.stringify(value) !== JSON.stringify(first.current),
  };
}
