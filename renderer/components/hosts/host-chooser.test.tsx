import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { HostChooser } from './host-chooser.tsx';

const hosts = Array.from({ length: 12 }, (_, index) => sampleHost(`glance-${10 + index}`));

it('finds hosts by a filter', async () => {
  const onChange = vi.fn();
  const { user } = renderPage(
    <HostChooser hosts={hosts} ability="queue" chosen={new Set(['glance-10', 'glance-21'])} onChange={onChange} />,
    { state: { clouds: [sampleCloud], hosts } },
  );
  await user.type(screen.getByRole('searchbox', { name: 'Filter the hosts to choose' }), 'glance-2');
  const chips = screen.getAllByRole('button').map(({ textContent }) => textContent?.trim());
  expect(chips).toEqual(['glance-20', 'glance-21', 'All']);
});

it('offers hosts that cannot be reached last', () => {
  const some = [sampleHost('down', { state: 'failed' }), sampleHost('one'), sampleHost('two', { state: 'reachable' })];
  renderPage(<HostChooser hosts={some} ability="clear" chosen={new Set()} onChange={() => undefined} />, {
    state: { clouds: [sampleCloud], hosts: some },
  });
  const names = screen.getAllByRole('button', { name: /^(down|one|two)$/ }).map(({ textContent }) => textContent);
  expect(names).toEqual(['one', 'two', 'down']);
});
