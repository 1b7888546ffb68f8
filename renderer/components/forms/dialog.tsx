import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './form.module.css';
import { useReturnFocus } from './use-return-focus.ts';

type Props = { title: string; onClose: () => void; size?: number; children: ReactNode };

/** A dialog of a form: Esc closes it, a click beside it does not, so that nothing typed is lost by accident. */
export function Dialog({ title, onClose, size = 640, children }: Props) {
  useReturnFocus();
  return (
    <Modal
      opened
      title={title}
      onClose={onClose}
      size={size}
      classNames={{ body: classes.dialog }}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  );
}
