import { screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { preferences } from '../../../electron/contract/settings.ts';
import { callsOf } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { SettingsPage } from './settings-page.tsx';

const procedures = {
  'preferences.update': () => preferences.parse({}),
  about: () => ({
    version: '1.0.0',
    shell: 'desktop',
    platform: 'linux',
    dataDirectory: '/data',
    settingsFile: '/data/settings.json',
    logFile: '/data/console.log',
    secrets: 'keychain',
    notices: ['The settings file was unreadable.', 'The settings file was unreadable.'],
  }),
  'trends.retention': () => ({ bytes: 1_024, ages: [], shortened: false }),
};
const open = (section: string) => renderPage(<SettingsPage />, { path: `/settings/${section}`, procedures });

test('an interval is set by a button, or typed in seconds or with a unit', async () => {
  const { user, receive } = open('refresh');
  await user.click(screen.getByRole('button', { name: '10 s' }));
  expect(callsOf('preferences.update')).toEqual([{ refreshSeconds: 10 }]);
  receive({ type: 'preferences', preferences: preferences.parse({ refreshSeconds: 10 }) });
  const seconds = screen.getByRole<HTMLInputElement>('textbox', { name: 'Seconds' });
  await waitFor(() => expect(seconds.value).toBe('10'));
  await user.clear(seconds);
  await user.type(seconds, '2');
  screen.getByRole('textbox', { name: 'Seconds', description: 'At least 5 seconds.' });
  await user.type(seconds, ' min{Enter}');
  expect(callsOf('preferences.update').at(-1)).toEqual({ refreshSeconds: 120 });
  receive({ type: 'preferences', preferences: preferences.parse({ refreshSeconds: 120 }) });
  await waitFor(() => expect(seconds.value).toBe('120'));
});

test('polling is paused by a switch', async () => {
  const { user } = open('refresh');
  await user.click(screen.getByRole('switch', { name: 'Pause polling' }));
  expect(callsOf('preferences.update')).toEqual([{ refreshPaused: true }]);
});

test('a number outside the bounds of the contract is rejected with a message and not saved', async () => {
  const { user } = open('operations');
  const field = screen.getByRole<HTMLInputElement>('textbox', {
    name: 'Maximum concurrent hosts',
    description: 'from 1 to 200',
  });
  await user.clear(field);
  await user.type(field, '201');
  await user.tab();
  screen.getByRole('textbox', { name: 'Maximum concurrent hosts', description: 'A whole number from 1 to 200.' });
  expect(callsOf('preferences.update')).toEqual([]);
  await user.clear(field);
  await user.type(field, '200');
  await user.tab();
  expect(callsOf('preferences.update')).toEqual([{ hostConcurrency: 200 }]);
});

test('the theme and the density are chosen', async () => {
  const { user } = open('appearance');
  await user.click(screen.getByRole('radio', { name: 'Dark' }));
  await user.click(screen.getByRole('radio', { name: 'Comfortable' }));
  expect(callsOf('preferences.update')).toEqual([{ theme: 'dark' }, { density: 'comfortable' }]);
});

test('without a cloud, the section of hosts links to the section of clouds', async () => {
  const { user, address } = open('hosts');
  await user.click(screen.getByRole('button', { name: 'Open Clouds' }));
  expect(address()).toBe('/settings/clouds');
  screen.getByRole('heading', { name: 'No clouds yet' });
});

test('two equal notices are both shown, with distinct React keys', async () => {
  const errors = vi.spyOn(console, 'error');
  open('about');
  expect((await screen.findAllByRole('note')).map((note) => note.textContent)).toEqual([
    'The settings file was unreadable.',
    'The settings file was unreadable.',
  ]);
  expect(errors).not.toHaveBeenCalled();
});

test('only the desktop offers to stay in the tray', async () => {
  const { user } = open('appearance');
  await user.click(await screen.findByRole('switch', { name: 'Close to tray' }));
  expect(callsOf('preferences.update')).toEqual([{ closeToTray: true }]);
});

test('a browser has no tray', async () => {
  const about = () => ({ ...procedures.about(), shell: 'browser' });
  renderPage(<SettingsPage />, { path: '/settings/appearance', procedures: { ...procedures, about } });
  await waitFor(() => expect(callsOf('about')).toHaveLength(1));
  expect(screen.queryByText('Close to tray')).toBeNull();
});
