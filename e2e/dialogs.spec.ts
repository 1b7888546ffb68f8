import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './fixtures.ts';
import { hostRow, openHost, railLink, tableRow, untilDemoIsRead } from './page-parts.ts';

// Actions on the demo cloud, from the dialog to the answer of the host.

async function openCachedImages(page: Page, name: string) {
  await openHost(page, name);
  await expect(tableRow(page.getByRole('table', { name: 'Cached images', exact: true }), 0)).toBeVisible();
}

test('a closed preview sends nothing and a closed dialog stops nothing; images are queued and deleted, hosts pruned and cleaned, and a cache cleared as previewed', async ({
  page,
}) => {
  await untilDemoIsRead(page);
  await test.step('closing a preview sends nothing', async () => {
    await openCachedImages(page, 'glance-02');
    const tab = page.getByRole('tab', { name: 'Cached' });
    const before = await tab.textContent();
    await tableRow(page.getByRole('table', { name: 'Cached images', exact: true }), 0)
      .getByRole('checkbox')
      .click();
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
    await expect(dialog.getByRole('button', { name: 'Delete 1 image' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expect(tab).toHaveText(before ?? '');
  });

  await test.step('an operation continues after its dialog is closed, and is listed in Operations', async () => {
    await page.getByRole('button', { name: 'Clean…' }).click();
    await page
      .getByRole('dialog', { name: /^Clean / })
      .getByRole('button', { name: 'Clean glance-02', exact: true })
      .click();
    await page.keyboard.press('Escape');
    await railLink(page, 'Operations').click();
    await expect(page.getByRole('table', { name: 'Operations' })).toContainText('Clean');
  });

  await test.step('images are chosen from the catalogue and queued; images that cannot be cached cannot be chosen', async () => {
    await openCachedImages(page, 'glance-04');
    await page.getByRole('button', { name: 'Queue images…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Queue images' });
    const rows = dialog.getByRole('table', { name: 'Images to queue' }).locator('tbody').getByRole('row');
    await expect(rows).not.toHaveCount(0);
    await expect(dialog.getByRole('searchbox', { name: 'Search images' })).toBeFocused();
    await expectAccessible(page);
    await dialog.getByRole('searchbox').fill('windows-2016-std');
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('deactivated');
    await rows.click();
    await expect(dialog.getByRole('button', { name: /^Chosen 0/ })).toBeVisible();
    await dialog.getByRole('searchbox').fill('');
    const free = dialog.locator('tbody input:not([aria-disabled])');
    await free.nth(0).click();
    await free.nth(1).click();
    await dialog.getByRole('button', { name: 'Queue 2 images' }).click();
    await expect(dialog).toContainText(/\d of 2 done|in progress/);
    await dialog.getByRole('button', { name: /Run in background|Done/ }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('several hosts are pruned and cleaned, each by its own method, without those that support none', async () => {
    await railLink(page, 'Fleet').click();
    // The dialog selects the hosts that are reachable when it opens.
    for (const name of ['glance-01', 'glance-02']) await expect(hostRow(page, name)).toContainText('reachable');
    await expect(hostRow(page, 'glance-04')).toContainText('stalled');
    await expect(hostRow(page, 'glance-03')).toContainText('over its limit');
    await page.getByRole('button', { name: 'Prune…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prune' });
    const chosen = dialog.getByRole('group', { name: /^\d of 5 hosts selected/ });
    await expect(dialog.getByRole('row', { name: /glance-03/ })).toContainText('Delete individually');
    await expect(dialog.getByRole('row', { name: /glance-02/ })).toContainText('none expected');
    for (const name of ['glance-01', 'glance-02', 'glance-04']) await chosen.getByRole('button', { name }).click();
    await expect(dialog.getByRole('button', { name: /^Prune \d+ images from glance-03$/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clean…' }).click();
    const clean = page.getByRole('dialog', { name: 'Clean' });
    await expect(clean.getByRole('button', { name: 'glance-03' })).toHaveAttribute('aria-disabled', 'true');
    await clean.getByRole('button', { name: 'Clean 2 hosts' }).click();
    await expect(clean).toContainText('2 of 2 done.');
    await clean.getByRole('button', { name: 'Done', exact: true }).click();
    await expect(clean).toBeHidden();
  });

  await test.step('a deletion previews the images and the host, runs, and shows the host’s answer', async () => {
    await openCachedImages(page, 'glance-01');
    const table = page.getByRole('table', { name: 'Cached images' });
    for (const index of [0, 1, 2]) await tableRow(table, index).getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
    await expect(dialog).toContainText(/3 images will be deleted from glance-01, .* will be freed/);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Delete 3 images' }).click();
    await expect(dialog).toContainText('3 of 3 done.');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText(/^\d+ selected$/)).toBeHidden();
  });

  await test.step('clearing names the number of images in the cache, the queue or both', async () => {
    await openCachedImages(page, 'glance-03');
    await page.getByRole('button', { name: 'Clear…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear' });
    await expect(dialog.getByRole('button', { name: 'Clear 63 images' })).toBeVisible();
    await dialog.getByRole('radio', { name: /^Queue: all/ }).check();
    await expect(dialog.getByRole('button', { name: /^Clear \d images?$/ })).toBeVisible();
    await dialog.getByRole('radio', { name: 'Both' }).check();
    await expect(dialog.getByRole('button', { name: /^Clear 6\d images$/ })).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole('radio', { name: /^Cache: all/ }).check();
    await dialog.getByRole('button', { name: 'Clear 63 images' }).click();
    await expect(dialog).toContainText('1 of 1 done.');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('heading', { name: 'No cached images' })).toBeVisible();
  });
});
