import { expect, test } from './fixtures.ts';

// Images that real hosts do not need, and images that are found by name and queued on the host that lacks them.

test.use({
  seed: {
    clouds: ['real'],
    hosts: [
      { cloud: 'real', name: 'glance-a' },
      { cloud: 'real', name: 'glance-b' },
    ],
  },
});

test('an orphan and an image that was never read are found, summed by host and deleted; nothing else is deleted', async ({
  page,
  servers,
}) => {
  const [one, other] = [servers.host('glance-a'), servers.host('glance-b')];
  const read = await servers.uploadImage(one, 'waste-read', 200_000);
  const unread = await servers.uploadImage(one, 'waste-unread', 300_000);
  const orphan = await servers.uploadImage(one, 'waste-orphan', 400_000);
  for (const id of [read, read, unread, orphan]) await servers.download(other, id);
  for (const id of [read, unread, orphan]) await servers.untilCached(other, id);
  // Glance removes a deleted image from the cache of the host that receives the request, not from others.
  await servers.deleteImage(one, orphan);
  expect(await servers.cachedIds(other)).toEqual([read, unread, orphan].sort());

  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Coverage' }).click();
  await page.getByRole('tab', { name: 'Waste' }).click();
  const filters = page.getByRole('group', { name: 'Filters' });
  const rows = page.getByRole('table', { name: 'Waste' }).locator('tbody tr[data-index]');
  const byHost = page.getByRole('table', { name: 'Reclaimed by host' }).locator('tbody tr[data-index]');
  const remove = async () => {
    await rows.getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Delete 1 image…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
    await dialog.getByRole('button', { name: 'Delete 1 image' }).click();
    await expect(dialog.getByRole('status')).toContainText('1 of 1 done.');
    await dialog.getByRole('button', { name: 'Done' }).click();
  };

  await filters.getByRole('button', { name: 'Orphans' }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(orphan);
  await expect(byHost).toHaveText([/glance-b.*391 KiB/]);
  await remove();
  expect(await servers.cachedIds(other)).toEqual([read, unread].sort());

  // It was cached just now and could not be hit yet, so it is left out by default.
  await filters.getByRole('button', { name: 'Never hit' }).click();
  await expect(page.getByText('Excluded: 1 copy not hit yet, but cached within the last day.')).toBeVisible();
  await expect(rows).toHaveCount(0);
  await page.getByRole('textbox', { name: 'Days in the cache without a hit' }).fill('0');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('waste-unread');
  await remove();
  expect(await servers.cachedIds(other)).toEqual([read]);
});

test('an image is found by its name, its page shows where it is cached, and it is queued where it is missing', async ({
  page,
  servers,
}) => {
  const [one, other] = [servers.host('glance-a'), servers.host('glance-b')];
  const image = await servers.uploadImage(one, 'search-this-one', 200_000);
  await servers.download(one, image);
  await servers.untilCached(one, image);
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  const found = page.getByRole('dialog', { name: 'Search' }).getByRole('button', { name: new RegExp(image) });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('search-this');
  await expect(found).toContainText('cached on 1 of 2 hosts');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'search-this-one', level: 1 })).toBeVisible();
  await expect(page.getByText('Cached on 1 of 2 hosts')).toBeVisible();
  await page.getByRole('button', { name: 'Queue on 1 host…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Queue images' });
  await dialog.getByRole('button', { name: /^Queue 1 image/ }).click();
  await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('Cached on 2 of 2 hosts')).toBeVisible();
  expect(await servers.cachedIds(other)).toEqual([image]);
});
