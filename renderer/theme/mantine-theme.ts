import {
  Alert,
  Badge,
  Button,
  Checkbox,
  createTheme,
  Drawer,
  Input,
  InputWrapper,
  Menu,
  Modal,
  PasswordInput,
  Popover,
  Progress,
  SegmentedControl,
  Switch,
  Tabs,
  Textarea,
  Tooltip,
} from '@mantine/core';
import classes from './mantine.module.css';

/** Menus and tooltips are rendered within the page's landmarks. */
const portalProps = { target: '#content' };
const quick = { transition: 'fade', duration: 90 } as const;

/** The classes of a component's parts: `{ root: 'button' }` is the class `button` of mantine.module.css. */
function parts<Part extends string>(names: Record<Part, string>): Record<Part, string> {
  const found = {} as Record<Part, string>;
  for (const part in names) found[part] = classes[names[part]] ?? '';
  return found;
}

/**
 * Mantine's components as this console uses them. The colours are in tokens.css. The scroll lock is off because the page
 * itself never scrolls, and because it would write a style tag, which the content policy forbids.
 */
export const mantineTheme = createTheme({
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Alert: Alert.extend({ classNames: parts({ root: 'alert', body: 'alertBody', message: 'alertMessage' }) }),
    Badge: Badge.extend({ classNames: parts({ root: 'badge' }) }),
    Button: Button.extend({ classNames: parts({ root: 'button', label: 'buttonLabel' }) }),
    Checkbox: Checkbox.extend({ classNames: parts({ input: 'checkboxInput', icon: 'checkboxIcon' }) }),
    CloseButton: { classNames: parts({ root: 'close' }) },
    Drawer: Drawer.extend({
      defaultProps: { lockScroll: false, returnFocus: false, closeButtonProps: { 'aria-label': 'Close' } },
      classNames: parts({
        content: 'drawerContent',
        header: 'modalHeader',
        title: 'modalTitle',
        body: 'drawerBody',
        overlay: 'overlay',
        close: 'close',
      }),
    }),
    Input: Input.extend({ classNames: parts({ input: 'input' }) }),
    InputWrapper: InputWrapper.extend({
      classNames: parts({ label: 'fieldLabel', description: 'fieldDescription', error: 'fieldError' }),
    }),
    Menu: Menu.extend({
      defaultProps: {
        transitionProps: quick,
        portalProps,
        shadow: 'none',
        position: 'bottom-end',
        withInitialFocusPlaceholder: false,
      },
      classNames: parts({ dropdown: 'dropdown', item: 'menuItem', label: 'menuLabel' }),
    }),
    Modal: Modal.extend({
      defaultProps: {
        lockScroll: false,
        returnFocus: false,
        transitionProps: quick,
        centered: false,
        yOffset: '8vh',
        closeButtonProps: { 'aria-label': 'Close' },
      },
      classNames: parts({
        content: 'dialog',
        header: 'modalHeader',
        title: 'modalTitle',
        body: 'modalBody',
        overlay: 'overlay',
        close: 'close',
      }),
    }),
    Notification: { classNames: parts({ root: 'notificationRoot', description: 'notificationDescription' }) },
    PasswordInput: PasswordInput.extend({
      classNames: parts({ innerInput: 'passwordInnerInput', visibilityToggle: 'passwordVisibilityToggle' }),
    }),
    Popover: Popover.extend({ classNames: parts({ dropdown: 'dropdown' }) }),
    Progress: Progress.extend({ classNames: parts({ root: 'progress', section: 'progressSection' }) }),
    SegmentedControl: SegmentedControl.extend({
      classNames: parts({
        root: 'segmentedControlRoot',
        indicator: 'segmentedControlIndicator',
        control: 'segmentedControlControl',
        label: 'segmentedControlLabel',
      }),
    }),
    Spotlight: {
      classNames: parts({
        content: 'dialog',
        overlay: 'overlay',
        search: 'spotlightSearch',
        actionSection: 'spotlightActionSection',
        actionsList: 'spotlightActionsList',
        action: 'spotlightAction',
        actionDescription: 'spotlightActionDescription',
        actionsGroup: 'spotlightActionsGroup',
      }),
    },
    Switch: Switch.extend({ classNames: parts({ track: 'switchTrack', thumb: 'switchThumb', input: 'switchInput' }) }),
    Tabs: Tabs.extend({
      defaultProps: { keepMounted: false },
      classNames: parts({ root: 'tabs', list: 'tabList', tab: 'tab', panel: 'tabPanel' }),
    }),
    Textarea: Textarea.extend({ classNames: parts({ input: 'textarea' }) }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        transitionProps: quick,
        portalProps,
        openDelay: 250,
        multiline: true,
        events: { hover: true, focus: true, touch: true },
      },
      classNames: parts({ tooltip: 'tooltip' }),
    }),
  },
});
