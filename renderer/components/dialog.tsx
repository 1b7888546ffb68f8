import { Drawer, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { closeDialog } from '../lib/dialog-store.ts';
import { DialogFocus } from './dialog-focus.tsx';

type DialogProps = { title: string; onClose: () => void; size?: number; yOffset?: string; children: ReactNode };

/** A dialog. Escape closes it; a click beside it does not, so that nothing typed is lost by accident. `size` is in pixels. */
export function Dialog({ title, onClose, size = 640, yOffset = '8vh', children }: DialogProps) {
  return (
    <Modal opened title={title} onClose={onClose} size={size} yOffset={yOffset} closeOnClickOutside={false}>
      <DialogFocus />
      {children}
    </Modal>
  );
}

/** The frame of every action's dialog, which is opened with `openDialog`. */
export function DialogFrame({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <Modal
      opened
      title={title}
      onClose={closeDialog}
      size={wide ? 900 : 760}
      yOffset={wide ? '4vh' : '8vh'}
      closeOnClickOutside={false}
    >
      <DialogFocus />
      <div className="stack">{children}</div>
    </Modal>
  );
}

/** A drawer over the right side of the page. `size` is in pixels. */
export function SideDrawer({ title, size, onClose, children }: DialogProps & { size: number }) {
  return (
    <Drawer opened position="right" title={title} onClose={onClose} size={size}>
      <DialogFocus />
      {children}
    </Drawer>
  );
}
