import { expect, openHost, test } from './fixtures.ts';
import type { RealServers } from './real-cloud.ts';

// Makes a host like another, and compares the result with the lists of both hosts.

test.use({
  seed: {
    clouds: ['real'],
    hosts: [
      { cloud: 'real', name: 'glance-a' },
      { cloud: 'real', name: 'glance-b', limit: true },
    ],
  },
});

let made: Awaited<ReturnType<typeof prepare>>;
// Runs before the console is started, so that the console finds all images in the catalogue.
test.beforeEach(async ({ servers }) => {
  made = await prepare(servers);
});

/** Images of one host. The other host has one of them; another one is an orphan, if the host keeps it. */
async function prepare(servers: RealServers) {
  const [from, to] = [servers.host('glance-a'), servers.host('glance-b')];
  const both = await servers.uploadImage(from, 'like-both', 0.2 * to.limitBytes);
  const large = await servers.uploadImage(from, 'like-large', 0.9 * to.limitBytes);
  const often = await servers.uploadImage(from, 'like-often', 0.3 * to.limitBytes);
  const rarely = await servers.uploadImage(from, 'like-rarely', 0.2 * to.limitBytes);
  const orphan = await servers.uploadImage(from, 'like-orphan', 100_000);
  for (const id of [both, large, often, often, often, rarely, rarely, orphan]) await servers.download(from, id);
  await servers.download(to, both);
  await servers.deleteImage(from, orphan);
  // Glance removes a deleted image from the cache of the host that receives the request, not from others.
  return { to, both, often, rarely, gone: !(await servers.cachedIds(from)).includes(orphan) };
}

test('a host gets the images that another has and it lacks, the most requested first, within its limit', async ({
  page,
  servers,
}) => {
  const { to, both, often, rarely, gone } = made;
  await openHost(page, 'glance-b');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /^Make like another host…/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'glance-a' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make glance-b like glance-a' });
  await expect(dialog.getByRole('button', { name: 'Queue 3 images' })).toBeVisible();
  if (!gone) await expect(dialog).toContainText('Skipped: 1 ');
  await expect(dialog).toContainText('over its limit. Its next prune deletes the least recently accessed images');
  const rows = dialog.getByRole('table').locator('tbody tr[data-index]');
  await expect(rows).toHaveText([/like-often.*2/, /like-rarely.*1/, /like-large.*0/]);
  await dialog.getByRole('button', { name: 'Only what fits 2' }).click();
  await expect(dialog).toContainText('Within limit');
  await dialog.getByRole('button', { name: 'Queue 2 images' }).click();
  await expect(dialog.getByRole('status')).toContainText('2 of 2 done');
  expect(await servers.cachedIds(to)).toEqual([both, often, rarely].sort());
  expect((await servers.cacheList(to)).queued_images).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();

  // In the other direction there is nothing to do.
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /^Make another host like this one…/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'glance-a' }).click();
  await expect(page.getByRole('dialog').getByRole('status')).toContainText(
    'glance-a already has everything that glance-b has cached.',
  );
});
