import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import './dialog-frame.css';
import { closeDialog } from '../lib/dialog-store.ts';

/** The frame of every action's dialog; its title is its accessible name. */
export function DialogFrame({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={title}
      size={wide ? 900 : 760}
      yOffset={wide ? '4vh' : '8vh'}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="dialog-body">{children}</div>
    </Modal>
  );
}
