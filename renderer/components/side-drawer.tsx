import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useReturnFocus } from './forms/use-return-focus.ts';
import classes from './side-drawer.module.css';

type Props = { title: string; size: number; onClose: () => void; children: ReactNode };

/** A drawer over the right side of the page. Closing it returns the focus to where it was. `size` is in pixels. */
export function SideDrawer({ title, size, onClose, children }: Props) {
  useReturnFocus();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={size}
      title={title}
      lockScroll={false}
      classNames={classes}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Drawer>
  );
}
