import { screen } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { useOpenDialog } from '../../lib/dialog-store.ts';
import { resetWindowState } from '../../lib/persistent-state.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { CachedTab } from './cached-tab.tsx';

beforeEach(() => {
  resetWindowState();
  localStorage.clear();
});

const host = sampleHost('glance-01', {
  capabilities: { apiVersion: '2.18', release: '', abilities: { delete: { can: true } } } as never,
});
const image = (number: number, catalogStatus: CachedImage['catalogStatus']): CachedImage => ({
  imageId: `00000000-0000-4000-8000-00000000000${number}`,
  sizeBytes: 1_024,
  hits: 5,
  lastAccessed: Date.now(),
  lastModified: Date.now(),
  catalogStatus,
  description: null,
});
const images = [image(1, 'orphan'), image(2, 'known'), image(3, 'known')];

function Asked() {
  const request = useOpenDialog()?.request;
  return (
    <output aria-label="Asked">
      {request?.kind === 'delete' ? request.targets.map(({ imageId }) => imageId.at(-1)).join() : ''}
    </output>
  );
}

it('deletes the selected images that a quick filter shows, and the hidden ones only if they are included', async () => {
  const { user } = renderPage(
    <>
      <CachedTab host={host} images={images} />
      <Asked />
    </>,
    { state: { clouds: [sampleCloud], hosts: [host] } },
  );
  await user.click(screen.getByRole('checkbox', { name: 'Select all 3 shown' }));
  await user.click(screen.getByRole('button', { name: 'Orphans 1' }));
  await screen.findByText('2 hidden by the filter');
  screen.getByText('1 selected');
  screen.getByText('1.00 KiB would be freed');
  await user.click(screen.getByRole('button', { name: 'Delete…' }));
  expect(screen.getByRole('status', { name: 'Asked' }).textContent).toBe('1');
});
