import type { Page } from '@playwright/test';
import { call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { addLongFleet, busyHost, lengthen, longHosts } from './long-names.ts';
import { dialogFaults, layoutFaults, visibleRows } from './page-layout.ts';
import { railLink } from './page-parts.ts';

// Every page at every window size, with long names of hosts and images, and large numbers.

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
function pages(ids: { host: string; image: string; failed: string; schedule: string }): readonly PageToMeasure[] {
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
    { path: '/schedules', tables: ['Schedules'] },
    { path: `/schedules/${ids.schedule}` },
    { path: `/host/${ids.host}?tab=schedules`, tables: ['Schedules of this host'] },
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

/** The dialogs and drawers, each with its page and what opens it there. */
function dialogs(ids: { host: string; schedule: string }): readonly DialogToMeasure[] {
  const button = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
  const row = (table: string) => (page: Page) =>
    page.getByRole('table', { name: table, exact: true }).locator('tr[data-index="0"]').dblclick();
  const source = (name: string) => async (page: Page) => {
    await button('Find hosts…')(page);
    await page.getByRole('radio', { name }).check();
  };
  return [
    { path: '/', open: button('Delete images…') },
    { path: '/', open: button('Queue images…') },
    { path: '/', open: button('Prune…') },
    { path: '/', open: button('Clean…') },
    { path: '/', open: button('Prefetch…') },
    { path: '/', open: (page) => page.keyboard.press('?') },
    { path: '/', open: (page) => page.keyboard.press('Control+k') },
    { path: `/host/${ids.host}`, open: button('Clear…') },
    { path: `/host/${ids.host}`, open: button('Prune…') },
    { path: `/host/${ids.host}`, open: row('Cached images') },
    { path: '/coverage/golden', open: button('Edit…') },
    { path: '/coverage/golden', open: row('Drift per host') },
    { path: '/coverage/golden', open: button('Import…') },
    { path: '/coverage/waste', open: row('Waste') },
    { path: '/operations', open: row('Operations') },
    { path: '/schedules', open: button('New schedule') },
    { path: `/schedules/${ids.schedule}`, open: button('Dry run…') },
    { path: '/settings/hosts', open: button('Add host…') },
    { path: '/settings/hosts', open: source('Ansible inventory') },
    { path: '/settings/hosts', open: source('Pasted list') },
    { path: '/settings/clouds', open: button('Add cloud…') },
  ];
}
type DialogToMeasure = { path: string; open: (page: Page) => Promise<void> };

async function open(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, path);
  // Two frames: the page is rendered, and components that measure themselves have done so.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/**
 * Fails the test, which goes on, for faults that stay: on a busy machine a component that measures itself is laid out a moment
 * after the frame in which it got another size.
 */
function lasting(where: string, faults: () => Promise<string[]>): Promise<void> {
  return expect.configure({ soft: true }).poll(faults, { message: where, timeout: 5_000 }).toEqual([]);
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
    schedule: fleet.scheduleId,
  };
  await railLink(page, 'Fleet').click();
  await expect(page.getByText('64 hosts')).toBeVisible();

  for (const hosts of [64, 5]) {
    // The themes differ in colours alone, so each number of hosts has one of them.
    await call(page, 'preferences/update', { theme: hosts === 64 ? 'dark' : 'light' });
    const others = longHosts.slice(hosts).flatMap(({ name }) => fleet.hostIds[name] ?? []);
    if (others.length > 0) await call(page, 'hosts/remove', { ids: others });
    await look(hosts);
    if (hosts === 64) await lookAtDialogs();
    else await lookAtName();
  }
  await context.close();

  async function look(hosts: number) {
    const measured = pages(ids).filter(({ many = false }) => hosts === 64 || many);
    for (const [index, { path, tables = [] }] of measured.entries()) {
      await open(page, path);
      await expect(page.locator('main')).not.toHaveText('');
      // Every page begins with the size with which the one before it ended: each change of the size costs a layout.
      for (const size of index % 2 === 0 ? sizes : sizes.toReversed()) {
        await page.setViewportSize(size);
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        const where = `${hosts} hosts, ${path.replace(/[0-9a-f-]{30,}/, 'ID')} at ${size.width}×${size.height}`;
        await lasting(where, () => layoutFaults(page));
        if (size.width !== 1024) continue;
        for (const table of tables) {
          await lasting(where, async () => {
            const { seen, of } = await visibleRows(page, table);
            return seen < Math.min(8, of) ? [`${seen} of ${of} rows of ${table} in view`] : [];
          });
        }
      }
    }
  }

  /** The product name in the rail is not cut, even in the widest font. */
  async function lookAtName() {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(page, '/');
    const rail = page.getByRole('navigation', { name: 'Console', exact: true });
    const name = rail.getByText('Glance Cache Console', { exact: true });
    await name.evaluate((element) => {
      Object.assign(element.style, { fontFamily: 'monospace', fontSize: '20px', letterSpacing: '4px' });
    });
    for (const size of sizes.filter(({ width }) => width >= 1024)) {
      await page.setViewportSize(size);
      const isCut = () =>
        name.evaluate((element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          const [text, rail] = [range, element.closest('nav') ?? element].map((each) => each.getBoundingClientRect());
          const style = getComputedStyle(element);
          const isCut = style.textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth;
          return isCut || !text || !rail || text.right > rail.right || text.bottom > rail.bottom;
        });
      await lasting(`${size.width}×${size.height}`, async () =>
        (await isCut()) ? ['the name of the product is cut'] : [],
      );
    }
  }

  async function lookAtDialogs() {
    const dialog = page.locator('[role="dialog"][aria-modal="true"]');
    for (const each of dialogs(ids)) {
      await page.setViewportSize({ width: 1024, height: 640 });
      await open(page, each.path);
      await each.open(page);
      await expect(dialog).toBeVisible();
      await expect(dialog.getByText(/^(Loading|Comparing|Searching|Planning|Reading|Computing|Asking)/)).toHaveCount(0);
      const name = await dialog.getAttribute('aria-labelledby');
      const title = name === null ? each.path : await page.locator(`[id="${name}"]`).textContent();
      for (const { width, height } of sizes.filter(({ width }) => width < 1280)) {
        await page.setViewportSize({ width, height });
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await lasting(`“${title}” at ${width}×${height}`, () => dialogFaults(page));
      }
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    }
  }
});
