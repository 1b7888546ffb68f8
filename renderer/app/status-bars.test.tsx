import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { operation, zero } from '../features/operations/testing/operation-samples.ts';
import { callsOf } from '../testing/fake-client.ts';
import { renderPage } from '../testing/render.tsx';
import { InterruptedBar, NoticeBar, StorageBar } from './status-bars.tsx';

const storage = {
  code: 'storage',
  message: 'No space left on the file system of /data (data directory).',
  remedy: 'Make room there.',
} as const;

test('a data directory that cannot be written is shown until it can be', async () => {
  const { receive } = renderPage(<StorageBar />);
  expect(screen.queryByRole('status', { name: 'Data directory' })).toBeNull();
  receive({ type: 'storage', storage });
  const { textContent } = await screen.findByRole('status', { name: 'Data directory' });
  expect(textContent).toContain(storage.message);
  expect(textContent).toContain(storage.remedy);
  receive({ type: 'storage', storage: null });
  await waitFor(() => expect(screen.queryByRole('status', { name: 'Data directory' })).toBeNull());
});

test('an operation that a full disk interrupted is not described as ended with the console', async () => {
  const killed = operation({ id: 'killed', state: 'interrupted', counts: { ...zero, waiting: 3 } });
  const { receive } = renderPage(<InterruptedBar />, { state: { operations: [{ ...killed, failure: storage }] } });
  const bar = screen.getByRole('region', { name: 'Interrupted operations' });
  expect(bar.textContent).toContain('An operation was interrupted.');
  receive({ type: 'operation', operation: killed });
  await waitFor(() => expect(bar.textContent).toContain('An operation was interrupted when the console closed.'));
});

test('notices are shown one at a time until they are dismissed, also those that arrive while the page is open', async () => {
  let notices = ['The database was damaged.', 'A newer console wrote the settings.'];
  const { user, receive } = renderPage(<NoticeBar />, {
    procedures: {
      about: () => ({ notices }),
      dismissNotice: ({ notice }: { notice: string }) => {
        notices = notices.filter((each) => each !== notice);
        return {};
      },
    },
  });
  const bar = await screen.findByRole('region', { name: 'Notices' });
  expect(bar.textContent).toContain('1 of 2 notices: The database was damaged.');

  await user.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(callsOf('dismissNotice')).toEqual([{ notice: 'The database was damaged.' }]);
  receive({ type: 'notices' });
  await waitFor(() => expect(bar.textContent).toContain('A newer console wrote the settings.'));
  expect(bar.textContent).not.toContain('1 of');

  notices = [];
  receive({ type: 'notices' });
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Notices' })).toBeNull());
});
