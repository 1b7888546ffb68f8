import type { ReactNode } from 'react';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import classes from './form.module.css';
import { FormFoot } from './form-foot.tsx';

type Props = {
  title: string;
  /** The label of the confirming button. */
  action: string;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** Asks once before something is removed. Cancel has the focus. */
export function ConfirmRemoval({ title, action, pending, error, onConfirm, onClose, children }: Props) {
  return (
    <Dialog title={title} size={480} onClose={onClose}>
      <div className={classes.stack}>
        {children}
        <FormFoot
          error={error}
          back={
            <Button onClick={onClose} data-autofocus>
              Cancel
            </Button>
          }
        >
          <Button kind="destroy" disabled={pending} onClick={onConfirm}>
            {pending ? 'Removing…' : action}
          </Button>
        </FormFoot>
      </div>
    </Dialog>
  );
}
