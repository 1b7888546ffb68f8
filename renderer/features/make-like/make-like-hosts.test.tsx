import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { MakeLikeHosts } from './make-like-hosts.tsx';

it('offers the hosts with the same images first, and those that cannot be reached last', () => {
  const inTwo = { imageServiceId: 'two', region: 'RegionTwo' };
  const here = sampleHost('glance-05', { region: 'RegionOne' });
  const hosts = [
    here,
    sampleHost('edge-1', inTwo),
    sampleHost('glance-01', { region: 'RegionOne', state: 'failed' }),
    sampleHost('glance-02', { region: 'RegionOne' }),
    sampleHost('glance-10', { region: 'RegionOne' }),
  ];
  renderPage(<MakeLikeHosts here={here} gives={false} hosts={hosts} onChoose={() => undefined} />, {
    state: { clouds: [sampleCloud], hosts },
  });
  const [head, ...rows] = screen.getAllByRole('row');
  if (!head) throw new Error('There is no table');
  within(head).getByText('Region');
  const names = rows.map((row) => within(row).getByRole('button').textContent);
  expect(names).toEqual(['glance-02', 'glance-10', 'edge-1', 'glance-01']);
});
