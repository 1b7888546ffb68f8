import { screen, within } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { closeDialog, useOpenDialog } from '../../lib/dialog-store.ts';
import { resetWindowState } from '../../lib/persistent-state.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { HostPage } from './host-page.tsx';

beforeEach(() => {
  closeDialog();
  resetWindowState();
  localStorage.clear();
});

const can = { can: true };
const reachable = sampleHost('glance-01', {
  state: 'reachable',
  refreshedAt: 1,
  capabilities: {
    apiVersion: '2.18',
    release: '',
    abilities: { delete: can, queue: can, clear: can, prune: can, clean: can },
  } as never,
});
const other = { ...reachable, id: 'glance-02', name: 'glance-02' };

/** The requested dialog. */
function Asked() {
  const request = useOpenDialog()?.request;
  return <output aria-label="Asked">{request?.kind === 'clear' ? `clear ${request.what}` : request?.kind}</output>;
}
const asked = () => screen.getByRole('status', { name: 'Asked' }).textContent;

function renderHost(host: HostSummary, path = '/host/glance-01') {
  return renderPage(
    <>
      <HostPage hostId={host.id} />
      <Asked />
    </>,
    {
      path,
      state: { clouds: [sampleCloud], hosts: [host, other] },
      procedures: {
        'hosts.images': () => ({ hostId: host.id, revision: 1, cached: [], queued: [], odd: [] }),
      },
    },
  );
}

it('clears what the open tab shows: the queue on the tab of queued images, otherwise the cache', async () => {
  const { user } = renderHost(reachable);
  await screen.findByRole('tab', { name: /^Cached/ });
  const clear = () => user.click(screen.getByRole('button', { name: 'Clear…' }));
  await clear();
  expect(asked()).toBe('clear cache');
  await user.click(screen.getByRole('tab', { name: /^Queued/ }));
  await clear();
  expect(asked()).toBe('clear queue');
});

it('offers the images of another host for an empty cache', async () => {
  const { user } = renderHost(reachable);
  await screen.findByText('No cached images');
  await user.click(screen.getByRole('button', { name: 'Make like another host…' }));
  expect(asked()).toBe('like');
});

it('links to the settings of the host, in its menu and in its failure', async () => {
  const failure = { code: 'unreachable', message: 'connection refused', remedy: 'Check the address.' } as const;
  const { user, address } = renderHost({ ...reachable, state: 'failed', failure: failure as never });
  expect(screen.getByRole('link', { name: 'Edit or test…' }).getAttribute('href')).toBe('#/settings/hosts/glance-01');
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: /^Edit or test…/ }));
  expect(address()).toBe('/settings/hosts/glance-01');
});

it('the breadcrumb links to the fleet', async () => {
  const { user } = renderHost(reachable);
  const breadcrumb = within(await screen.findByRole('navigation', { name: 'Breadcrumb' }));
  await user.click(breadcrumb.getByRole('link', { name: 'Fleet' }));
  expect(location.hash).toBe('#/');
});
