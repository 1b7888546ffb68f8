import { notifications } from '@mantine/notifications';
import { act, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { operation } from '../features/operations/testing/operation-samples.ts';
import { useWatchedOperation } from '../lib/watched-operations.ts';
import { renderPage } from '../testing/render.tsx';
import { OperationNotices } from './operation-notices.tsx';

afterEach(() => act(() => notifications.clean()));

const running = operation({ state: 'running', endedAt: null });

function Watching() {
  useWatchedOperation(running.id);
  return null;
}

it('notifies when an operation ends, with a link to it', async () => {
  const { user, receive, address } = renderPage(<OperationNotices />, { state: { operations: [running] } });
  expect(screen.queryByText(running.title)).toBeNull();
  receive({ type: 'operation', operation: operation() });
  await screen.findByText(running.title);
  await user.click(screen.getByRole('link', { name: 'Open operation' }));
  expect(address()).toBe('/operations/o1');
});

it('does not notify about the operation that the operator is viewing, nor about one that ended before', () => {
  const old = operation({ id: 'old', title: 'Old' });
  const { receive } = renderPage(
    <>
      <OperationNotices />
      <Watching />
    </>,
    { state: { operations: [running, old] } },
  );
  receive({ type: 'operation', operation: operation() });
  expect(screen.queryByRole('link', { name: 'Open operation' })).toBeNull();
});
