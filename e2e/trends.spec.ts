import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { formatSize } from '../electron/contract/sizes.ts';
import type { HostControl } from '../electron/demo/simulated-control.ts';
import { TrendWriter } from '../electron/trends/trend-writer.ts';
import { openTrendsDatabase } from '../electron/trends/trends-database.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts, call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { railLink } from './page-parts.ts';

// Trends agree with what the hosts listed from poll to poll: sizes, hits gained, images that left and came back, times
// without polls, and the time until the limit is reached.

const hour = 3_600_000;
const gib = 2 ** 30;

/** Counts this many hits of an image in a host's cache. */
function read(host: HostControl, imageId: string, times: number): void {
  for (let count = 0; count < times; count += 1) host.node.cache.hit(imageId);
}

/** Polls these hosts, and waits until the sample of each poll is stored. */
async function refresh(page: Page, ids: Record<string, string>): Promise<void> {
  await call(page, 'hosts/refresh', {});
  for (const id of Object.values(ids)) await call(page, 'trends/host', { id, span: '6h' });
}

async function openTrendsOf(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();
  await page.getByRole('tab', { name: 'Trends' }).click();
  await expect(page.getByRole('region', { name: 'Hits per hour' })).toBeVisible();
}

test('sizes and hits over time agree with the host, also for an image that left and came back', async ({ browser }) => {
  await using outside = await outsideCloud({ hosts: 2, images: 6 });
  const host = outside.cloud.control.host('glance-01');
  const [first, second] = host.state().cached;
  if (!first || !second) throw new Error('The host has nothing cached');
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ acceptDownloads: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(served.url);
  const ids = await addHosts(page, outside);
  await call(page, 'hosts/update', { id: ids['glance-01'], limitBytes: 900 * gib });
  await railLink(page, 'Fleet').click();
  await refresh(page, ids);

  read(host, first.imageId, 7);
  read(host, second.imageId, 2);
  await refresh(page, ids);
  // The image leaves and comes back between two polls, so all of its hits were gained since the first of them.
  host.node.cache.evict(first.imageId);
  host.cache(first.imageId, first.size, { hits: 1 });
  await refresh(page, ids);
  // The image leaves, a poll records that, and it comes back.
  host.node.cache.evict(second.imageId);
  await refresh(page, ids);
  host.cache(second.imageId, second.size, { hits: 3 });
  await refresh(page, ids);

  await openTrendsOf(page, 'glance-01');
  await expect.poll(() => page.getByText('Not enough data for a forecast').count()).toBeGreaterThan(0);
  const bars = page.getByRole('region', { name: 'Hits per hour', exact: true });
  await expect(bars).toContainText('13 hits in the last 24 hours where data is available.');
  await expect(bars.getByRole('img', { name: /13 in all, at most 13 in one hour/ }).locator('svg')).toBeVisible();
  const hot = page.getByRole('table', { name: 'Hot images' });
  await expect(hot.getByRole('row').nth(1)).toContainText(first.imageId);
  await expect(hot.getByRole('row').nth(1).getByRole('cell').nth(1)).toHaveText('8');
  await expect(hot.getByRole('row').nth(2)).toContainText(second.imageId);
  await expect(hot.getByRole('row').nth(2).getByRole('cell').nth(1)).toHaveText('5');
  await expectAccessible(page);

  // The same as a table, for screen readers.
  await page.getByRole('button', { name: 'Show as table' }).click();
  const sizes = page.getByRole('table', { name: 'Size over the last 24 hours' });
  const latest = sizes.getByRole('row').nth(1);
  await expect(latest.getByRole('cell').nth(1)).toHaveText(formatSize(host.state().totalBytes));
  await expect(latest.getByRole('cell').nth(2)).toHaveText('900 GiB');
  await expect(latest.getByRole('cell').nth(3)).toHaveText(String(host.state().cached.length));
  await expect(sizes).toContainText('No data for 23 h');
  const hits = page.getByRole('table', { name: 'Hits over the last 24 hours' });
  await expect(hits.getByRole('row').nth(1).getByRole('cell').nth(2)).toHaveText('13');
  await expect(hits.getByRole('row').nth(5)).toContainText('no data');
  await expectAccessible(page);

  // New hits appear in the open table, which is then exported.
  read(host, first.imageId, 20);
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(hits.getByRole('row').nth(1).getByRole('cell').nth(2)).toHaveText('33');
  const downloading = page.waitForEvent('download');
  await bars.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'CSV file' }).click();
  const csv = await readFile(await (await downloading).path(), 'utf8');
  expect(csv.split('\r\n')[0]).toBe('from,to,hits,gained_over_seconds');
  expect(csv).toMatch(/,33,\d+\r\n$/);

  // One image, here and everywhere.
  read(outside.cloud.control.host('glance-02'), first.imageId, 4);
  await refresh(page, ids);
  await page.getByRole('tab', { name: 'Cached' }).click();
  await page.getByRole('row', { name: new RegExp(first.imageId) }).dblclick();
  const details = page.getByRole('dialog', { name: 'Image details' });
  await details.getByRole('tab', { name: 'Hits over time' }).click();
  await expect(details).toContainText('28 hits on glance-01 in the last 24 hours, per hour.');
  await expectAccessible(page);
  await details.getByRole('button', { name: 'On all hosts' }).click();
  const shared = outside.cloud.control
    .host('glance-02')
    .state()
    .cached.some((one) => one.imageId === first.imageId);
  await expect(details).toContainText(`${shared ? 32 : 28} hits on all hosts`);
  await details.getByRole('button', { name: 'As table' }).click();
  await expect(details.getByRole('table').getByRole('row').nth(1).getByRole('cell').nth(2)).toHaveText(
    String(shared ? 32 : 28),
  );
  await context.close();
});

test('shows the time until the limit is reached, and hits gained while the console was closed', async ({ browser }) => {
  await using outside = await outsideCloud({ hosts: 1, images: 6 });
  const host = outside.cloud.control.host('glance-01');
  const address = outside.cloud.hosts[0]?.address ?? '';
  const [image] = host.state().cached;
  if (!image) throw new Error('The host has nothing cached');
  const size = host.state().totalBytes;
  const perHour = size / 100;
  await using first = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(first.url);
  const ids = await addHosts(page, outside);
  const id = ids['glance-01'] ?? '';
  await call(page, 'hosts/update', { id, limitBytes: Math.round(size + 72 * perHour) });
  await first.end();

  // The host was polled all day, until the console was closed three hours ago.
  const now = Date.now();
  const file = join(first.dataDirectory, 'trends.db');
  const database = openTrendsDatabase(file);
  database.exec('DELETE FROM points; DELETE FROM seen; DELETE FROM hours; DELETE FROM days; DELETE FROM hosts');
  const book = new TrendWriter(database);
  const cached = [{ imageId: image.imageId, hits: image.hits }];
  for (let ago = 23 * hour; ago >= 3 * hour; ago -= hour / 12) {
    const sizeBytes = Math.round(size - (perHour * ago) / hour);
    book.write({ hostId: id, address, at: now - ago, sizeBytes, limitBytes: null, images: 1, queued: 0, cached });
  }
  database.close();
  read(host, image.imageId, 11);

  await using second = await serveConsole({ mode: 'serve', env: outside.env, dataDirectory: first.dataDirectory });
  await page.goto(second.url);
  await railLink(page, 'glance-01').click();
  await expect(page.getByText(/Full in about 3 days/)).toBeVisible();
  await page.getByRole('tab', { name: 'Trends' }).click();
  await expect(page.getByRole('region', { name: 'Size against limit' })).toContainText(
    /Full in about 3 days, at .* a day/,
  );
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('table', { name: 'Size over the last 24 hours' })).toContainText('No data for 3 h');
  const hits = page.getByRole('table', { name: 'Hits over the last 24 hours' });
  await expect(hits.getByRole('row').filter({ hasText: /gained over 3 h|gained over 2 h/ })).toContainText('11');
  await context.close();
});

test('the demo cloud has a history; the settings show the size limit and what is stored', async ({ page }) => {
  // Narrower tables show their numbers without lines.
  await page.setViewportSize({ width: 1680, height: 900 });
  const row = page.getByRole('row', { name: /glance-02/ });
  await expect(row).toContainText('reachable');
  await openTrendsOf(page, 'glance-02');
  await expect(page.getByText('The history of a demo host is simulated.')).toBeVisible();
  for (const span of ['6 hours', '7 days', '30 days', '90 days']) {
    await page.getByRole('group', { name: 'Time shown' }).getByRole('button', { name: span }).click();
    await expect(
      page.getByRole('img', { name: new RegExp(`^Size over the last ${span}: from`) }).locator('svg'),
    ).toBeVisible();
    await expect(page.getByRole('table', { name: 'Hot images' }).getByRole('row').nth(3)).toBeVisible();
  }
  await expectAccessible(page);
  await railLink(page, 'Fleet').click();
  await expect(row.getByRole('img', { name: /larger|smaller/ })).toBeVisible();
  await expectAccessible(page);
  await railLink(page, 'Settings').click();
  await page.getByRole('tab', { name: 'Operations' }).click();
  const bound = page.getByRole('textbox', { name: 'Trend storage limit' });
  await expect(bound).toHaveValue('200');
  await expect(
    page.getByText(/Now [\d.]+ (KiB|MiB): every poll for 8 h, five minutes for 8 d, hours for 92 d/),
  ).toBeVisible();
  await bound.fill('64');
  await bound.press('Enter');
  await page.reload();
  await expect(bound).toHaveValue('64');
});
