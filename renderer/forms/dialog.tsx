import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { title: string; onClose: () => void; size?: number; children: ReactNode };

/** A dialog of a form: Esc closes it, a click beside it does not, so that nothing typed is lost by accident. */
export function Dialog({ title, onClose, size = 640, children }: Props) {
  return (
    <Modal
      opened
      title={title}
      onClose={onClose}
      size={size}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  );
}
