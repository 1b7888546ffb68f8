import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../testing/render.tsx';
import { sampleCloud, sampleHost } from '../testing/sample-state.ts';
import { HostChooser } from './host-chooser.tsx';

it('offers hosts that cannot be reached last', () => {
  const hosts = [sampleHost('down', { state: 'failed' }), sampleHost('one'), sampleHost('two', { state: 'reachable' })];
  renderPage(<HostChooser hosts={hosts} ability="clear" chosen={new Set()} onChange={() => undefined} />, {
    state: { clouds: [sampleCloud], hosts },
  });
  const names = screen.getAllByRole('button', { name: /^(down|one|two)$/ }).map(({ textContent }) => textContent);
  expect(names).toEqual(['one', 'two', 'down']);
});
