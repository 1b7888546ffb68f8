import { useLayoutEffect, useRef, useState } from 'react';

/** The elements that had the focus, the last one first. */
let recent: HTMLElement[] = [];
const maxRecent = 30;

document.addEventListener('focusin', ({ target }) => {
  if (target instanceof HTMLElement) recent = [target, ...recent.filter((each) => each !== target)].slice(0, maxRecent);
});

/**
 * The rule for the focus of every dialog, which renders this as its first child: a dialog begins at its first field or at
 * its safe button, never at ✕, and returns the focus to where it was.
 */
export function DialogFocus() {
  useReturnFocus();
  const marker = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const start = marker.current;
    const body = start?.parentElement;
    if (!start || !body) return;
    // The focus trap of the dialog goes to the element with this attribute.
    if (!body.querySelector('[data-autofocus]')) (firstStop(body) ?? start).setAttribute('data-autofocus', '');
    // A dialog that had nothing to focus, or that replaced the focused element, has a field or button now.
    const observer = new MutationObserver(() => {
      const { activeElement } = document;
      if (activeElement === start || activeElement === null || activeElement === document.body) {
        (
          body.querySelector<HTMLElement>(`[data-autofocus]:not([${markerAttribute}])`) ??
          firstStop(body) ??
          start
        ).focus({
          preventScroll: true,
        });
      }
    });
    observer.observe(body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return <span ref={marker} tabIndex={-1} className="hidden-text" {...{ [markerAttribute]: '' }} />;
}

const markerAttribute = 'data-dialog-start';
const fields = ['input:not([type="checkbox"], [type="radio"], [type="hidden"])', 'select', 'textarea']
  .map((each) => `${each}:not(:disabled)`)
  .join();
const safeButtons =
  ':is(.dialog-footer, [data-dialog-buttons]) button:not([data-variant="primary"], [data-variant="danger"], [data-variant="destroy"])';

/** The initial focus of a dialog: its first field, or otherwise the button that does nothing. */
function firstStop(body: HTMLElement): HTMLElement | null {
  return body.querySelector<HTMLElement>(fields) ?? body.querySelector<HTMLElement>(safeButtons);
}

/** Returns the focus, when the component unmounts, to the element that had it when the component mounted. */
export function useReturnFocus(): void {
  // The element that had the focus is often gone by then: an entry of a menu or of the palette, a row that was deleted.
  // The element before it is the next best.
  const [before] = useState(() => [...recent]);
  useLayoutEffect(
    () => () => {
      // Synchronously: a moment later the focus would be on the body, and the page would take it.
      for (const element of before) if (takesFocus(element)) return;
      if (document.querySelectorAll('[aria-modal="true"]').length > 1) return;
      const row = document.querySelector<HTMLElement>('main [data-row-focus][tabindex="0"]');
      if (!row || !takesFocus(row)) document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
    },
    [before],
  );
}

function takesFocus(element: HTMLElement): boolean {
  if (!element.isConnected || element.hasAttribute(markerAttribute)) return false;
  // jsdom does not know it.
  if (element.checkVisibility && !element.checkVisibility({ visibilityProperty: true })) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}
