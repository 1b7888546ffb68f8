import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, expectRow, openHost, rowOf, test } from './fixtures.ts';
import type { RealServers } from './real-cloud.ts';
import type { RealHost } from './servers/description.ts';

const day = 24 * 60 * 60;

test.describe('glance-sid', () => {
  test.use({ seed: { clouds: ['real-sid'], hosts: [{ cloud: 'real-sid', name: 'glance-sid', limit: true }] } });
  test.beforeEach(({ servers }) => {
    test.skip(servers.cachingHosts('sid').length === 0, JSON.stringify(servers.description.skipped));
  });

  test('prunes by its own API what is least recently accessed, down to its limit', async ({ page, servers }) => {
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
    await expect(dialog).toContainText('About 2 images, 4.00 MiB will go from glance-sid');
    await dialog.getByRole('button', { name: 'Prune about 2 images from glance-sid' }).click();
    await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
    await expect(dialog.getByRole('status')).toContainText('2 images, 4.00 MiB');
    expect(await servers.cachedIds(host)).toEqual([first, fourth].sort());
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    for (const id of [second, third]) await expect(rowOf(page, 'Cached images', id)).toHaveCount(0);
    for (const id of [first, fourth]) await expect(rowOf(page, 'Cached images', id)).toBeVisible();
  });

  test('cleans what is invalid or stalled, and nothing else', async ({ page, servers }) => {
    const host = servers.host('glance-sid');
    const cached = await servers.uploadImage(host, 'stays', 100_000);
    await servers.download(host, cached);
    const invalid = await servers.leaveFile(host, 'invalid', 'e2e-invalid');
    const stalled = await servers.leaveFile(host, 'incomplete', 'e2e-stalled', 2 * day);
    const fresh = await servers.leaveFile(host, 'incomplete', 'e2e-fresh');

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

/** Images by their sizes in parts of the host's limit: 1.5 of it in all. */
const sizes = { first: 0.4, second: 0.3, third: 0.35, fourth: 0.25, fifth: 0.2 };
const readAgain = ['fifth', 'first', 'third'];

/** Fills a host over its limit, so that `second` and `fourth` are the least recently accessed; gives names by id. */
async function fill(servers: RealServers, host: RealHost): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const [name, share] of Object.entries(sizes)) {
    const id = await servers.uploadImage(host, `ladder-${name}`, Math.round(share * host.limitBytes));
    names.set(id, name);
    ids.set(name, id);
    await servers.download(host, id);
  }
  // Some releases tell times in whole seconds only.
  await delay(1_100);
  for (const name of readAgain) await servers.download(host, ids.get(name) ?? '');
  return names;
}

test.describe('the ways to prune', () => {
  test.use({
    seed: {
      clouds: ['real', 'real-sid'],
      hosts: [
        { cloud: 'real', name: 'glance-a', limit: true },
        { cloud: 'real-sid', name: 'glance-sid', limit: true },
      ],
    },
  });
  test.beforeEach(({ servers }) => {
    test.skip(servers.cachingHosts('sid').length === 0, JSON.stringify(servers.description.skipped));
  });

  test('by deletion and by the own API leave the same images of the same state, and just the previewed go', async ({
    page,
    servers,
  }) => {
    test.slow();
    const left: Record<string, (string | undefined)[]> = {};
    for (const [name, button] of [
      ['glance-a', 'Prune 2 images from glance-a'],
      ['glance-sid', 'Prune about 2 images from glance-sid'],
    ] as const) {
      const host = servers.host(name);
      const names = await fill(servers, host);
      await openHost(page, name);
      await page.getByRole('button', { name: 'Refresh', exact: true }).click();
      for (const read of readAgain) await expectRow(page, 'Cached images', `ladder-${read}`, { Hits: '1' });
      await page.getByRole('button', { name: 'Prune…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Prune' });
      const goes = dialog.getByRole('table', { name: 'Images that go' }).locator('tbody').getByRole('row');
      await expect(goes).toHaveCount(2);
      await expect(goes.filter({ hasText: 'ladder-second' })).toHaveCount(1);
      await expect(goes.filter({ hasText: 'ladder-fourth' })).toHaveCount(1);
      await dialog.getByRole('button', { name: button, exact: true }).click();
      await expect(dialog).toContainText('Just what the preview showed went: 2 images.');
      left[name] = (await servers.cachedIds(host)).map((id) => names.get(id)).sort();
      await dialog.getByRole('button', { name: 'Done' }).click();
    }
    expect(left['glance-a']).toEqual(['fifth', 'first', 'third']);
    expect(left['glance-sid']).toEqual(left['glance-a']);
  });
});

test.describe('glance-a', () => {
  test.use({ seed: { clouds: ['real'], hosts: [{ cloud: 'real', name: 'glance-a' }] } });

  test('without a limit has neither prune nor clean, and says why', async ({ page, servers }) => {
    await openHost(page, 'glance-a');
    for (const [name, path, why] of [
      ['Prune…', '/v2/cache/prune', /2\.18.*State its limit/],
      ['Clean…', '/v2/cache/clean', /2\.18/],
    ] as const) {
      const button = page.getByRole('button', { name });
      await expect(button).toBeDisabled();
      await expect(button).toHaveAccessibleDescription(why);
      expect((await servers.send('POST', servers.host('glance-a'), path)).status).toBe(405);
    }
  });
});
