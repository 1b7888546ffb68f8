import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ScheduleRun, ScheduleState } from '../../../../electron/contract/schedules.ts';
import { useOpenDialog } from '../../../lib/dialog-store.ts';
import { callsOf, type Procedures } from '../../../testing/fake-client.ts';
import { renderPage } from '../../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../../testing/sample-state.ts';
import { planned, planOf } from '../../operations/testing/plan-samples.ts';
import { samplePreview, sampleRun, sampleState } from '../testing/schedule-samples.ts';
import { ScheduleDetailPage } from './schedule-detail.tsx';
import { ScheduleDialog } from './schedule-dialogs.tsx';

const plan = planOf({ kind: 'prune', hostIds: ['a'] }, [planned('a', { expected: { images: 3, bytes: 3_000 } })]);

/** The dialogs of schedules that the page opens. */
function ScheduleDialogs() {
  const open = useOpenDialog();
  return open?.request.kind === 'schedule' ? <ScheduleDialog key={open.id} request={open.request.schedule} /> : null;
}

function renderDetail(state: ScheduleState, runs: ScheduleRun[], procedures: Procedures = {}) {
  return renderPage(
    <>
      <ScheduleDetailPage id={state.schedule.id} />
      <ScheduleDialogs />
    </>,
    {
      state: { clouds: [sampleCloud], hosts: [sampleHost('a'), sampleHost('b')] },
      path: `/schedules/${state.schedule.id}`,
      procedures: {
        about: () => ({ shell: 'desktop', notices: [] }),
        'golden.list': () => ({ sets: [] }),
        'waste.filters': () => ({ filters: [] }),
        'schedules.list': () => ({ schedules: [state], paused: false }),
        'schedules.runs': () => ({ runs, more: false }),
        'schedules.preview': () => samplePreview({ nextRuns: [Date.UTC(2030, 0, 1, 1, 30)] }),
        ...procedures,
      },
    },
  );
}

test('shows its next and past runs; an open run shows the hosts that it left out, and links its operation', async () => {
  const { user } = renderDetail(sampleState(), [
    sampleRun({ skippedHosts: [{ hostId: 'b', reason: 'Unreachable' }] }),
    sampleRun({
      id: 'r2',
      outcome: 'missed',
      dueRuns: 4,
      dueAt: 500,
      startedAt: null,
      endedAt: null,
      operationId: null,
    }),
  ]);
  await screen.findByRole('heading', { name: 'Nightly', level: 1 });
  await within(screen.getByRole('region', { name: 'Next runs' })).findByText('Tue 2030-01-01 02:30');
  const table = await screen.findByRole('table', { name: 'Runs' });
  await within(table).findByText('4 missed');
  expect(within(table).getByRole('link', { name: 'Open' }).getAttribute('href')).toContain('/operations/o1');
  await user.click(within(table).getByText('1 host skipped'));
  const drawer = within(await screen.findByRole('dialog', { name: 'Run of Nightly' }));
  expect(drawer.getByRole('list', { name: 'Skipped' }).textContent).toContain('Unreachable');
});

test('shows older runs page by page, to the oldest stored one', async () => {
  const all = Array.from({ length: 700 }, (_, index) =>
    sampleRun({ id: `r${index}`, dueAt: 1_000_000 - index, startedAt: 1_000_000 - index, text: `Run ${index}` }),
  );
  const { user } = renderDetail(sampleState(), [], {
    'schedules.runs': (input) => {
      const { before = Number.MAX_SAFE_INTEGER, limit } = input as { before?: number; limit: number };
      const older = all.filter(({ dueAt }) => dueAt < before);
      return { runs: older.slice(0, limit), more: older.length > limit };
    },
  });
  const rows = async (count: number) => {
    const table = await screen.findByRole('table', { name: 'Runs' });
    await waitFor(() => expect(table.getAttribute('aria-rowcount')).toBe(String(count + 1)));
  };
  await rows(50);
  await user.click(screen.getByRole('button', { name: 'Show older runs' }));
  await rows(550);
  await user.click(screen.getByRole('button', { name: 'Show older runs' }));
  await rows(700);
  expect(screen.queryByRole('button', { name: 'Show older runs' })).toBeNull();
  screen.getByText(/^All 700 runs that are kept/);
});

test('a waiting run shows its plan, and is approved with the name that its cloud requires', async () => {
  const waitingRun = sampleRun({ id: 'w', outcome: 'waiting', text: 'It would delete 3 golden images.' });
  const { user } = renderDetail(sampleState({}, { waitingRun }), [], {
    'schedules.waitingPlan': () => ({
      plan: { ...plan, typedName: 'prod' },
      text: '',
      skippedHosts: [],
      approval: null,
    }),
    'schedules.approve': () => sampleRun(),
  });
  await user.click(await screen.findByRole('button', { name: 'Review…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Approve Nightly' }));
  dialog.getByText('It would delete 3 golden images.');
  await dialog.findByRole('table', { name: 'What will be done' });
  await user.click(dialog.getByRole('button', { name: 'Approve' }));
  expect(callsOf('schedules.approve')).toEqual([]);
  await user.type(dialog.getByRole('textbox', { name: /Type prod/ }), 'prod');
  await user.click(dialog.getByRole('button', { name: 'Approve' }));
  await waitFor(() => expect(callsOf('schedules.approve')).toEqual([{ runId: 'w', typedName: 'prod' }]));
});

test('a dry run shows the plan and starts nothing', async () => {
  const { user } = renderDetail(sampleState(), [], {
    'schedules.dryRun': () => ({ plan, text: '', skippedHosts: [], approval: 'It would delete more than 2 images.' }),
  });
  await user.click(await screen.findByRole('button', { name: 'Dry run…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Dry run of Nightly' }));
  await dialog.findByText('It would delete more than 2 images.');
  await dialog.findByRole('table', { name: 'What will be done' });
  expect(dialog.queryByRole('button', { name: /Prune|Run/ })).toBeNull();
});

test('a schedule that is paused for a host can be resumed there', async () => {
  const pausedHosts = [{ hostId: 'b', since: 1_000, reason: 'Connection refused' }];
  const { user } = renderDetail(sampleState({}, { pausedHosts }), [], { 'schedules.resumeHost': () => ({}) });
  await user.click(await screen.findByRole('button', { name: 'Resume on b' }));
  await waitFor(() => expect(callsOf('schedules.resumeHost')).toEqual([{ id: 's1', hostId: 'b' }]));
});
