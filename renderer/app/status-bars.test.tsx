import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { operation } from '../features/operations/testing/operation-samples.ts';
import { renderPage } from '../testing/render.tsx';
import { InterruptedBar, StorageBar } from './status-bars.tsx';

const storage = {
  code: 'storage',
  message: 'There is no space left on the file system of /data (data directory).',
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

test('an operation that a full disk interrupted is not said to have ended with the console', async () => {
  const killed = operation({ id: 'killed', state: 'interrupted' });
  const { receive } = renderPage(<InterruptedBar />, { state: { operations: [{ ...killed, failure: storage }] } });
  const bar = screen.getByRole('region', { name: 'Interrupted operations' });
  expect(bar.textContent).toContain('An operation was interrupted.');
  receive({ type: 'operation', operation: killed });
  await waitFor(() => expect(bar.textContent).toContain('An operation was interrupted when the console ended.'));
});
