import { beforeEach, expect, it, vi } from 'vitest';
import type { Alert } from '../contract/alerts.ts';

vi.mock('electron', () => import('./testing/fake-electron.ts'));
const { Notification, seen } = await import('./testing/fake-electron.ts');
const { showAlerts } = await import('./alert-notifications.ts');

const alert = (title: string) => ({ title, text: `${title}.` }) as Alert;

beforeEach(() => {
  seen.notifications = [];
  Notification.supported = true;
});

it('shows an alert with its text, and opens the console on a click', () => {
  const open = vi.fn();
  showAlerts([alert('a is over its limit')], open);
  const [shown] = seen.notifications;
  expect(shown?.options).toEqual({ title: 'a is over its limit', body: 'a is over its limit.' });
  shown?.emit('click');
  expect(open).toHaveBeenCalledOnce();
});

it('shows many alerts as one', () => {
  showAlerts(['a', 'b', 'c', 'd'].map(alert), () => undefined);
  expect(seen.notifications.map(({ options }) => options)).toEqual([{ title: '4 new alerts', body: 'a\nb\nc\nd' }]);
});

it('shows nothing if the desktop has no notifications', () => {
  Notification.supported = false;
  showAlerts([alert('a')], () => undefined);
  expect(seen.notifications).toEqual([]);
});
