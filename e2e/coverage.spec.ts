import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { addHosts, call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { coverage, grid, type Letter, words } from './coverage-cells.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { railLink } from './page-parts.ts';

// Missing images of a selection are queued and cached ones deleted, with the keyboard. `large-cloud.spec.ts` compares every cell.

const focused = (page: Page): Locator => page.locator('*:focus');

test('cells can be reached, selected and deleted with the keyboard alone; hosts without data are shown as unknown', async ({
  browser,
}) => {
  await using outside = await outsideCloud({ hosts: 5, images: 40 });
  const { cloud } = outside;
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(served.url);
  const ids = await addHosts(page, outside);
  for (const name of ['glance-01', 'glance-02']) {
    await call(page, 'hosts/update', { id: ids[name], labels: ['core'] });
  }
  await railLink(page, 'Coverage').click();
  await expect(grid(page).getByRole('gridcell', { name: /glance-01: cached/ })).not.toHaveCount(0);
  const rows = Number(await grid(page).getAttribute('aria-rowcount'));

  // A host without data is unknown, and a filter without matches says so.
  await expect(page.getByText('edge-lyon-1: unknown')).not.toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Filter images' }).fill('no such image');
  await expect(page.getByRole('heading', { name: 'No matching images' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Show all images' }).click();
  await expect(grid(page).getByRole('gridcell', { name: /glance-01: cached, as of/ })).not.toHaveCount(0);

  // The focus moves from the filter into the grid, and to both of its ends.
  await page.getByRole('searchbox', { name: 'Filter images' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(focused(page)).toHaveRole('rowheader');
  await page.keyboard.press('Control+End');
  await expect(page.locator('[role=row]', { has: focused(page) })).toHaveAttribute('aria-rowindex', String(rows));
  await expect(focused(page)).toBeInViewport();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('PageDown');
  await expect(focused(page)).toBeInViewport();
  await page.keyboard.press('Control+Home');

  // A heading sorts, a host's heading opens it.
  for (const key of ['ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
  await expect(grid(page).getByRole('columnheader', { name: 'Image' })).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Control+Home');

  // A range of two images on two hosts is announced, summed up and deleted, and nothing else is.
  await page.getByRole('searchbox', { name: 'Filter images' }).fill('ubuntu-2');
  await expect(grid(page)).not.toHaveAttribute('aria-rowcount', String(rows));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('4 cells selected')).toBeVisible();
  await expect(grid(page).locator('[aria-selected=true]')).toHaveCount(4);
  const chosen = await grid(page)
    .locator('[aria-selected=true][data-cell=c]')
    .evaluateAll((cells) =>
      cells.map((cell) => `${cell.getAttribute('data-col')} ${cell.getAttribute('data-row')}`.replace('host ', '')),
    );
  const cachedNow = () =>
    cloud.control.hosts.flatMap((host) =>
      host.state().cached.map(({ imageId }) => `${ids[host.name]} image ${imageId}`),
    );
  const before = cachedNow();
  expect(chosen.length).toBeGreaterThan(0);
  await page.getByRole('button', { name: `Delete ${chosen.length}…` }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
  await dialog.getByRole('button', { name: new RegExp(`^Delete ${chosen.length} (copies|images?)`) }).click();
  await expect(dialog.getByRole('status')).toContainText(`${chosen.length} of ${chosen.length} done.`);
  await dialog.getByRole('button', { name: 'Done' }).click();
  const gone = before.filter((cell) => !cachedNow().includes(cell));
  expect(gone.sort()).toEqual(chosen.sort());

  // The grid updates by itself and keeps the selection.
  await expect(grid(page).locator('[aria-selected=true][data-cell=m]')).toHaveCount(4);
  await expect(page.getByRole('button', { name: 'Queue 4 missing…' })).toBeVisible();
  await page.getByRole('button', { name: 'Deselect' }).click();
  await expect(page.getByText('cells selected')).toHaveCount(0);

  // Hosts by their labels; a group is folded into one column.
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByLabel('Group hosts by').selectOption('label');
  const group = (expanded: boolean) => grid(page).getByRole('columnheader', { name: /^core, 2 hosts/, expanded });
  await expect(group(true)).toBeVisible();
  await expectAccessible(page);
  await group(true).focus();
  await page.keyboard.press('Enter');
  await expect(group(false)).toBeVisible();
  await expect(grid(page)).toHaveAttribute('aria-colcount', '9');
  await expect(grid(page).getByRole('gridcell', { name: /, core: cached on \d of 2/ })).not.toHaveCount(0);

  // The whole grid is exported as a file.
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'JSON file' }).click();
  const file: Record<string, unknown>[] = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
  const answer = await coverage(page);
  expect(file).toHaveLength(answer.images.length);
  const at = answer.hosts.findIndex(({ hostId }) => hostId === ids['glance-03']);
  for (const { imageId, cells } of answer.images) {
    const line = file.find((each) => each['image_id'] === imageId);
    expect(line?.['glance-03']).toBe(words[cells[at] as Letter]);
  }
  await context.close();
});
