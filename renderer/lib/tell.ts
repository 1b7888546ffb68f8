import { notifications } from '@mantine/notifications';
import { failureOf, wasCancelled } from '../bridge/failures.ts';

const withBorder = true;
const closeButtonProps = { 'aria-label': 'Dismiss' };

/** Says in a corner, for a few seconds, that something small was done. */
export function tell(message: string) {
  notifications.show({ message, autoClose: 3_000, withBorder, closeButtonProps });
}

/** Says in a corner what went wrong, and what to do about it. For what has no better place on the page. */
export function tellFailure(error: unknown) {
  if (wasCancelled(error)) return;
  const { message, remedy } = failureOf(error);
  notifications.show({
    title: message,
    message: remedy,
    color: 'red',
    autoClose: 10_000,
    withBorder,
    closeButtonProps,
  });
}
