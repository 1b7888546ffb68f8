import type { Page } from '@playwright/test';
import { formatSize } from '../electron/contract/sizes.ts';
import type { WasteConditions, WasteList } from '../electron/contract/waste.ts';
import type { DemoCloud } from '../electron/demo/simulated-cloud.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts, call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { railLink, tableRow, untilDemoIsRead } from './page-parts.ts';

// Images that could be deleted: the page over the demo cloud, and on 16 hosts a list that agrees copy by copy with the hosts.

const day = 86_400;
const number = (count: number) => count.toLocaleString('en-US');
const table = (page: Page) => page.getByRole('table', { name: 'Waste' });
const rows = (page: Page) => table(page).locator('tbody tr[data-index]');
const byHost = (page: Page) => page.getByRole('table', { name: 'Reclaimed by host' });
const filter = (page: Page, name: string) => page.getByRole('group', { name: 'Filters' }).getByRole('button', { name });

async function openWaste(page: Page) {
  await railLink(page, 'Coverage').click();
  await page.getByRole('tab', { name: 'Waste' }).click();
  await expect(tableRow(table(page), 0)).toBeVisible();
}

test.describe('over the demo cloud', () => {
  test.beforeEach(async ({ page }) => {
    await untilDemoIsRead(page);
    await openWaste(page);
  });

  test('shows why, how much and on how many hosts; selected images are summed by host and deleted', async ({
    page,
  }) => {
    await expect(page.getByText(/1 host is not in this list.*edge-lyon-1/)).toBeVisible();
    await expect(filter(page, 'All waste')).toHaveAttribute('aria-pressed', 'true');
    await expectAccessible(page);
    await filter(page, 'Orphans').click();
    await expect(tableRow(table(page), 0)).toContainText('orphan');
    await expect(table(page)).toHaveAttribute('aria-rowcount', /^[2-9]$/);

    // Chosen with the keyboard; the sums by host follow.
    await tableRow(table(page), 0).getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(page.getByText('2 selected', { exact: true })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Reclaimed by host' })).toContainText('by the 2 selected');
    await expect(tableRow(byHost(page), 0)).toContainText(/\d images? \(<?\d+%\)/);
    await expectAccessible(page);

    // Opened: the copies, host by host, from which the image's page is reached.
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await expect(drawer.getByRole('table', { name: 'Matching copies' })).toContainText('glance-0');
    await expectAccessible(page);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Delete 2 images…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
    await dialog.getByRole('button', { name: /^Delete 2 images/ }).click();
    await expect(dialog.getByRole('status')).toContainText('2 of 2 done.');
    await dialog.getByRole('button', { name: 'Done', exact: true }).and(page.locator(':not(table *)')).click();
    await expect(page.getByText('2 selected', { exact: true })).toBeHidden();

    // Filters are combined, saved, renamed and removed, and leave out what a golden set wants.
    const conditions = page.getByRole('group', { name: 'Conditions' });
    await filter(page, 'Idle').click();
    await conditions.getByRole('textbox', { name: 'Days without a read' }).fill('60');
    await conditions.getByRole('textbox', { name: 'Smallest size' }).fill('1 GiB');
    await conditions.getByRole('textbox', { name: 'Smallest size' }).blur();
    await expect(conditions.getByRole('textbox', { name: 'Smallest size' })).toHaveValue('1.00 GiB');
    await conditions.getByRole('button', { name: 'All hosts' }).click();
    const scope = page.getByRole('dialog', { name: 'Hosts' });
    await scope.getByRole('button', { name: 'glance-03' }).click();
    await expectAccessible(page);
    await scope.getByRole('button', { name: 'Done' }).click();
    await expect(conditions.getByRole('button', { name: 'glance-03' })).toBeFocused();
    await expect(byHost(page).locator('tbody tr')).toHaveCount(1);
    await expect(filter(page, 'Idle')).toContainText('changed');

    await page.getByRole('button', { name: 'Save as…' }).click();
    const saving = page.getByRole('dialog', { name: 'Save as a new filter' });
    await saving.getByRole('textbox', { name: 'Name' }).fill('Orphans');
    await page.keyboard.press('Enter');
    await expect(saving.getByRole('status')).toContainText('A filter named Orphans already exists.');
    await expectAccessible(page);
    await saving.getByRole('textbox', { name: 'Name' }).fill('Old on glance-03');
    await saving.getByRole('button', { name: 'Save' }).click();
    await expect(filter(page, 'Old on glance-03')).toHaveAttribute('aria-pressed', 'true');
    await page.reload();
    await expect(filter(page, 'Old on glance-03')).toHaveAttribute('aria-pressed', 'true');
    await expect(conditions.getByRole('textbox', { name: 'Days without a read' })).toHaveValue('60');

    await page.getByRole('button', { name: 'Rename…' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Old there');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expect(filter(page, 'Old there')).toBeVisible();
    await page.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove Old there' }).click();
    await expect(filter(page, 'Old there')).toBeHidden();
    await expect(filter(page, 'All waste')).toHaveAttribute('aria-pressed', 'true');

    // Images that a golden set wants are left out by default.
    await filter(page, 'Idle').click();
    await expect(tableRow(table(page), 0)).toContainText('idle');
    const { hosts } = await call<{ hosts: { oldest: number } }>(page, 'waste/list', { conditions: { idleDays: 30 } });
    expect(hosts.oldest).toBeGreaterThan(0);
    const { rows: listed } = await call<WasteList>(page, 'waste/list', { conditions: { idleDays: 30 } });
    const [first] = listed;
    if (!first) throw new Error('Nothing is idle');
    await call(page, 'golden/save', {
      cloudId: first.cloudId,
      name: 'Kept',
      hosts: { kind: 'all' },
      images: [{ by: 'id', imageId: first.imageId }],
    });
    const name = first.description?.name ?? first.imageId;
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Filter by name or id' }).fill(first.imageId);
    await expect(page.getByText(/Excluded: \d+ cop(y|ies) required by golden sets/)).toBeVisible();
    await expect(rows(page)).toHaveCount(0);
    await page.getByRole('checkbox', { name: 'Include golden images' }).click();
    await expect(tableRow(table(page), 0)).toContainText(name);
    await expect(tableRow(table(page), 0)).toContainText('golden');
  });
});

/** The images of a kind that the answering hosts really have, `host image` to its bytes. */
function truth({ control }: DemoCloud, is: (copy: TrueCopy) => boolean, hosts: ReadonlySet<string>) {
  const copies = new Map<string, number>();
  for (const host of control.hosts) {
    if (!hosts.has(host.name)) continue;
    for (const copy of host.state().cached) if (is(copy)) copies.set(`${host.name} ${copy.imageId}`, copy.size);
  }
  return copies;
}
type TrueCopy = ReturnType<DemoCloud['control']['hosts'][number]['state']>['cached'][number];

test('waste on 16 hosts agrees copy by copy, is summed by host, and is deleted', async ({ browser }) => {
  await using outside = await outsideCloud({ hosts: 16, images: 100 });
  const { cloud } = outside;
  for (const host of cloud.control.hosts) host.holdFetches();
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(served.url);
  const ids = await addHosts(page, outside);
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  await call(page, 'preferences/update', { refreshPaused: true });

  const ask = (conditions: Partial<WasteConditions>) => call<WasteList>(page, 'waste/list', { conditions });
  const targets = async (conditions: Partial<WasteConditions>) => {
    const found = await call<{ targets: { hostId: string; imageId: string }[] }>(page, 'waste/targets', {
      conditions,
      images: null,
    });
    return found.targets.map(({ hostId, imageId }) => `${names.get(hostId)} ${imageId}`).sort();
  };
  const everything = await ask({ minBytes: 1 });
  const unknown = new Set(everything.hosts.unknown.map((id) => names.get(id) ?? ''));
  const known = new Set([...names.values()].filter((name) => !unknown.has(name)));
  expect(everything.copies).toBeGreaterThan(800);

  // Copy by copy: all of them, and by each rule.
  const now = Date.now() / 1_000;
  const gone = new Set(cloud.control.images().map(({ id }) => id));
  const rules: [Partial<WasteConditions>, (copy: TrueCopy) => boolean][] = [
    [{ minBytes: 1 }, () => true],
    [{ orphan: true }, ({ imageId }) => !gone.has(imageId)],
    [{ idleDays: 30 }, ({ lastAccessed }) => now - lastAccessed >= 30 * day],
    [{ neverHitDays: 1 }, ({ hits, lastModified }) => hits === 0 && now - lastModified >= day],
    [{ minBytes: 2 ** 33, maxHits: 3 }, ({ size, hits }) => size >= 2 ** 33 && hits <= 3],
    [
      { match: 'all', neverHitDays: 1, idleDays: 60 },
      (copy) => copy.hits === 0 && now - copy.lastAccessed >= 60 * day && now - copy.lastModified >= day,
    ],
  ];
  for (const [conditions, is] of rules) {
    const expected = truth(cloud, is, known);
    await expect.poll(() => targets(conditions)).toEqual([...expected.keys()].sort());
    const list = await ask(conditions);
    expect(list).toMatchObject({ copies: expected.size, bytes: [...expected.values()].reduce((a, b) => a + b, 0) });
  }

  // The page shows the same sums and hosts, and the selected images are deleted from exactly these.
  await openWaste(page);
  await filter(page, 'Orphans').click();
  const orphans = truth(cloud, ({ imageId }) => !gone.has(imageId), known);
  const distinct = new Set([...orphans.keys()].map((key) => key.split(' ')[1]));
  await expect(page.getByText(`${number(distinct.size)} images`, { exact: true })).toBeVisible();
  const bytes = [...orphans.values()].reduce((sum, size) => sum + size, 0);
  await expect(page.getByRole('region', { name: 'Reclaimed by host' })).toContainText(formatSize(bytes));
  const before = [...truth(cloud, () => true, known).keys()];
  await tableRow(table(page), 0).getByRole('checkbox').click();
  await tableRow(table(page), 1).getByRole('checkbox').click();
  const chosen = new Set((await ask({ orphan: true })).rows.slice(0, 2).map(({ imageId }) => imageId));
  const going = before.filter((key) => chosen.has(key.split(' ')[1] ?? ''));
  await expect(page.getByText(new RegExp(`${number(going.length)} cop(y|ies), .* would be freed`))).toBeVisible();
  await page.getByRole('button', { name: 'Delete 2 images…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
  await dialog.getByRole('button', { name: new RegExp(`^Delete ${number(going.length)} images?`) }).click();
  await expect(dialog.getByRole('status')).toContainText(`${number(going.length)} of ${number(going.length)} done.`);
  await dialog.getByRole('button', { name: 'Done', exact: true }).and(page.locator(':not(table *)')).click();
  const left = new Set(truth(cloud, () => true, known).keys());
  expect(before.filter((key) => !left.has(key)).sort()).toEqual(going.sort());
  await expect(page.getByText(`${number(distinct.size - 2)} images`, { exact: true })).toBeVisible();
  await context.close();
});
