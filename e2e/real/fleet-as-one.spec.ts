import type { Page } from '@playwright/test';
import type { Coverage } from '../../electron/contract/coverage.ts';
import type { HostTrend } from '../../electron/contract/trends.ts';
import { call } from '../calls.ts';
import { expect, openHost, type Seed, test } from './fixtures.ts';
import type { RealCloudName, RealServers } from './real-cloud.ts';

// The pages about the whole fleet, on real hosts: every cell of the coverage agrees with the host's own list, and the
// actions that the pages offer change the hosts accordingly.

const mebibyte = 1024 * 1024;
const grid = (page: Page) => page.getByRole('grid', { name: 'Coverage' });
const bothHosts = [
  { cloud: 'real', name: 'glance-a' },
  { cloud: 'real', name: 'glance-b' },
] as const;

/** Two hosts of Glance 25.1 with images that both, one or neither has; made before the console is started. */
async function twoHosts(servers: RealServers, prefix: string) {
  const [first, second] = bothHosts.map(({ name }) => servers.host(name));
  if (!first || !second) throw new Error('Hosts are missing');
  const both = await servers.uploadImage(first, `${prefix}-both`, mebibyte, { tags: [prefix] });
  const one = await servers.uploadImage(first, `${prefix}-one`, 2 * mebibyte, { tags: [prefix] });
  const none = await servers.uploadImage(first, `${prefix}-none`, 3 * mebibyte, { tags: [prefix] });
  for (const id of [both, one]) await servers.download(first, id);
  await servers.download(second, both);
  return { first, second, both, one, none };
}

async function openCoverage(page: Page, tab?: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Coverage' }).click();
  if (tab) await page.getByRole('tab', { name: tab }).click();
}

/** The expected cell of each image and host, from the hosts' current lists. */
async function truthOf(servers: RealServers, seed: Seed): Promise<Map<string, (imageId: string) => string>> {
  const truth = new Map<string, (imageId: string) => string>();
  for (const { name } of seed.hosts) {
    const host = servers.host(name);
    const { cached_images: cached, queued_images: queued } = await servers.cacheList(host);
    const answer = await servers.send('GET', host, '/v2/images?limit=1000&visibility=all');
    const { images }: { images: { id: string; status: string }[] } = JSON.parse(answer.text);
    truth.set(name, (imageId) => {
      if (cached.some(({ image_id }) => image_id === imageId)) return 'c';
      if (queued.includes(imageId)) return 'q';
      return images.some(({ id, status }) => id === imageId && status === 'active') ? 'm' : '-';
    });
  }
  return truth;
}

/** Cells that differ from the host's list, and the letters that were seen. */
function compare({ hosts, images }: Coverage, truth: Map<string, (imageId: string) => string>) {
  const letters = new Set<string>();
  const wrong = images.flatMap(({ imageId, cells }) =>
    hosts.flatMap(({ hostId }, at) => {
      const cell = cells[at] ?? '';
      letters.add(cell);
      const wanted = truth.get(hostId)?.(imageId);
      return cell === wanted ? [] : [`${imageId} on ${hostId}: ${cell}, not ${wanted}`];
    }),
  );
  return { wrong, letters };
}

for (const clouds of [['real'], ['real', 'real-sid']] as RealCloudName[][]) {
  test.describe(`coverage of ${clouds.join(' and ')}`, () => {
    const seed: Seed = {
      clouds,
      hosts: [...bothHosts, ...(clouds.length > 1 ? [{ cloud: 'real-sid' as const, name: 'glance-sid' }] : [])],
    };
    test.use({ seed });
    let made: Awaited<ReturnType<typeof twoHosts>>;
    test.beforeEach(async ({ servers }) => {
      test.skip(
        clouds.length > 1 && servers.cachingHosts('sid').length === 0,
        JSON.stringify(servers.description.skipped),
      );
      made = await twoHosts(servers, `cover-${Date.now()}`);
      await servers.queueForNobody(made.second, made.none);
      if (clouds.length === 1) return;
      const sid = servers.host('glance-sid');
      await servers.download(sid, await servers.uploadImage(sid, 'of-the-other-cloud', mebibyte));
    });

    test('agrees cell by cell with each host’s list; missing images are queued, cached images are deleted', async ({
      page,
      servers,
    }) => {
      const { first, second, both, one, none } = made;
      await openCoverage(page);
      const check = async () => compare(await call<Coverage>(page, 'coverage/get', {}), await truthOf(servers, seed));
      const letters = clouds.length > 1 ? ['-', 'c', 'm', 'q'] : ['c', 'm', 'q'];
      await expect.poll(async () => [...(await check()).letters].sort()).toEqual(letters);
      await expect.poll(async () => (await check()).wrong).toEqual([]);

      const cell = (imageId: string, host: string, words: string) =>
        grid(page)
          .getByRole('row')
          .filter({ hasText: imageId.slice(0, 8) })
          .getByRole('gridcell', { name: new RegExp(`${host}: ${words}, as of`) });
      await page.getByRole('searchbox', { name: 'Filter images' }).fill('cover-');
      await expect(cell(both, 'glance-b', 'cached')).toBeVisible();
      await expect(cell(none, 'glance-b', 'queued')).toBeVisible();
      await expect(cell(none, 'glance-a', 'missing')).toBeVisible();

      await cell(one, 'glance-b', 'missing').click();
      await page.getByRole('button', { name: 'Queue 1 missing…' }).click();
      const queue = page.getByRole('dialog', { name: 'Queue images' });
      await queue.getByRole('button', { name: /^Queue 1 image/ }).click();
      await expect(queue.getByRole('status')).toContainText('1 of 1 done');
      await queue.getByRole('button', { name: 'Done' }).click();
      expect(await servers.cachedIds(second)).toEqual([both, one].sort());
      await expect(cell(one, 'glance-b', 'cached')).toBeVisible();

      await cell(both, 'glance-a', 'cached').click();
      await page.getByRole('button', { name: 'Delete 1…' }).click();
      const remove = page.getByRole('dialog', { name: 'Delete from cache' });
      await remove.getByRole('button', { name: /^Delete 1 image/ }).click();
      await expect(remove.getByRole('status')).toContainText('1 of 1 done');
      await remove.getByRole('button', { name: 'Done' }).click();
      expect(await servers.cachedIds(first)).toEqual([one]);
      await expect(cell(both, 'glance-a', 'missing')).toBeVisible();
      expect((await check()).wrong).toEqual([]);
    });
  });
}

test.describe('two hosts of one cloud', () => {
  test.use({ seed: { clouds: ['real'], hosts: [...bothHosts] } });
  let made: Awaited<ReturnType<typeof twoHosts>>;
  let prefix: string;
  test.beforeEach(async ({ servers }) => {
    prefix = `one-${Date.now()}`;
    made = await twoHosts(servers, prefix);
  });

  test('a golden set by tag shows the drift of the hosts, and syncing an exact set gives them exactly its images', async ({
    page,
    servers,
  }) => {
    const { first, second, both, one, none } = made;
    const extra = await servers.uploadImage(first, 'not-golden', mebibyte);
    await servers.download(second, extra);
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await openCoverage(page, 'Golden sets');
    await page.getByRole('button', { name: 'New golden set' }).click();
    const editor = page.getByRole('dialog', { name: 'New golden set' });
    await editor.getByRole('textbox', { name: 'Name', exact: true }).fill('golden');
    await editor.getByRole('checkbox', { name: 'Exact' }).check();
    await editor.getByRole('button', { name: 'Add a rule' }).click();
    const rule = editor.getByRole('group', { name: 'Rule 1' });
    await rule.getByRole('button', { name: new RegExp(`^Tag ${prefix},`) }).click();
    await expect(rule.getByRole('status')).toContainText('Finds 3 images, 6.00 MiB');
    await editor.getByRole('button', { name: 'Save' }).click();
    const drift = page.getByRole('table', { name: 'Drift per host' });
    await expect(drift.getByRole('row', { name: /glance-a/ })).toContainText('drifted');
    await page.getByRole('button', { name: 'Sync 2 hosts…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sync' });
    await dialog.getByRole('button', { name: /^Queue 3 and delete 1 image on 2 hosts/ }).click();
    await expect(dialog.getByRole('status').filter({ hasText: '4 of 4 done' })).toBeVisible();
    for (const host of [first, second]) expect(await servers.cachedIds(host)).toEqual([both, one, none].sort());
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(drift.getByRole('row', { name: /glance-b/ })).toContainText('complete');
  });

  test('waste finds an orphan and an image that was never read, and deletes only the selected images', async ({
    page,
    servers,
  }) => {
    const { first, second, both, one } = made;
    await servers.download(first, one);
    // Glance removes a deleted image from the cache of the host that receives the request, not from others.
    await servers.deleteImage(first, both);
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await openCoverage(page, 'Waste');
    await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Orphans' }).click();
    const rows = page.getByRole('table', { name: 'Waste' }).locator('tbody tr[data-index]');
    await expect(rows).toHaveText([new RegExp(`${both.slice(0, 8)}.*orphan`)]);
    await expect(page.getByRole('table', { name: 'Reclaimed by host' })).toContainText('1.00 MiB');
    await rows.getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Delete 1 image…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
    await dialog.getByRole('button', { name: 'Delete 1 image' }).click();
    await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
    expect(await servers.cachedIds(second)).toEqual([]);
    expect(await servers.cachedIds(first)).toContain(one);
  });

  test('search finds an image by its id, and shows which hosts have it', async ({ page }) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Search images, hosts, actions' }).fill(made.one);
    await page
      .getByRole('dialog', { name: 'Search' })
      .getByRole('button', { name: /cached on 1 of 2 hosts/ })
      .click();
    const hosts = page.getByRole('table', { name: 'Hosts' });
    await expect(hosts.getByRole('row', { name: /glance-a/ })).toContainText('cached');
    await expect(hosts.getByRole('row', { name: /glance-b/ })).toContainText('missing');
  });

  test('trends count exactly the hits that happened', async ({ page, servers }) => {
    const { first, both, one } = made;
    await openHost(page, 'glance-a');
    await expect(page.getByRole('table', { name: 'Cached images' })).toContainText(one);
    const readTrend = () => call<HostTrend>(page, 'trends/host', { id: 'glance-a', span: '6h' });
    await expect.poll(async () => (await readTrend()).points.length).toBeGreaterThan(0);
    for (const id of [one, one, both]) await servers.download(first, id);
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.getByRole('tab', { name: 'Trends' }).click();
    await expect(page.getByRole('region', { name: 'Hits per hour', exact: true })).toContainText('3 hits in the last');
    const hot = page.getByRole('table', { name: 'Hot images' });
    await expect(hot.getByRole('row').nth(1)).toContainText(one);
    await expect(hot.getByRole('row').nth(1).getByRole('cell').nth(1)).toHaveText('2');
  });
});
