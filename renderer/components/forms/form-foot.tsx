import type { ReactNode } from 'react';
import { toDisplayError } from '../../bridge/display-error.ts';
import { FailureText } from '../failure-text.tsx';
import { Notice } from '../notice.tsx';
import classes from './form.module.css';

type Props = {
  /** Why it failed, if it did. */
  error: unknown;
  /** The way out, or back. */
  back: ReactNode;
  /** The button that does it. */
  children: ReactNode;
};

/** The foot of a form: why it failed, the way out, and the button that does it. */
export function FormFoot({ error, back, children }: Props) {
  return (
    <>
      {error ? (
        <Notice tone="bad" live>
          <FailureText failure={toDisplayError(error)} />
        </Notice>
      ) : null}
      <div className={classes.buttons}>
        {back}
        <span className="grow" />
        {children}
      </div>
    </>
  );
}
