import { Drawer, Modal } from '@mantine/core';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { closeDialog } from '../lib/dialog-store.ts';

type DialogProps = { title: string; onClose: () => void; size?: number; yOffset?: string; children: ReactNode };

/** A dialog. Escape closes it; a click beside it does not, so that nothing typed is lost by accident. `size` is in pixels. */
export function Dialog({ title, onClose, size = 640, yOffset = '8vh', children }: DialogProps) {
  useReturnFocus();
  return (
    <Modal opened title={title} onClose={onClose} size={size} yOffset={yOffset} closeOnClickOutside={false}>
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
      <div className="stack">{children}</div>
    </Modal>
  );
}

/** A drawer over the right side of the page. `size` is in pixels. */
export function SideDrawer({ title, size, onClose, children }: DialogProps & { size: number }) {
  useReturnFocus();
  return (
    <Drawer opened position="right" title={title} onClose={onClose} size={size}>
      {children}
    </Drawer>
  );
}

/** Returns the focus, when the component unmounts, to the element that had it when the component mounted. */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(
    () => () => {
      // Synchronously: a moment later the focus would be on the body, and the page would take it.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    },
    [before],
  );
}
