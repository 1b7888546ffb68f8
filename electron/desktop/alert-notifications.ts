import { Notification } from 'electron';
import type { Alert } from '../contract/alerts.ts';
import { plural } from '../contract/counts.ts';

/** The alerts that are shown one by one when they fire together. More are one notification. */
const maxShown = 3;

/** Shows alerts that begin to fire as notifications of the desktop. A click calls `open`. */
export function showAlerts(alerts: readonly Alert[], open: () => void): void {
  if (!Notification.isSupported()) return;
  const messages =
    alerts.length > maxShown
      ? [{ title: plural(alerts.length, 'new alert'), body: alerts.map(({ title }) => title).join('\n') }]
      : alerts.map(({ title, text }) => ({ title, body: text }));
  for (const message of messages) {
    const notification = new Notification(message);
    notification.on('click', open);
    notification.show();
  }
}
