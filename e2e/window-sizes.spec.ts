import type { Page } from '@playwright/test';
import { call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { addLongFleet, busyHost, lengthen, longHosts } from './long-names.ts';
import { layoutFaults, visibleRows } from './page-layout.ts';
import { railLink } from './page-parts.ts';

// Every page at every size of the window, with hosts and images whose names are long and numbers that are large.

const sizes = [
  { width: 1024, height: 640 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  // 1280×800 at 200 %.
  { width: 640, height: 400 },
];

/**
 * The pages, each with its tables. At 1024×640 at least eight rows of each are in view, or all that it has. `many`: the page
 * shows all hosts, so it is measured with many and with few of them.
 */
function pages(ids: { host: string; image: string; failed: string }): readonly PageToMeasure[] {
  return [
    { path: '/', tables: ['Hosts'], many: true },
    { path: `/host/${ids.host}`, tables: ['Cached images'] },
    { path: `/host/${ids.host}?tab=queued`, tables: ['Queued images'] },
    { path: `/host/${ids.host}?tab=history`, tables: ['History'] },
    { path: `/host/${ids.host}?tab=trends` },
    { path: `/host/${ids.failed}` },
    { path: `/image/${ids.image}`, tables: ['Hosts'], many: true },
    { path: '/coverage', tables: ['Coverage'], many: true },
    { path: '/coverage/golden', tables: ['Golden sets', 'Drift per host'], many: true },
    { path: '/coverage/waste', tables: ['Waste'], many: true },
    { path: '/operations', tables: ['Operations'], many: true },
    { path: '/settings/clouds' },
    { path: '/settings/hosts', tables: ['Hosts'], many: true },
    { path: '/settings/refresh' },
    { path: '/settings/operations' },
    { path: '/settings/alerts' },
    { path: '/settings/appearance' },
    { path: '/settings/about' },
    { path: '/welcome' },
  ];
}
type PageToMeasure = { path: string; tables?: readonly string[]; many?: boolean };

async function open(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, path);
  // Two frames: the page is rendered, and what measures itself has done so.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

test('every page fits into every window, with 64 hosts and with 5', async ({ browser }) => {
  test.setTimeout(240_000);
  await using outside = await outsideCloud({ hosts: longHosts, images: 60 });
  lengthen(outside.cloud);
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(served.url);
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible();
  const fleet = await addLongFleet(page, outside);
  const ids = {
    host: fleet.hostIds[busyHost] ?? '',
    failed: fleet.hostIds[longHosts[4]?.name ?? ''] ?? '',
    image: fleet.imageId,
  };
  await railLink(page, 'Fleet').click();
  await expect(page.getByText('64 hosts')).toBeVisible();

  const found: string[] = [];
  for (const hosts of [64, 5]) {
    // The themes differ in colours alone, so each number of hosts has one of them.
    await call(page, 'preferences/update', { theme: hosts === 64 ? 'dark' : 'light' });
    const others = longHosts.slice(hosts).flatMap(({ name }) => fleet.hostIds[name] ?? []);
    if (others.length > 0) await call(page, 'hosts/remove', { ids: others });
    await look(hosts);
  }
  expect(found.join('\n')).toBe('');
  await context.close();

  async function look(hosts: number) {
    for (const { path, tables = [], many = false } of pages(ids)) {
      if (hosts === 5 && !many) continue;
      await open(page, path);
      await expect(page.locator('main')).not.toHaveText('');
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        const where = `${hosts} hosts, ${path.replace(/[0-9a-f-]{30,}/, 'ID')} at ${size.width}×${size.height}`;
        for (const fault of await layoutFaults(page)) found.push(`${where}: ${fault}`);
        if (size.width !== 1024) continue;
        for (const table of tables) {
          const { seen, of } = await visibleRows(page, table);
          if (seen < Math.min(8, of)) found.push(`${where}: ${seen} of ${of} rows of ${table} in view`);
        }
      }
    }
  }
});
