import { screen } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { OpenDialogs } from '../../app/open-dialogs.tsx';
import { closeDialog } from '../../lib/dialog-store.ts';
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

function renderHost(host: HostSummary, path = '/host/glance-01') {
  return renderPage(
    <>
      <HostPage hostId={host.id} />
      <OpenDialogs />
    </>,
    {
      path,
      state: { clouds: [sampleCloud], hosts: [host, other] },
      procedures: {
        'hosts.images': () => ({ hostId: host.id, revision: 1, cached: [], queued: [], odd: [] }),
        'operations.plan': () => new Promise(() => undefined),
      },
    },
  );
}

it('clears what the open tab shows: the queue over the queued images, else the cache', async () => {
  const { user } = renderHost(reachable);
  await screen.findByRole('tab', { name: /^Cached/ });
  const clear = () => user.click(screen.getByRole('button', { name: 'Clear…' }));
  const selected = (name: RegExp) => screen.getByRole<HTMLInputElement>('radio', { name }).checked;
  await clear();
  expect(selected(/^Cache:/)).toBe(true);
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  await user.click(screen.getByRole('tab', { name: /^Queued/ }));
  await clear();
  expect(selected(/^Queue:/)).toBe(true);
});

it('an empty cache offers the images of another host', async () => {
  const { user } = renderHost(reachable);
  await screen.findByText('No cached images');
  await user.click(screen.getByRole('button', { name: 'Make like another host…' }));
  await screen.findByRole('dialog', { name: 'Make glance-01 like another host' });
});

it('leads to the settings of the host, from its menu and from its failure', async () => {
  const failure = { code: 'unreachable', message: 'connection refused', remedy: 'Check the address.' } as const;
  const { user, address } = renderHost({ ...reachable, state: 'failed', failure: failure as never });
  expect(screen.getByRole('link', { name: 'Edit or test…' }).getAttribute('href')).toBe('#/settings/hosts/glance-01');
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: /^Edit or test…/ }));
  expect(address()).toBe('/settings/hosts/glance-01');
});
