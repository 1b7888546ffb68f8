import { expectAccessible } from './accessible.ts';
import { expect, test } from './fixtures.ts';
import {
  chooseInPalette,
  openPalette,
  palette,
  paletteField,
  paletteSelection,
  untilDemoIsRead,
} from './page-parts.ts';

// Search everywhere: images by name and id with where they are, hosts, pages and actions, all from one field.

test.describe('over the demo cloud', () => {
  test.beforeEach(async ({ page }) => {
    await untilDemoIsRead(page);
  });

  test('an image is found by its name and opens its page; pages and actions are found too', async ({ page }) => {
    await page.getByRole('button', { name: /Search images, hosts, actions/ }).click();
    await paletteField(page).fill('ubuntu-24.04-server');
    const found = palette(page).getByRole('button', {
      name: /^ubuntu-24\.04-server [0-9a-f-]{36} cached on 4 of 5 hosts/,
    });
    await expect(found).toBeVisible();
    await expect(paletteSelection(page)).toHaveCount(1);
    await expect(paletteSelection(page)).toContainText('ubuntu-24.04-server');
    await expectAccessible(page);

    // Further typing keeps the order of entries that still match, and highlights only one.
    await page.keyboard.type('-next');
    await expect(palette(page).getByRole('button', { name: /^ubuntu-24\.04-server-next / })).toBeVisible();
    await expect(found).toBeHidden();
    await expect(paletteSelection(page)).toHaveCount(1);
    for (let key = 0; key < 5; key += 1) await page.keyboard.press('Backspace');
    await expect(found).toBeVisible();
    await page.keyboard.press('Enter');

    await expect(page.getByRole('heading', { name: 'ubuntu-24.04-server', level: 1 })).toBeVisible();
    await expect(page.getByText('Cached on 4 of 5 hosts')).toBeVisible();
    const hosts = page.getByRole('table', { name: 'Hosts' });
    await expect(hosts.getByRole('row', { name: /glance-01/ })).toContainText('cached');
    await expect(hosts.getByRole('row', { name: /edge-lyon-1/ })).toContainText('unknown');
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'In Glance' }).click();
    await expect(page.getByText('os_distro')).toBeVisible();
    await expectAccessible(page);

    // Hosts, pages and actions are found too, and a search without results says so.
    await chooseInPalette(page, 'waste', /waste/i);
    await expect(page.getByRole('tab', { name: 'Waste' })).toHaveAttribute('aria-selected', 'true');
    await chooseInPalette(page, 'golden sets', /golden sets/i);
    await expect(page.getByRole('tab', { name: 'Golden sets' })).toHaveAttribute('aria-selected', 'true');
    await openPalette(page);
    for (const action of ['Prefetch…', 'Prune…', 'Find hosts…']) {
      await paletteField(page).fill(action.slice(0, -1));
      await expect(palette(page).getByRole('button', { name: new RegExp(`^${action}`) })).toBeVisible();
    }
    await paletteField(page).fill('no image is called this');
    await expect(palette(page).getByText('No results')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();

    // Its page deletes an image everywhere, and queues it where it is missing.
    await openPalette(page);
    await page.keyboard.type('alpine-3.22');
    await expect(paletteSelection(page)).toContainText('alpine-3.22');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'alpine-3.22', level: 1 })).toBeVisible();
    await page.getByRole('tab', { name: 'Hosts' }).click();
    const cached = hosts.getByRole('row').filter({ hasText: 'cached' });
    await expect(cached).not.toHaveCount(0);
    await page.getByRole('button', { name: /^Delete everywhere \(\d+ hosts\)…$/ }).click();
    const remove = page.getByRole('dialog', { name: 'Delete from cache' });
    await remove.getByRole('button', { name: /^Delete \d+ copies of 1 image/ }).click();
    await expect(remove.getByRole('status')).toContainText(/(\d+) of \1 done\./);
    await remove.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByText('Cached nowhere').or(page.getByText(/Cached on none/))).toBeVisible();
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(page.getByRole('table', { name: 'History' })).toContainText(/Delete/);
    await page.getByRole('tab', { name: 'Hosts' }).click();
    await page.getByRole('button', { name: /^Queue on \d+ hosts?…$/ }).click();
    await expect(page.getByRole('dialog', { name: 'Queue images' })).toContainText('alpine-3.22');
  });
});
