import { screen, within } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import type { ExternalRemoval } from '../../../electron/contract/external-removals.ts';
import type { HostJob, HostJobs } from '../../../electron/contract/host-jobs.ts';
import { resetWindowState } from '../../lib/persistent-state.ts';
import { callsOf } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { HostJobsSection } from './host-jobs-section.tsx';

beforeEach(() => {
  resetWindowState();
  localStorage.clear();
});

const host = sampleHost('glance-01');
const job: HostJob = {
  program: 'pruner',
  kind: 'cron',
  source: 'crontab of glance',
  user: 'glance',
  when: '*/30 * * * *',
  command: 'glance-cache-pruner',
  active: true,
};

function show(known: Partial<HostJobs> | undefined, suggest?: () => unknown, removals: ExternalRemoval[] = []) {
  const hosts = known ? [{ hostId: host.id, readAt: 1, jobs: [], unread: [], failure: null, ...known }] : [];
  return renderPage(<HostJobsSection host={host} />, {
    state: { clouds: [sampleCloud], hosts: [host] },
    procedures: {
      'hostJobs.list': () => ({ hosts, removals }),
      'hostJobs.read': () => hosts[0],
      ...(suggest ? { 'hostJobs.suggest': suggest } : {}),
    },
  });
}

it('warns that nothing prunes the host, and names the places that it could not read', async () => {
  show({ jobs: [{ ...job, active: false, kind: 'timer' }], unread: ['/var/spool/cron/crontabs'] });
  await screen.findByText('No job on this host prunes its cache.');
  screen.getByText(/Not readable for the SSH user: \/var\/spool\/cron\/crontabs\./);
  within(screen.getByRole('table', { name: 'Jobs on this host' })).getByText('not active');
});

it('lists what prunes the host, without a warning', async () => {
  show({ jobs: [job] });
  within(await screen.findByRole('table', { name: 'Jobs on this host' })).getByText('*/30 * * * *');
  expect(screen.queryByText('No job on this host prunes its cache.')).toBeNull();
});

it('reads on request, and does not warn before', async () => {
  const { user } = show({ readAt: null });
  await user.click(await screen.findByRole('button', { name: 'Read jobs' }));
  expect(callsOf('hostJobs.read')).toEqual([{ hostId: host.id }]);
  expect(screen.queryByText('No job on this host prunes its cache.')).toBeNull();
});

it('shows what something else removed, also without ssh access', async () => {
  const at = new Date(2026, 10, 28, 3, 0).getTime();
  const removal = (from: number, images: number) => ({
    hostId: host.id,
    from,
    until: from + 300_000,
    removed: { images, bytes: 4_402_341_478 },
  });
  show(undefined, undefined, [removal(at - 86_400_000, 2), { ...removal(at, 5), hostId: 'another' }, removal(at, 12)]);
  await screen.findByText(/Something else removed 12 images/);
  screen.getByText('between 2026-11-28 03:00 and 03:05');
  screen.getByText(/No operation of this console did\./);
  screen.getByText('1 earlier removal');
  screen.getByText('between 2026-11-27 03:00 and 03:05');
  expect(screen.queryByText(/5 images/)).toBeNull();
});

it('links to the settings if there is no ssh access', async () => {
  show(undefined);
  const link = await screen.findByRole('link', { name: 'its settings' });
  expect(link.getAttribute('href')).toContain(`/settings/hosts/${host.id}`);
});

it('reads over ssh for a suggestion only on request', async () => {
  const suggestion = {
    program: 'pruner',
    kind: 'cron',
    path: '/etc/cron.d/glance-cache-pruner',
    text: '*/30 * * * * glance glance-cache-pruner\n',
    note: '',
  };
  const { user } = show({}, () => ({ release: '25.1', suggestions: [suggestion] }));
  const button = await screen.findByRole('button', { name: 'Show jobs to add on this host…' });
  expect(callsOf('hostJobs.suggest')).toEqual([]);
  await user.click(button);
  const jobs = await screen.findByRole('region', { name: 'Jobs to add' });
  within(jobs).getByText('*/30 * * * * glance glance-cache-pruner');
  within(jobs).getByRole('button', { name: 'Copy: Prune with cron' });
});
