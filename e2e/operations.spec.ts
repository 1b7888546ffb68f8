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

test('an operation shows its targets, progress and outcomes, can be cancelled, and can be continued after a kill', async ({
  page,
  known,
  outside,
  console,
}) => {
  const host = outside.cloud.control.host('glance-01');
  const [hostId = '', other = ''] = [known.ids['glance-01'], known.ids['glance-02']];

  await test.step('an operation appears on the empty page, and its row opens its targets with outcome and reason', async () => {
    await expect(page.getByRole('heading', { name: 'Operations', level: 1 })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'No operations yet' })).toBeVisible();
    await expectAccessible(page);

    outside.cloud.control.host('glance-02').fault({ kind: 'status', status: 403 }, { method: 'DELETE' });
    const all = [...(await someOf(page, hostId, 2)), ...(await someOf(page, other, 3))];
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

  await test.step('a running operation shows its progress and can be cancelled', async () => {
    const wanted = await someOf(page, other, 4);
    host.empty();
    host.holdFetches();
    await call(page, 'hosts/refresh', {});
    await start(page, { kind: 'queue', targets: wanted.map(({ imageId }) => ({ hostId, imageId })) });
    const row = table(page).getByRole('row', { name: /^Queue/ });
    await expect(row).toContainText('Running');
    await expect(page.getByTitle('1 running, 1 past', { exact: true })).toBeVisible();
    await row.getByRole('button', { name: /^Cancel/ }).click();
    await expect(row).toContainText(/Cancelling|Cancelled/);
    // The console watches a fetch that the host has begun until it ends.
    host.releaseFetches();
    await expect(row).toContainText('Cancelled');
  });

  await test.step('an operation that a kill interrupted is listed at the next start and can be continued', async () => {
    const wanted = await someOf(page, other, 3);
    host.empty();
    host.holdFetches();
    await call(page, 'hosts/refresh', {});
    await start(page, { kind: 'queue', targets: wanted.map(({ imageId }) => ({ hostId, imageId })) });
    // A request in flight at the kill is followed for a minute before it is sent again.
    await expect.poll(() => host.state().queued.length).toBe(3);
    console.process.kill('SIGKILL');
    await console.end();

    await using second = await serveConsole({ mode: 'serve', env: outside.env, dataDirectory: console.dataDirectory });
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
  });
});
