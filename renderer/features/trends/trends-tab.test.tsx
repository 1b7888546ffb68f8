import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { HostTrend } from '../../../electron/contract/trends.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleHost } from '../../testing/sample-state.ts';
import { TrendsTab } from './trends-tab.tsx';

const point = { at: 1_000, sizeBytes: 1_024, limitBytes: null, images: 3, queued: 0 };
const trend: HostTrend = {
  hostId: 'a',
  from: 0,
  to: 2_000,
  points: [point],
  gaps: [],
  bars: [],
  forecast: { kind: 'noLimit' },
  hot: [],
  since: 1_000,
};

it.each([0, 2])('warns that the sizes over time are incomplete: %i images of unknown size', async (unsized) => {
  const totals = {
    cachedImages: 3,
    sizeBytes: 1_024,
    unsized,
    hits: 0,
    queued: 0,
    stalled: 0,
    oldestQueued: null,
    orphans: 0,
    orphanBytes: 0,
    unsizedOrphans: 0,
    oddRecords: 0,
  };
  renderPage(<TrendsTab host={sampleHost('a', { state: 'reachable', totals })} />, {
    procedures: { 'trends.host': () => trend },
  });
  await screen.findByRole('heading', { name: 'Size' });
  const note = screen.queryByText(/Without 2 images of unknown size, so the cache is larger/);
  expect(note !== null).toBe(unsized > 0);
});
