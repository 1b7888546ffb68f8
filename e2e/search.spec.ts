import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { addHosts } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { untilDemoIsRead } from './demo-hosts.ts';
import { expect, serveConsole, test } from './fixtures.ts';

// Search everywhere: images by name and id with where they are, hosts, pages and actions, all from one field.

const palette = (page: Page) => page.getByRole('dialog', { name: 'Search' });
const field = (page: Page) => page.getByRole('textbox', { name: 'Search images, hosts, actions' });
const marked = (page: Page) => palette(page).locator('[data-selected]');

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
}

test.describe('over the demo cloud', () => {
  test.beforeEach(async ({ page }) => {
    await untilDemoIsRead(page);
  });

  test('an image is found by its name, says where it is, and opens its page', async ({ page }) => {
    test.slow();
    await page.getByRole('button', { name: /Search images, hosts, actions/ }).click();
    await field(page).fill('ubuntu-24.04-server');
    const found = palette(page).getByRole('button', {
      name: /^ubuntu-24\.04-server [0-9a-f-]{36} cached on 4 of 5 hosts/,
    });
    await expect(found).toBeVisible();
    await expect(marked(page)).toHaveCount(1);
    await expect(marked(page)).toContainText('ubuntu-24.04-server');
    await expectAccessible(page);

    // Typed on: what still matches stays where it was, and nothing is marked twice.
    await page.keyboard.type('-next');
    await expect(palette(page).getByRole('button', { name: /^ubuntu-24\.04-server-next / })).toBeVisible();
    await expect(found).toBeHidden();
    await expect(marked(page)).toHaveCount(1);
    for (let key = 0; key < 5; key += 1) await page.keyboard.press('Backspace');
    await expect(found).toBeVisible();
    await page.keyboard.press('Enter');

    await expect(page.getByRole('heading', { name: 'ubuntu-24.04-server', level: 1 })).toBeVisible();
    await expect(page.getByText('Cached on 4 of 5 hosts')).toBeVisible();
    const hosts = page.getByRole('table', { name: 'Hosts of this image' });
    await expect(hosts.getByRole('row', { name: /glance-01/ })).toContainText('cached');
    await expect(hosts.getByRole('row', { name: /edge-lyon-1/ })).toContainText('unknown');
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'In Glance' }).click();
    await expect(page.getByText('os_distro')).toBeVisible();
    await expectAccessible(page);
  });

  test('an image is deleted everywhere and queued where it is missing from its page', async ({ page }) => {
    test.slow();
    await openPalette(page);
    await page.keyboard.type('alpine-3.22');
    await expect(marked(page)).toContainText('alpine-3.22');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'alpine-3.22', level: 1 })).toBeVisible();
    const hosts = page.getByRole('table', { name: 'Hosts of this image' });
    const cached = hosts.getByRole('row').filter({ hasText: 'cached' });
    await expect(cached.first()).toBeVisible();
    await page.getByRole('button', { name: 'Delete everywhere…' }).click();
    const remove = page.getByRole('dialog', { name: 'Delete from cache' });
    await remove.getByRole('button', { name: /^Delete \d+ images?/ }).click();
    await expect(remove.getByRole('status')).toContainText(/(\d+) of \1 done\./);
    await remove.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByText('Cached nowhere').or(page.getByText(/Cached on none/))).toBeVisible();
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(page.getByRole('table', { name: 'History' })).toContainText(/Delete/);
    await page.getByRole('tab', { name: 'Hosts' }).click();
    await page.getByRole('button', { name: /^Queue on \d+ missing…$/ }).click();
    await expect(page.getByRole('dialog', { name: 'Queue images' })).toContainText('alpine-3.22');
  });

  test('hosts, pages and actions are found as before, and what is nowhere is said', async ({ page }) => {
    await openPalette(page);
    await page.keyboard.type('waste');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('tab', { name: 'Waste' })).toHaveAttribute('aria-selected', 'true');
    await openPalette(page);
    await page.keyboard.type('golden sets');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('tab', { name: 'Golden sets' })).toHaveAttribute('aria-selected', 'true');
    await openPalette(page);
    for (const action of ['Prefetch…', 'Prune…', 'Find hosts…']) {
      await field(page).fill(action.slice(0, -1));
      await expect(palette(page).getByRole('button', { name: new RegExp(`^${action}`) })).toBeVisible();
    }
    await field(page).fill('no image is called this');
    await expect(palette(page).getByText('Nothing has that name or id')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();
  });
});

test('among 128,000 copies on 64 hosts an image is found by its name and by any part of its id', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  await using outside = await outsideCloud({ hosts: 64, images: 2_000 });
  const { control } = outside.cloud;
  for (const host of control.hosts) host.holdFetches();
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(served.url);
  await addHosts(page, outside);
  await page.getByRole('link', { name: 'Fleet' }).click();

  // Hosts that answer nothing, or nothing that tells, are not known to have it.
  const hosts = control.hosts.map((host) => host.state());
  const image = control.images().find(({ id }) => {
    const on = hosts.filter(({ cached }) => cached.some(({ imageId }) => imageId === id)).length;
    return on > 5 && on < 40;
  });
  if (!image) throw new Error('No image is on some of the hosts only');
  await openPalette(page);
  const [start, middle] = [image.id.slice(0, 8), image.id.slice(9, 23)];
  for (const typed of [image.id, start, middle, image.id.replaceAll('-', ''), `"${image.id.toUpperCase()}"`]) {
    await field(page).fill(typed);
    const found = palette(page).getByRole('button', { name: new RegExp(image.id) });
    await expect(found).toContainText(/cached on \d+(, queued on \d+)? of 64 hosts/);
  }
  await expect(marked(page)).toContainText(image.id);
  await expectAccessible(page);
  await page.keyboard.press('Enter');

  // Its page agrees, host by host, with what the hosts really have.
  const table = page.getByRole('table', { name: 'Hosts of this image' });
  await expect(table).toHaveAttribute('aria-rowcount', '65');
  await expectAccessible(page);
  const truth = control.hosts.filter((_, at) => hosts[at]?.cached.some(({ imageId }) => imageId === image.id));
  await page.getByRole('searchbox', { name: 'Filter hosts' }).fill('zzz');
  await expect(page.getByRole('heading', { name: 'No host is like that' })).toBeVisible();
  for (const { name } of truth.slice(0, 5)) {
    await page.getByRole('searchbox', { name: 'Filter hosts' }).fill(name);
    const row = table.getByRole('row', { name: new RegExp(`\\b${name}\\b`) });
    await expect(row).toContainText(/cached|unknown/);
  }
  await context.close();
});
