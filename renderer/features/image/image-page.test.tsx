import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { paletteStore } from '../../lib/palette-store.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { ImagePage } from './image-page.tsx';

const imageId = '00000000-0000-4000-8000-000000000001';

it('says that no image has the id of the address, and offers the search', async () => {
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
