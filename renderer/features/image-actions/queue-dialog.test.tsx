import { act, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../../testing/render.tsx';
import { sampleCapabilities, sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { planned, planOf } from '../operations/testing/plan-samples.ts';
import { QueueDialog } from './queue-dialog.tsx';

it('keeps its button enabled when the catalog is read again and the targets stay the same', async () => {
  const hosts = ['glance-01', 'glance-02'].map((name) =>
    sampleHost(name, { state: 'reachable', capabilities: sampleCapabilities }),
  );
  const targets = hosts.map(({ id }) => planned(id, { imageId: 'image-1' }));
  let reads = 0;
  const { receive } = renderPage(
    <QueueDialog dialog={1} hostIds={hosts.map(({ id }) => id)} chosenFirst={undefined} imageIds={['image-1']} />,
    {
      state: { clouds: [sampleCloud], hosts },
      procedures: {
        'operations.plan': (action) => planOf(action, targets),
        'clouds.catalogue': () => {
          reads += 1;
          return { images: [], readAt: 1_000 * reads, failure: null };
        },
      },
    },
  );
  const button = await screen.findByRole('button', { name: 'Queue 1 image on 2 hosts' });
  await expect.poll(() => button.ariaDisabled).toBeNull();
  const before = reads;
  receive({ type: 'catalogue', imageServiceId: 'cloud' });
  await expect.poll(() => reads, { interval: 5 }).toBeGreaterThan(before);
  await act(async () => {});
  expect(button.getAttribute('aria-disabled')).toBeNull();
});
