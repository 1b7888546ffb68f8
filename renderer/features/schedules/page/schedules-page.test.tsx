import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ScheduleState } from '../../../../electron/contract/schedules.ts';
import { useOpenDialog } from '../../../lib/dialog-store.ts';
import { callsOf, type Procedures } from '../../../testing/fake-client.ts';
import { renderPage } from '../../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../../testing/sample-state.ts';
import { samplePreview, sampleRun, sampleState } from '../testing/schedule-samples.ts';
import { ScheduleDialog } from './schedule-dialogs.tsx';
import { SchedulesPage } from './schedules-page.tsx';

const waiting = sampleRun({
  id: 'w',
  outcome: 'waiting',
  text: 'It would delete 3 golden images.',
  scheduleId: 's2',
  scheduleName: 'Weekly',
});

/** The dialogs of schedules that the page opens. */
function ScheduleDialogs() {
  const open = useOpenDialog();
  return open?.request.kind === 'schedule' ? <ScheduleDialog key={open.id} request={open.request.schedule} /> : null;
}

function renderSchedules(schedules: ScheduleState[], procedures: Procedures = {}, paused = false) {
  return renderPage(
    <>
      <SchedulesPage />
      <ScheduleDialogs />
    </>,
    {
      state: { clouds: [sampleCloud], hosts: [sampleHost('a'), sampleHost('b')] },
      path: '/schedules',
      procedures: {
        about: () => ({ shell: 'desktop', notices: [] }),
        'golden.list': () => ({ sets: [] }),
        'waste.filters': () => ({ filters: [] }),
        'schedules.list': () => ({ schedules, paused }),
        ...procedures,
      },
    },
  );
}

const rows = () =>
  within(screen.getByRole('table', { name: 'Schedules' }))
    .getAllByRole('link')
    .map(({ textContent }) => textContent);

test('a waiting run is listed first and marked; schedules are filtered by state and by text', async () => {
  const { user } = renderSchedules([
    sampleState({ id: 's1', name: 'Nightly' }),
    sampleState({ id: 's2', name: 'Weekly' }, { waitingRun: waiting }),
    sampleState({ id: 's3', name: 'Aged', enabled: false }, { nextRun: null, lastRun: sampleRun() }),
  ]);
  await screen.findByRole('table', { name: 'Schedules' });
  expect(rows()).toEqual(['Weekly', 'Aged', 'Nightly']);
  screen.getByText('to approve');
  await screen.findByText(/also in the tray/);
  await user.click(screen.getByRole('button', { name: 'Off 1' }));
  expect(rows()).toEqual(['Aged']);
  await user.click(screen.getByRole('button', { name: 'Off 1' }));
  await user.type(screen.getByRole('searchbox', { name: 'Filter schedules' }), 'night');
  await waitFor(() => expect(rows()).toEqual(['Nightly']));
});

test('the empty page explains schedules and offers templates', async () => {
  const { user } = renderSchedules([], { 'schedules.preview': () => samplePreview() });
  await screen.findByRole('heading', { name: 'No schedules yet' });
  const templates = within(screen.getByRole('list', { name: 'Templates' }));
  expect(templates.getAllByRole('button').map((one) => one.firstChild?.textContent)).toEqual([
    'Prune nightly',
    'Clean weekly',
    'Prune above 90 %',
    'Sync golden set hourly',
  ]);
  await user.click(templates.getByRole('button', { name: /^Prune above 90 %/ }));
  await screen.findByRole('dialog', { name: 'New schedule' });
  await waitFor(() =>
    expect(callsOf('schedules.preview').at(-1)).toMatchObject({
      action: { kind: 'prune', toPercent: 80 },
      trigger: { kind: 'threshold', abovePercent: 90 },
    }),
  );
});

test('the page shows that all schedules are paused, and resumes them', async () => {
  const { user } = renderSchedules([sampleState()], { 'schedules.pauseAll': () => ({}) }, true);
  await screen.findByText('All schedules are paused.');
  expect(screen.queryByRole('button', { name: 'Pause all' })).toBeNull();
  screen.getByText('paused');
  await user.click(screen.getByRole('button', { name: 'Resume all' }));
  await waitFor(() => expect(callsOf('schedules.pauseAll')).toEqual([{ paused: false }]));
});

test('turning a destructive schedule on requires the name of its production cloud; turning it off does not', async () => {
  const { user } = renderSchedules(
    [sampleState({ id: 's1', name: 'Off', enabled: false }), sampleState({ id: 's2', name: 'Running' })],
    {
      'schedules.preview': () => samplePreview({ typedName: 'prod' }),
      'schedules.enable': () => ({}),
    },
  );
  await user.click(await screen.findByRole('switch', { name: 'Running is on' }));
  await waitFor(() => expect(callsOf('schedules.enable')).toEqual([{ id: 's2', enabled: false }]));
  await user.click(screen.getByRole('switch', { name: 'Off is on' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Turn on Off' }));
  await user.type(dialog.getByRole('textbox', { name: /Type prod/ }), 'prod');
  await user.click(dialog.getByRole('button', { name: 'Turn on' }));
  await waitFor(() =>
    expect(callsOf('schedules.enable').at(-1)).toEqual({ id: 's1', enabled: true, typedName: 'prod' }),
  );
});
