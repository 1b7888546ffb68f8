import { access } from 'node:fs/promises';
import { expect, expectRow, openHost, rowOf, test } from './fixtures.ts';

const day = 24 * 60 * 60;

test.describe('glance-sid', () => {
  test.use({ seed: { clouds: ['real-sid'], hosts: [{ cloud: 'real-sid', name: 'glance-sid', limit: true }] } });
  test.beforeEach(({ servers }) => {
    test.skip(servers.cachingHosts('sid').length === 0, JSON.stringify(servers.description.skipped));
  });

  test('prunes the least recently accessed images through its own API, down to its limit', async ({
    page,
    servers,
  }) => {
    const host = servers.host('glance-sid');
    const ids: string[] = [];
    for (const name of ['first', 'second', 'third', 'fourth']) {
      ids.push(await servers.uploadImage(host, `prune-${name}`, 0.4 * host.limitBytes));
    }
    for (const id of ids) await servers.download(host, id);
    const [first = '', second = '', third = '', fourth = ''] = ids;
    await servers.download(host, first);

    await openHost(page, 'glance-sid');
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expectRow(page, 'Cached images', first, { Hits: '1' });
    await page.getByRole('button', { name: 'Prune…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prune' });
    await expect(dialog).toContainText('About 2 images, 4.00 MiB will be deleted from glance-sid');
    await dialog.getByRole('button', { name: 'Prune about 2 images from glance-sid' }).click();
    await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
    await expect(dialog.getByRole('status')).toContainText('2 images, 4.00 MiB');
    expect(await servers.cachedIds(host)).toEqual([first, fourth].sort());
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    for (const id of [second, third]) await expect(rowOf(page, 'Cached images', id)).toHaveCount(0);
    for (const id of [first, fourth]) await expect(rowOf(page, 'Cached images', id)).toBeVisible();
  });

  test('cleans invalid and stalled files, and nothing else', async ({ page, servers }) => {
    const host = servers.host('glance-sid');
    const cached = await servers.uploadImage(host, 'stays', 100_000);
    await servers.download(host, cached);
    const invalid = await servers.createCacheFile(host, 'invalid', 'e2e-invalid');
    const stalled = await servers.createCacheFile(host, 'incomplete', 'e2e-stalled', { ageSeconds: 2 * day });
    const fresh = await servers.createCacheFile(host, 'incomplete', 'e2e-fresh');

    await openHost(page, 'glance-sid');
    await page.getByRole('button', { name: 'Clean…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clean' });
    await dialog.getByRole('button', { name: 'Clean glance-sid' }).click();
    await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
    for (const file of [invalid, stalled]) await expect(access(file)).rejects.toMatchObject({ code: 'ENOENT' });
    await access(fresh);
    expect(await servers.cachedIds(host)).toEqual([cached]);
  });
});

test.describe('glance-a', () => {
  test.use({ seed: { clouds: ['real'], hosts: [{ cloud: 'real', name: 'glance-a' }] } });

  test('offers neither prune nor clean without a limit, and says why', async ({ page, servers }) => {
    await openHost(page, 'glance-a');
    for (const [name, path, why] of [
      ['Prune…', '/v2/cache/prune', /2\.18.*Set the cache limit/],
      ['Clean…', '/v2/cache/clean', /2\.18/],
    ] as const) {
      const button = page.getByRole('button', { name });
      await expect(button).toBeDisabled();
      await expect(button).toHaveAccessibleDescription(why);
      expect((await servers.send('POST', servers.host('glance-a'), path)).status).toBe(405);
    }
  });
});
