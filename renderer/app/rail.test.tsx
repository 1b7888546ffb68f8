import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { resetWindowState } from '../lib/persistent-state.ts';
import { renderPage } from '../testing/render.tsx';
import { sampleCloud, sampleHost } from '../testing/sample-state.ts';
import { Rail } from './rail.tsx';

const hosts = [
  sampleHost('glance-01', { state: 'reachable' }),
  sampleHost('glance-02', { state: 'failed' }),
  sampleHost('glance-03', { state: 'reachable', imageServiceId: 'west', region: 'West' }),
];
const state = { clouds: [sampleCloud], hosts };
const rail = () => screen.getByRole('navigation', { name: 'Console' });
const hostLinks = () =>
  within(rail())
    .queryAllByRole('link')
    .map(({ textContent }) => textContent?.match(/glance-\d\d/)?.[0])
    .filter((name) => name !== undefined);

it('shows hosts with problems first, by region, and finds hosts by a filter', async () => {
  const { user } = renderPage(<Rail />, { state });
  expect(hostLinks()).toEqual(['glance-02', 'glance-01', 'glance-03']);
  const filter = within(rail()).getByRole('searchbox');
  await user.type(filter, 'west');
  expect(hostLinks()).toEqual(['glance-03']);
  await user.clear(filter);
  await user.type(filter, 'nothing');
  within(rail()).getByText('No matching hosts');
  await user.keyboard('{Escape}');
  expect(hostLinks()).toHaveLength(3);
});

it('does not move a host under the pointer when its state changes', async () => {
  const { user, receive } = renderPage(<Rail />, { state });
  const change = (name: string) =>
    receive({
      type: 'hosts',
      changed: [sampleHost(name, { state: 'failed' })],
      removed: [],
      fleet: { distinctImages: 0 },
    });
  await user.hover(within(rail()).getByRole('link', { name: 'glance-01' }));
  change('glance-01');
  expect(hostLinks()).toEqual(['glance-02', 'glance-01', 'glance-03']);
  await user.unhover(within(rail()).getByRole('link', { name: 'glance-01' }));
  expect(hostLinks()).toEqual(['glance-01', 'glance-02', 'glance-03']);
});

it('folds groups, describes what a folded group hides, and keeps it folded after a restart', async () => {
  const first = renderPage(<Rail />, { state });
  const group = () => within(rail()).getByRole('button', { name: /^production/ });
  expect(group().getAttribute('aria-expanded')).toBe('true');
  await first.user.click(group());
  expect(hostLinks()).toEqual([]);
  within(group()).getByRole('img', { name: '3 hosts, 1 unreachable' });
  first.unmount();
  resetWindowState();
  const { user } = renderPage(<Rail />, { state });
  expect(hostLinks()).toEqual([]);
  await user.type(within(rail()).getByRole('searchbox'), '01');
  expect(hostLinks()).toEqual(['glance-01']);
});

it('can be collapsed to icons and expanded with the keyboard, and stays so after a restart', async () => {
  const first = renderPage(<Rail />, { state });
  await first.user.keyboard('{Control>}b{/Control}');
  within(rail()).getByRole('link', { name: 'Operations' });
  expect(hostLinks()).toEqual([]);
  first.unmount();
  resetWindowState();
  const { user } = renderPage(<Rail />, { state });
  expect(hostLinks()).toEqual([]);
  const expand = within(rail()).getByRole('button', { name: 'Expand navigation' });
  while (document.activeElement !== expand) await user.tab();
  await user.keyboard('{Enter}');
  expect(hostLinks()).toHaveLength(3);
});

it('is collapsed at first in a narrow window', () => {
  vi.spyOn(window, 'matchMedia').mockImplementation(
    (query) =>
      ({
        matches: true,
        media: query,
        addEventListener: () => {},
        removeEventListener: () => {},
      }) as unknown as MediaQueryList,
  );
  renderPage(<Rail />, { state });
  within(rail()).getByRole('button', { name: 'Expand navigation' });
  vi.restoreAllMocks();
});
