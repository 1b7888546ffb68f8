import { createTheme, Menu, Modal, Tooltip } from '@mantine/core';

/** Where things that float are drawn: within the page's landmarks. */
const portalProps = { target: '#content' };
const quick = { transition: 'fade', duration: 90 } as const;

/**
 * Mantine's defaults for this console. Colours are not here but in tokens.css. The scroll lock is off because the page
 * itself never scrolls, and because it would write a style tag, which the content policy forbids.
 */
export const mantineTheme = createTheme({
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Modal: Modal.extend({
      defaultProps: { lockScroll: false, transitionProps: quick, centered: false, yOffset: '8vh' },
    }),
    Menu: Menu.extend({
      defaultProps: {
        transitionProps: quick,
        portalProps,
        shadow: 'none',
        position: 'bottom-end',
        withInitialFocusPlaceholder: false,
      },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        transitionProps: quick,
        portalProps,
        openDelay: 250,
        multiline: true,
        events: { hover: true, focus: true, touch: true },
      },
    }),
  },
});
