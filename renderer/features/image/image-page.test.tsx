import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { paletteStore } from '../../lib/palette-store.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { ImagePage } from './image-page.tsx';

const imageId = '00000000-0000-4000-8000-000000000001';

it('says that no image has the id in the address, and offers the search', async () => {
  const { user } = renderPage(<ImagePage imageId={imageId} />, {
    state: { clouds: [sampleCloud], hosts: [sampleHost('glance-01')] },
    procedures: {
      'coverage.places': () => ({ imageId, places: [{ hostId: 'glance-01', cell: '?', cached: null, queued: null }] }),
      'search.catalogued': () => ({ entries: [] }),
      'search.images': () => ({ images: [], matching: 0 }),
      'golden.membership': () => ({ sets: [] }),
    },
  });
  await screen.findByRole('heading', { name: 'No image with this ID' });
  screen.getByText(imageId);
  await user.click(screen.getByRole('button', { name: 'Search images' }));
  expect(paletteStore.getState().opened).toBe(true);
});

it('the breadcrumb links to the coverage, and the delete dialog shows the number of hosts', async () => {
  const hosts = ['glance-01', 'glance-02', 'glance-03'].map((name) => sampleHost(name, { state: 'reachable' }));
  const places = hosts.map(({ id }, index) => ({
    hostId: id,
    cell: index < 2 ? 'c' : 'm',
    cached: null,
    queued: null,
  }));
  const { user } = renderPage(<ImagePage imageId={imageId} />, {
    state: { clouds: [sampleCloud], hosts },
    procedures: {
      'coverage.places': () => ({ imageId, places }),
      'search.catalogued': () => ({ entries: [] }),
      'search.images': () => ({ images: [], matching: 0 }),
      'golden.membership': () => ({ sets: [] }),
    },
  });
  await screen.findByRole('button', { name: 'Delete everywhere (2 hosts)…' });
  const breadcrumb = within(screen.getByRole('navigation', { name: 'Breadcrumb' }));
  await user.click(breadcrumb.getByRole('link', { name: 'Coverage' }));
  expect(location.hash).toBe('#/coverage');
});
