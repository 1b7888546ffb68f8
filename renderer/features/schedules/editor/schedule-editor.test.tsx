import { screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { ScheduleDraft, SchedulePreview } from '../../../../electron/contract/schedules.ts';
import { callsOf } from '../../../testing/fake-client.ts';
import { renderPage } from '../../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../../testing/sample-state.ts';
import { samplePreview } from '../testing/schedule-samples.ts';
import { ScheduleEditor } from './schedule-editor.tsx';
import { startOfDraft } from './schedule-form.ts';

function renderEditor(draft: Partial<ScheduleDraft>, answer: (draft: ScheduleDraft) => SchedulePreview) {
  const onClose = vi.fn();
  const page = renderPage(<ScheduleEditor draft={{ ...startOfDraft(), ...draft }} onClose={onClose} />, {
    state: { clouds: [sampleCloud], hosts: [sampleHost('a'), sampleHost('b')] },
    procedures: {
      about: () => ({ shell: 'browser', notices: [] }),
      'golden.list': () => ({ sets: [] }),
      'waste.filters': () => ({ filters: [] }),
      'schedules.list': () => ({ schedules: [], paused: false }),
      'schedules.preview': answer,
      'schedules.save': ({ draft: saved }: { draft: ScheduleDraft }) => ({ ...saved, id: 's' }),
    },
  });
  return { ...page, onClose };
}

const berlin = { name: 'Nightly', timeZone: 'Europe/Berlin' };

test('shows the next runs in the time zone of the schedule, and what a run would do now', async () => {
  const { user, onClose } = renderEditor(berlin, () =>
    samplePreview({
      nextRuns: [Date.UTC(2030, 0, 1, 1, 30)],
      approval: 'It would delete 4 images: more than 3.',
      skippedHosts: [{ hostId: 'b', reason: 'Unreachable' }],
      conflicts: [{ scheduleId: 'x', hostIds: ['a'], text: 'Meets the schedule Weekly on a.' }],
    }),
  );
  const pane = within(await screen.findByRole('region', { name: 'Preview' }));
  const runs = await pane.findByRole('table', { name: 'Next runs' });
  expect(within(runs).getByRole('columnheader', { name: 'Europe/Berlin' })).toBeDefined();
  expect(runs.textContent).toContain('Tue 2030-01-01 02:30');
  pane.getByText('4 images, 4.00 GiB');
  pane.getByText(/more than 3/);
  pane.getByText('Unreachable');
  pane.getByText(/Meets the schedule Weekly/);
  pane.getByText(/while the console serves this page/);
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(callsOf('schedules.save')).toMatchObject([{ draft: { ...berlin, action: { kind: 'prune' } } }]);
});

test('reports an invalid cron expression at its field, and saves nothing', async () => {
  const { user } = renderEditor({ ...berlin, trigger: { kind: 'cron', expression: '99 * * * *' } }, () =>
    samplePreview({ problems: [{ field: 'trigger', text: 'Minute 99 is out of range.' }] }),
  );
  const when = within(screen.getByRole('group', { name: 'When' }));
  await when.findByText('Minute 99 is out of range.');
  expect(when.getByRole('textbox', { name: 'Expression' }).getAttribute('aria-invalid')).toBe('true');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(callsOf('schedules.save')).toEqual([]);
});

test('reports nothing for a name that the preview does not have yet', async () => {
  const { user } = renderEditor({ ...berlin, name: '' }, ({ name }) =>
    samplePreview({
      nextRuns: [Date.UTC(2030, 0, 1)],
      problems: name === '' ? [{ field: 'name', text: 'The name is missing.' }] : [],
    }),
  );
  await screen.findByRole('table', { name: 'Next runs' });
  await user.type(screen.getByRole('textbox', { name: 'Name' }), 'N');
  expect(screen.queryByText('The name is missing.')).toBeNull();
});

test('asks for the name of a production cloud before a destructive schedule is saved', async () => {
  const { user, onClose } = renderEditor(berlin, () => samplePreview({ typedName: 'prod' }));
  const field = await screen.findByRole('textbox', { name: /Type prod to confirm/ });
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(callsOf('schedules.save')).toEqual([]);
  await user.type(field, 'prod');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(callsOf('schedules.save')).toMatchObject([{ typedName: 'prod' }]);
});

test('the fields depend on the action and the trigger; only a prune can have a threshold', async () => {
  const { user } = renderEditor(berlin, () => samplePreview());
  const action = within(screen.getByRole('group', { name: 'Action' }));
  const when = within(screen.getByRole('group', { name: 'When' }));
  await user.click(when.getByRole('button', { name: 'At a threshold' }));
  expect(when.queryByRole('combobox', { name: 'Time zone' })).toBeNull();
  expect(screen.queryByRole('group', { name: /missed/ })).toBeNull();
  await waitFor(() => expect(callsOf('schedules.preview').at(-1)).toMatchObject({ trigger: { kind: 'threshold' } }));
  await screen.findByText(/starts at once when it is saved/);
  await user.click(action.getByRole('button', { name: 'Clean' }));
  expect(when.getByRole('button', { name: 'Daily' }).getAttribute('aria-pressed')).toBe('true');
  expect(when.getByRole('button', { name: 'At a threshold' }).getAttribute('aria-disabled')).toBe('true');
  // It deletes no image: nothing to approve.
  expect(screen.queryByRole('group', { name: 'Wait for approval' })).toBeNull();
  await waitFor(() => expect(callsOf('schedules.preview').at(-1)).toMatchObject({ action: { kind: 'clean' } }));
});
