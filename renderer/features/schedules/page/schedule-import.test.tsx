import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { callsOf } from '../../../testing/fake-client.ts';
import { renderPage } from '../../../testing/render.tsx';
import { ScheduleImportDialog } from './schedule-import.tsx';

const changes = [
  { name: 'Nightly', change: 'add', differences: [] },
  { name: 'Weekly', change: 'change', differences: ['trigger: Daily → Weekly'] },
];

test('shows the changes of a file and imports them once the name is typed', async () => {
  const onClose = vi.fn();
  const { user } = renderPage(<ScheduleImportDialog onClose={onClose} />, {
    procedures: {
      'schedules.list': () => ({ schedules: [], paused: false }),
      'schedules.import': ({ apply }: { apply?: boolean }) => ({
        changes,
        problems: [],
        typedName: 'prod',
        applied: apply ?? false,
      }),
    },
  });
  const text = screen.getByRole('textbox', { name: 'Schedules as YAML' });
  fireEvent.change(text, { target: { value: 'schedules: []' } });
  await screen.findByText('trigger: Daily → Weekly');
  screen.getByText('1 new, 1 changed.');
  const button = await screen.findByRole('button', { name: 'Import' });
  expect(button.getAttribute('aria-disabled')).toBe('true');
  await user.type(screen.getByRole('textbox', { name: /Type prod/ }), 'prod');
  await user.click(await screen.findByRole('button', { name: 'Import 2 schedules' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(callsOf('schedules.import').at(-1)).toEqual({ text: 'schedules: []', apply: true, typedName: 'prod' });
});
