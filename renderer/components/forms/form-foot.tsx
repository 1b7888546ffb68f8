import type { ReactNode } from 'react';
import { toDisplayError } from '../../bridge/display-error.ts';
import { FailureText } from '../failure-text.tsx';
import { Notice } from '../notice.tsx';
import classes from './form.module.css';

type Props = {
  /** The error of the last submit, if any. */
  error: unknown;
  /** The button that cancels or leads back. */
  back: ReactNode;
  /** The button that submits. */
  children: ReactNode;
};

/** The foot of a form: the error of the last submit, and the buttons. */
export function FormFoot({ error, back, children }: Props) {
  return (
    <>
      {error ? (
        <Notice tone="bad" live>
          <FailureText failure={toDisplayError(error)} />
        </Notice>
      ) : null}
      <div className={classes.buttons} data-dialog-buttons>
        {back}
        <span className="grow" />
        {children}
      </div>
    </>
  );
}
