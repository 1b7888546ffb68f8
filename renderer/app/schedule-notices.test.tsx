import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ScheduleState } from '../../electron/contract/schedules.ts';
import { sampleRun, sampleState } from '../features/schedules/testing/schedule-samples.ts';
import { callsOf } from '../testing/fake-client.ts';
import { renderPage } from '../testing/render.tsx';
import { sampleHost } from '../testing/sample-state.ts';
import { ScheduleNotices } from './schedule-notices.tsx';

test('a waiting run and a pause for a host are notified once, and earlier ones are not', async () => {
  const waits = (id: string) => sampleRun({ id, outcome: 'waiting', text: `Run ${id} would delete a golden image.` });
  let schedules: ScheduleState[] = [sampleState({ id: 's1', name: 'Old' }, { waitingRun: waits('w1') })];
  const { receive, cache } = renderPage(<ScheduleNotices />, {
    state: { hosts: [sampleHost('a', { name: 'glance-01' })] },
    procedures: { 'schedules.list': () => ({ schedules, paused: false }) },
  });
  const [old] = schedules;
  await waitFor(() => expect([callsOf('schedules.list').length, cache.isFetching()]).toEqual([1, 0]));
  schedules = [
    ...(old ? [old] : []),
    sampleState(
      { id: 's2', name: 'New' },
      { waitingRun: waits('w2'), pausedHosts: [{ hostId: 'a', since: 1, reason: 'Connection refused' }] },
    ),
  ];
  receive({ type: 'schedules' });
  await screen.findByText('New waits for approval');
  await screen.findByText('New is paused on glance-01');
  expect(screen.queryByText('Old waits for approval')).toBeNull();
  expect(screen.getAllByRole('link', { name: 'Open schedule' })[0]?.getAttribute('href')).toContain('/schedules/s2');
});
