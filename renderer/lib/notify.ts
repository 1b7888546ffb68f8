import { notifications } from '@mantine/notifications';
import { toDisplayError, wasCancelled } from '../bridge/display-error.ts';

const withBorder = true;
const closeButtonProps = { 'aria-label': 'Dismiss' };

/** Shows a short confirmation in a corner for three seconds. */
export function notify(message: string) {
  notifications.show({ message, autoClose: 3_000, withBorder, closeButtonProps });
}

/** Shows an error and its remedy in a corner, for errors without a place of their own. A cancelled call shows nothing. */
export function notifyFailure(error: unknown) {
  if (wasCancelled(error)) return;
  const { message, remedy } = toDisplayError(error);
  notifications.show({
    title: message,
    message: remedy,
    color: 'red',
    autoClose: 10_000,
    withBorder,
    closeButtonProps,
  });
}

/** Copies a text and confirms it: `ID copied`. */
export function copyText(text: string, what: string) {
  navigator.clipboard.writeText(text).then(() => notify(`${what} copied`), notifyFailure);
}
