import { screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import type { Coverage } from '../../../electron/contract/coverage.ts';
import { resetWindowState } from '../../lib/persistent-state.ts';
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

/** Renders the grid of 40 images on 4 hosts and waits until it is shown. */
async function renderGrid() {
  const page = renderPage(<CoverageTab />, { state: { clouds: [sampleCloud], hosts }, procedures });
  const grid = await screen.findByRole('grid', { name: 'Coverage' });
  return { ...page, grid };
}

it('moves between cells with the keys of a spreadsheet', async () => {
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

it('names every cell with its state, and uses the past tense at once for a host that fails', async () => {
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

it('image and host names are links; a click beside a name, or with Ctrl, selects', async () => {
  const { user, grid } = await renderGrid();
  const image = within(grid).getByRole('link', { name: 'name of image-0' });
  expect(image.getAttribute('href')).toBe('#/image/image-0');
  const host = within(grid).getByRole('link', { name: 'glance-02' });
  expect(host.getAttribute('href')).toBe(`#/host/${hosts[1]?.id}`);
  await user.keyboard('{Control>}');
  await user.click(image);
  await user.keyboard('{/Control}');
  expect(screen.getByText('4 cells selected')).toBeTruthy();
  await user.click(within(grid).getByRole('gridcell', { name: /^glance-02: 0 cached/ }));
  expect(screen.getByText('40 cells selected')).toBeTruthy();
  expect(location.hash).toBe('#/');
  await user.click(host);
  expect(location.hash).toBe(`#/host/${hosts[1]?.id}`);
  expect(screen.getByText('40 cells selected')).toBeTruthy();
});

it('shows the chosen columns and hosts, also after a restart, and counts only these', async () => {
  const { user, grid, unmount } = await renderGrid();
  expect(screen.getByRole('button', { name: 'Missing 40' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Columns' }));
  const menu = within(await screen.findByRole('dialog', { name: 'Columns' }));
  await user.click(menu.getByRole('checkbox', { name: 'Hits' }));
  await user.click(menu.getByRole('button', { name: 'glance-02' }));
  expect(menu.getByText('3 of 4 hosts shown')).toBeTruthy();
  await user.click(menu.getByRole('button', { name: 'Done' }));
  expect(grid.getAttribute('aria-colcount')).toBe('7');
  expect(within(grid).queryByRole('columnheader', { name: 'glance-02' })).toBeNull();
  // Only the hidden host misses images.
  expect(screen.getByRole('button', { name: 'Missing 0' })).toBeTruthy();
  unmount();
  resetWindowState();
  const again = await renderGrid();
  expect(again.grid.getAttribute('aria-colcount')).toBe('7');
  expect(screen.getByText('1 host hidden')).toBeTruthy();
  await again.user.click(screen.getByRole('button', { name: 'Show all hosts' }));
  expect(again.grid.getAttribute('aria-colcount')).toBe('8');
});

it('resizes a data column with the keyboard', async () => {
  const { user, grid } = await renderGrid();
  const heading = within(grid).getByRole('columnheader', { name: 'Size' });
  heading.focus();
  await user.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
  expect(heading.style.width).toBe('136px');
});

it('shows one line of controls above the grid in a small window until the options are opened', async () => {
  const media = matchMedia;
  vi.stubGlobal('matchMedia', (query: string) => ({ ...media(query), matches: true }));
  try {
    const { user } = await renderGrid();
    expect(screen.queryByRole('combobox', { name: 'Tag' })).toBeNull();
    expect(screen.queryByRole('list', { name: 'Legend' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Options' }));
    expect(screen.getByRole('combobox', { name: 'Tag' })).toBeTruthy();
    expect(screen.getByRole('combobox', { name: 'Group hosts by' })).toBeTruthy();
    expect(screen.getByRole('list', { name: 'Legend' })).toBeTruthy();
  } finally {
    vi.stubGlobal('matchMedia', media);
  }
});

it('says that no image matches the filter, and resets it', async () => {
  const { user, grid } = await renderGrid();
  await user.click(screen.getByRole('searchbox', { name: 'Filter images' }));
  await user.paste('no such image');
  expect(await screen.findByRole('heading', { name: 'No matching images' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Show all images' }));
  await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe('42'));
});

it('explains how to add hosts if there are none', async () => {
  renderPage(<CoverageTab />, {
    procedures: { ...procedures, 'coverage.get': () => ({ revision: 0, hosts: [], images: [] }) },
  });
  expect(await screen.findByRole('heading', { name: 'No hosts yet' })).toBeTruthy();
});
