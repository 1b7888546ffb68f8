import { useEffect, useRef, useState } from 'react';

/** Gives the focus back, when the component goes, to what had it when the component came. */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
      // After what goes has gone: the browser then leaves the focus nowhere, unless somebody else took it.
      setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (!here.current && lost && before instanceof HTMLElement && before.isConnected) before.focus();
      });
    };
  }, [before]);
}
