import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import { resetWindowState } from '../../../lib/persistent-state.ts';
import { operationsPath } from '../../../lib/routes.ts';
import { renderPage } from '../../../testing/render.tsx';
import { operation, target, zero } from '../testing/operation-samples.ts';
import { OperationsPage } from './operations-page.tsx';

const hosts = ['glance-01', 'glance-02'].map((name, index) => ({ id: `h${index + 1}`, name }) as HostSummary);
const deletion = operation({ id: 'delete', title: 'Delete 1 image from glance-01', startedAt: 1_000 });
const clean = operation({ id: 'clean', kind: 'clean', title: 'Clean glance-02', startedAt: 2_000, hostIds: ['h2'] });

const table = () => screen.getByRole('table', { name: 'Operations' });
/** The titles of the operations in the table, from top to bottom. */
const titles = () =>
  within(table())
    .queryAllByRole('button', { name: /^(Delete|Clean|Queue)/ })
    .map(({ textContent }) => textContent);

function renderOperations(operations = [deletion, clean]) {
  return renderPage(<OperationsPage />, {
    state: { operations, hosts },
    procedures: { 'operations.targets': () => ({ targets: [target('done')], hosts: [], total: 1 }) },
    path: operationsPath,
  });
}

beforeEach(resetWindowState);

test('the empty page says that there are no operations and links to the fleet', async () => {
  const { user, address } = renderOperations([]);
  screen.getByRole('heading', { name: 'Operations', level: 1 });
  screen.getByRole('heading', { name: 'No operations yet' });
  await user.click(screen.getByRole('button', { name: 'Back to Fleet' }));
  expect(address()).toBe('/');
});

test('operations are filtered by action and host', async () => {
  const { user } = renderOperations();
  expect(titles()).toEqual([clean.title, deletion.title]);
  const action = screen.getByRole('combobox', { name: 'Action' });
  const host = screen.getByRole('combobox', { name: 'Host' });
  await user.selectOptions(action, 'Delete');
  expect(titles()).toEqual([deletion.title]);
  await user.selectOptions(action, 'Every action');
  await user.selectOptions(host, 'glance-02');
  expect(titles()).toEqual([clean.title]);
  await user.selectOptions(action, 'Delete');
  screen.getByRole('heading', { name: 'No operation matches' });
  await user.click(screen.getByRole('button', { name: 'Show all' }));
  expect(titles()).toEqual([clean.title, deletion.title]);
});

test('operations are filtered by state, and each state shows its count', async () => {
  const failed = operation({ id: 'failed', title: 'Queue 1 image', counts: { ...zero, failed: 1 }, startedAt: 500 });
  const { user } = renderOperations([deletion, clean, failed]);
  await user.click(screen.getByRole('button', { name: 'With problems 1' }));
  expect(titles()).toEqual([failed.title]);
  await user.click(screen.getByRole('button', { name: 'With problems 1' }));
  expect(titles()).toHaveLength(3);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Cancelled 0' }).disabled).toBe(true);
});

test('the keyboard moves between operations, opens one and returns to it', async () => {
  const { user } = renderOperations();
  const [first, second] = within(table()).getAllByRole('button', { name: /^(Delete|Clean)/ });
  first?.focus();
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(second);
  await user.keyboard('{Enter}');
  await screen.findByRole('dialog', { name: deletion.title });
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(document.activeElement?.textContent).toBe(deletion.title);
});

test('an operation that a full disk interrupted shows the reason in the list and on its page, where it can be continued', async () => {
  const failure = {
    code: 'storage',
    message: 'No space left on the file system of /data (data directory).',
    remedy: 'Free up space, then continue.',
  } as const;
  const counts = { ...zero, done: 1, waiting: 2 };
  const continued: unknown[] = [];
  const { user } = renderPage(<OperationsPage />, {
    state: { operations: [{ ...deletion, state: 'interrupted', counts, failure }], hosts },
    procedures: {
      'operations.targets': () => ({ targets: [target('done'), target('waiting')], hosts: [], total: 2 }),
      'operations.continue': (input) => {
        continued.push(input);
        return { ...deletion, state: 'running', counts };
      },
    },
    path: operationsPath,
  });
  within(table()).getByText(failure.message);
  await user.click(within(table()).getByRole('button', { name: deletion.title }));
  const page = within(await screen.findByRole('dialog', { name: deletion.title }));
  page.getByText(failure.message);
  page.getByText(failure.remedy);
  expect(page.queryByText(/console ended/)).toBeNull();
  await user.click(page.getByRole('button', { name: 'Continue' }));
  await waitFor(() => expect(continued).toEqual([{ id: 'delete' }]));
});

test('an operation shows the console that started it', async () => {
  const { user } = renderOperations([{ ...deletion, console: 'ops-1' }]);
  await user.click(within(table()).getByRole('button', { name: deletion.title }));
  const page = within(await screen.findByRole('dialog', { name: deletion.title }));
  page.getByText(/By the console ops-1/);
});
