import { act, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { DialogRequest } from '../lib/dialog-store.ts';
import { openDialog } from '../lib/dialog-store.ts';
import { navigate } from '../lib/hash-location.ts';
import { renderPage } from '../testing/render.tsx';
import { sampleCloud, sampleHost } from '../testing/sample-state.ts';
import { OpenDialogs } from './open-dialogs.tsx';

const hosts = ['glance-01', 'glance-02', 'glance-03'].map((name) =>
  sampleHost(name, { state: 'reachable', refreshedAt: 1 }),
);
const hostIds = hosts.map(({ id }) => id);
const state = { clouds: [sampleCloud], hosts };

const one = [hosts[0]?.id ?? ''];
const target = { hostId: one[0] ?? '', imageId: '00000000-0000-4000-8000-000000000001' };
it.each<[request: DialogRequest, title: string]>([
  [{ kind: 'prune', hostIds: one }, 'Prune glance-01'],
  [{ kind: 'prune', hostIds, chosen: hostIds.slice(1) }, 'Prune 2 hosts'],
  [{ kind: 'clean', hostIds, chosen: [] }, 'Clean hosts'],
  [{ kind: 'clear', hostIds: one }, 'Clear glance-01'],
  [{ kind: 'prefetch', hostIds: one }, 'Prefetch on glance-01'],
  [{ kind: 'deleteImages', hostIds, chosen: hostIds }, 'Delete images from 3 hosts'],
  [{ kind: 'delete', from: 'queue', targets: [target] }, 'Delete from queue of glance-01'],
  [{ kind: 'action', action: { kind: 'queue', targets: [target], anew: true } }, 'Requeue on glance-01'],
  [{ kind: 'action', action: { kind: 'align', queue: [target], delete: [] } }, 'Sync glance-01'],
])('names the host or the number of hosts in the title: %j', async (request, title) => {
  renderPage(<OpenDialogs />, { state });
  act(() => openDialog(request));
  expect(await screen.findByRole('dialog', { name: title })).toBeTruthy();
});

it('closes when another page is shown below it, also by Back within the page', async () => {
  renderPage(<OpenDialogs />, { state, path: '/host/glance-01' });
  const open = async () => {
    act(() => openDialog({ kind: 'clear', hostIds: one }));
    await screen.findByRole('dialog', { name: 'Clear glance-01' });
  };
  await open();
  act(() => navigate('/host/glance-02'));
  expect(screen.queryByRole('dialog')).toBeNull();
  await open();
  act(() => window.dispatchEvent(new PopStateEvent('popstate')));
  expect(screen.queryByRole('dialog')).toBeNull();
});
