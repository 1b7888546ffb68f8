import { addHosts } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { openHost, railLink } from './page-parts.ts';

// Images whose records have no valid size, on every page that shows or sums sizes.

test('images whose records have no valid size are shown, counted and deleted', async ({ browser }) => {
  await using outside = await outsideCloud();
  const [host] = outside.cloud.control.hosts;
  const [known, orphan] = host?.state().cached ?? [];
  if (!host || !known || !orphan) throw new Error('The cloud has no host with two images');
  // Neither the hosts nor the catalogue have a size of the orphan.
  outside.cloud.control.deleteImage(orphan.imageId);
  for (const each of outside.cloud.control.hosts) {
    each.damageRecord(known.imageId, { size: null });
    each.damageRecord(orphan.imageId, { size: -5 });
  }
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const page = await (await browser.newContext()).newPage();
  await page.goto(served.url);
  await addHosts(page, outside);

  await railLink(page, 'Fleet').click();
  await expect(page.getByRole('list', { name: 'Fleet totals' })).toContainText('≥ ');

  await openHost(page, host.name);
  const cached = page.getByRole('table', { name: 'Cached images' });
  await cached.getByRole('button', { name: 'Size' }).click();
  await expect(cached.getByText('unknown', { exact: true })).toHaveCount(2);
  await page.getByRole('tab', { name: 'Trends' }).click();
  await expect(page.getByText(/Without 2 images of unknown size, so the cache is larger/)).toBeVisible();

  await railLink(page, 'Coverage').click();
  const grid = page.getByRole('grid', { name: 'Coverage' });
  await expect.poll(() => grid.getByText(/≥/).count()).toBeGreaterThan(0);
  await page.getByRole('tab', { name: 'Waste' }).click();
  const waste = page.getByRole('table', { name: 'Waste' });
  await expect(waste).toContainText('unknown size');

  // All images of the host are deleted, whatever their records say.
  await openHost(page, host.name);
  await page.getByRole('tab', { name: 'Cached' }).click();
  const count = host.state().cached.length;
  await cached.getByRole('checkbox', { name: /^Select all/ }).click();
  await page.getByRole('button', { name: 'Delete…', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
  await expect(dialog).toContainText(`${count} images will be deleted from ${host.name}, ≥ `);
  await dialog.getByRole('button', { name: `Delete ${count} images` }).click();
  await expect(dialog.getByRole('status')).toContainText(`${count} of ${count} done.`);
  expect(host.state().cached).toEqual([]);
});
