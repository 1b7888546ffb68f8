import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Selected } from '../../../electron/contract/selections.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { LikeDialog } from './make-like-dialog.tsx';

const hosts = ['glance-01', 'glance-02'].map((name) => sampleHost(name, { state: 'reachable' }));
const selected: Selected = {
  targets: [],
  images: 0,
  bytes: 0,
  unsized: 0,
  unmatched: [],
  notes: [
    { kind: 'warning', text: 'Skipped is the first word of this warning.' },
    { kind: 'skipped', text: '1 orphan is left out.' },
  ],
};

it('shows what is left out as a remark and the other notes as warnings, independent of their texts', async () => {
  renderPage(<LikeDialog dialog={1} hostId="glance-02" other="glance-01" />, {
    state: { clouds: [sampleCloud], hosts },
    procedures: {
      'operations.select': () => selected,
      'hosts.images': () => ({ cached: [], queued: [] }),
      'clouds.catalogue': () => ({ images: [], readAt: 1_000, failure: null }),
    },
  });
  const remark = await screen.findByText('1 orphan is left out.');
  expect(remark.closest('[role="note"]')).toBeNull();
  expect(screen.getByRole('note').textContent).toBe('Skipped is the first word of this warning.');
  expect(screen.getByText('Nothing of glance-01 can be queued on glance-02.')).toBeTruthy();
});
