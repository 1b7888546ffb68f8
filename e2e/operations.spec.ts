import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { CachedImage } from '../electron/contract/images.ts';
import type { Action, ImageTarget, Operation, Plan } from '../electron/contract/operations.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts, call } from './calls.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';
import { railLink } from './page-parts.ts';

/** The ids of the hosts of the outside cloud, by name, once the console has them. */
type Known = { ids: Record<string, string> };

const test = base.extend<{ outside: OutsideCloud; console: ServedConsole; known: Known }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it so
  outside: async ({}, use) => {
    await using outside = await outsideCloud();
    await use(outside);
  },
  console: async ({ outside }, use) => {
    await using served = await serveConsole({ mode: 'serve', env: outside.env });
    await use(served);
  },
  known: async ({ page, outside }, use) => {
    const ids = await addHosts(page, outside);
    await railLink(page, 'Operations').click();
    await use({ ids });
  },
});

async function start(page: Page, action: Action): Promise<Operation> {
  const { id } = await call<Plan>(page, 'operations/plan', action);
  return call<Operation>(page, 'operations/start', { planId: id });
}

/** Some cached images of a host that Glance still has, once the host and the catalogue have been read. */
async function someOf(page: Page, hostId: string, count: number): Promise<ImageTarget[]> {
  let targets: ImageTarget[] = [];
  await expect(async () => {
    const { cached } = await call<{ cached: CachedImage[] }>(page, 'hosts/images', { id: hostId });
    const known = cached.filter(({ catalogStatus }) => catalogStatus === 'known');
    targets = known.slice(0, count).map(({ imageId }) => ({ hostId, imageId }));
    expect(targets).toHaveLength(count);
  }).toPass();
  return targets;
}

const table = (page: Page) => page.getByRole('table', { name: 'Operations' });
const targets = (page: Page) => page.getByRole('dialog').getByRole('table', { name: 'Targets' });

test('an operation appears on the empty page, and its row opens its targets with outcome and reason', async ({
  page,
  known,
  outside,
}) => {
  await expect(page.getByRole('heading', { name: 'Operations', level: 1 })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No operations yet' })).toBeVisible();
  await expectAccessible(page);

  const [first = '', second = ''] = [known.ids['glance-01'], known.ids['glance-02']];
  outside.cloud.control.host('glance-02').fault({ kind: 'status', status: 403 }, { method: 'DELETE' });
  const all = [...(await someOf(page, first, 2)), ...(await someOf(page, second, 3))];
  await start(page, { kind: 'delete', targets: all });
  const row = table(page).getByRole('row', { name: /^Delete/ });
  await expect(row).toContainText('3 failed');
  await expect(row).toContainText('2 of 5');
  await expect(row).toContainText('freed');
  await expectAccessible(page);

  await row.getByRole('button', { name: /^Delete/ }).click();
  await expect(targets(page).getByRole('row')).toHaveCount(6);
  await expect(targets(page).getByRole('row', { name: /glance-02/ })).toContainText(['403', '403', '403']);
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Failed/ }).click();
  await expect(targets(page).getByRole('row')).toHaveCount(4);
  await page.getByRole('button', { name: /^Failed/ }).click();
  await page.getByRole('searchbox', { name: 'Filter targets' }).fill(all[0]?.imageId ?? '');
  await expect(targets(page).getByRole('row', { name: /glance-01/ })).toHaveCount(1);

  const downloading = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'CSV file' }).click();
  const csv = await readFile(await (await downloading).path(), 'utf8');
  expect(csv).toContain(`glance-01,${all[0]?.imageId}`);
  expect(csv.split('\r\n')[0]).toContain('host,image_id,image_name,step,outcome,reason');

  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(row.getByRole('button', { name: /^Delete/ })).toBeFocused();
});

test('a running operation shows its progress and can be cancelled', async ({ page, known, outside }) => {
  const host = outside.cloud.control.host('glance-01');
  const [hostId = '', other = ''] = [known.ids['glance-01'], known.ids['glance-02']];
  const wanted = await someOf(page, other, 4);
  host.empty();
  host.holdFetches();
  await call(page, 'hosts/refresh', {});
  await start(page, { kind: 'queue', targets: wanted.map(({ imageId }) => ({ hostId, imageId })) });
  const row = table(page).getByRole('row', { name: /^Queue/ });
  await expect(row).toContainText('Running');
  await expect(page.getByTitle('1 running', { exact: true })).toBeVisible();
  await row.getByRole('button', { name: /^Cancel/ }).click();
  await expect(row).toContainText(/Cancelling|Cancelled/);
  // The console watches a fetch that the host has begun until it ends.
  host.releaseFetches();
  await expect(row).toContainText('Cancelled');
});

test('an operation that a kill interrupted is listed at the next start and can be continued', async ({
  outside,
  browser,
}) => {
  const host = outside.cloud.control.host('glance-01');
  await using first = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(first.url);
  const ids = await addHosts(page, outside);
  const hostId = ids['glance-01'] ?? '';
  const wanted = await someOf(page, ids['glance-02'] ?? '', 3);
  host.empty();
  host.holdFetches();
  await call(page, 'hosts/refresh', {});
  await start(page, { kind: 'queue', targets: wanted.map(({ imageId }) => ({ hostId, imageId })) });
  // A request in flight at the kill is followed for a minute before it is sent again.
  await expect.poll(() => host.state().queued.length).toBe(3);
  first.process.kill('SIGKILL');
  await first.end();

  await using second = await serveConsole({ mode: 'serve', env: outside.env, dataDirectory: first.dataDirectory });
  await page.goto(second.url);
  await railLink(page, 'Operations').click();
  const row = table(page).getByRole('row', { name: /^Queue 3/ });
  await expect(row).toContainText('Interrupted');
  await row.getByRole('button', { name: /^Queue 3/ }).click();
  await expect(page.getByRole('dialog')).toContainText('The console closed while this was running.');
  await expectAccessible(page);
  host.releaseFetches();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.getByRole('dialog')).toContainText('3 of 3 done');
  expect(host.doubleQueued).toEqual([]);
  await context.close();
});
