import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Coverage } from '../../../electron/contract/coverage.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { CoverageTab } from './coverage-tab.tsx';
import { gridImage } from './testing/samples.ts';

const hosts = ['glance-01', 'glance-02', 'glance-03', 'glance-04'].map((name) =>
  sampleHost(name, { state: 'reachable', revision: 1, refreshedAt: 1_000 }),
);
const answer: Coverage = {
  revision: 1,
  hosts: hosts.map(({ id }) => ({ hostId: id, reading: 'current', revision: 1, takenAt: 1_000, reason: null })),
  images: Array.from({ length: 40 }, (_, index) => gridImage(`image-${index}`, 'cmqc', { hits: 100 - index }).image),
};
const procedures = {
  'coverage.get': () => answer,
  'clouds.catalogue': () => ({ images: [], readAt: 1_000, failure: null }),
  'golden.membership': () => ({ sets: [] }),
  'coverage.places': () => ({ places: [] }),
};

/** Renders the grid of 40 images on 4 hosts and waits until it is there. */
async function renderGrid() {
  const page = renderPage(<CoverageTab />, { state: { clouds: [sampleCloud], hosts }, procedures });
  const grid = await screen.findByRole('grid', { name: 'Coverage' });
  return { ...page, grid };
}

it('walks the cells with the keys of a spreadsheet', async () => {
  const { user, grid } = await renderGrid();
  const rows = Number(grid.getAttribute('aria-rowcount'));
  expect(rows).toBe(42);
  await user.click(screen.getByRole('searchbox', { name: 'Filter images' }));
  await user.keyboard('{ArrowDown}');
  await waitFor(() => expect(document.activeElement?.getAttribute('role')).toBe('rowheader'));
  const walk: [keys: string, row: number, column: number][] = [
    ['{ArrowRight}', 3, 2],
    ['{ArrowRight}', 3, 3],
    ['{ArrowDown}', 4, 3],
    ['{End}', 4, 9],
    ['{Home}', 4, 1],
    ['{Control>}{End}{/Control}', rows, 9],
    ['{Control>}{Home}{/Control}', 3, 1],
    ['{ArrowUp}', 2, 1],
    ['{ArrowUp}', 1, 1],
    ['{ArrowUp}', 1, 1],
    ['{Control>}{ArrowDown}{/Control}', rows, 1],
    ['{Control>}{ArrowUp}{/Control}', 3, 1],
  ];
  for (const [keys, row, column] of walk) {
    await user.keyboard(keys);
    await waitFor(() => {
      const cell = document.activeElement;
      expect([cell?.closest('[role=row]')?.getAttribute('aria-rowindex'), cell?.getAttribute('aria-colindex')]).toEqual(
        [String(row), String(column)],
      );
    });
  }
  expect(grid.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
});

it('names every cell with its state, and describes a host that fails in the past at once', async () => {
  const { grid, receive } = await renderGrid();
  expect(
    await within(grid).findByRole('gridcell', { name: /^name of image-0, glance-01: cached, as of/ }),
  ).toBeTruthy();
  expect(within(grid).getByRole('gridcell', { name: /^name of image-0, glance-02: missing, as of/ })).toBeTruthy();
  const failure = { code: 'unreachable', message: 'No route to host', remedy: '' } as const;
  const [first] = hosts;
  if (first)
    receive({
      type: 'hosts',
      changed: [{ ...first, state: 'failed', failure }],
      removed: [],
      fleet: { distinctImages: 40 },
    });
  const past = { name: /^name of image-0, glance-01: unknown, was cached/ };
  expect(await within(grid).findByRole('gridcell', past)).toBeTruthy();
  expect(screen.getByText('glance-01: as last seen').title).toContain('No route to host');
});

it('says that no image matches the filter, and shows all again', async () => {
  const { user, grid } = await renderGrid();
  await user.type(screen.getByRole('searchbox', { name: 'Filter images' }), 'no such image');
  expect(await screen.findByRole('heading', { name: 'No matching images' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Show all images' }));
  await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe('42'));
});

it('says how to get hosts where there are none', async () => {
  renderPage(<CoverageTab />, {
    procedures: { ...procedures, 'coverage.get': () => ({ revision: 0, hosts: [], images: [] }) },
  });
  expect(await screen.findByRole('heading', { name: 'No hosts yet' })).toBeTruthy();
});
