import { useLayoutEffect, useState } from 'react';

/** Gives the focus back, when the component goes, to what had it when the component came. */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(
    () => () => {
      // At once: a moment later the focus would be nowhere, and the page would take it.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    },
    [before],
  );
}
