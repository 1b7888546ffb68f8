import type { ReactNode } from 'react';
import { failureOf } from '../bridge/failures.ts';
import { Button } from '../components/button.tsx';
import { FailureText } from '../components/failure-text.tsx';
import { Notice } from '../components/notice.tsx';
import { Dialog } from './dialog.tsx';

type Props = {
  title: string;
  /** The button that does it. */
  action: string;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** Asks once before something goes. The focus is on the way out. */
export function Confirm({ title, action, pending, error, onConfirm, onClose, children }: Props) {
  return (
    <Dialog title={title} size={480} onClose={onClose}>
      <div className="form-verdict">
        {children}
        {error ? (
          <Notice tone="bad" live>
            <FailureText failure={failureOf(error)} />
          </Notice>
        ) : null}
        <div className="form-buttons">
          <Button onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <span className="grow" />
          <Button kind="destroy" disabled={pending} onClick={onConfirm}>
            {pending ? 'Removing…' : action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
