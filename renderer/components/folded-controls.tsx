import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';

/** Whether the window is so small that its space belongs to the table: the condition of the smaller paddings in tokens.css. */
export function useSmallWindow(): boolean {
  return useMediaQuery('(max-height: 720px), (max-width: 900px)', false, { getInitialValueInEffect: false });
}

type FoldedControls = {
  /** Whether the controls are behind a button. */
  folded: boolean;
  /** Whether the controls are shown. */
  shown: boolean;
  /** The button that shows and hides the controls; null if they are always shown. */
  button: ReactNode;
};

/**
 * Controls above a table that a small window hides until the operator asks for them.
 *
 * @param label the text of the button
 * @param title the content behind it
 */
export function useFoldedControls(label: string, title: string): FoldedControls {
  const folded = useSmallWindow();
  const [opened, setOpened] = useState(false);
  const button = folded ? (
    <Button aria-expanded={opened} title={title} onClick={() => setOpened((before) => !before)}>
      {label} <span aria-hidden="true">{opened ? '▴' : '▾'}</span>
    </Button>
  ) : null;
  return { folded, shown: !folded || opened, button };
}
