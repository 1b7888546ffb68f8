import type { Page } from '@playwright/test';
import type { DemoCloud } from '../electron/demo/simulated-cloud.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts, call } from './calls.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';
import { hostRow, openHost, railLink } from './page-parts.ts';

// Prune and clean by the methods that hosts support: glance-01 and -02 have both in their API, glance-03 (2.16) has neither.

const test = base.extend<{ outside: OutsideCloud; console: ServedConsole; ids: Record<string, string> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it so
  outside: async ({}, use) => {
    await using outside = await outsideCloud();
    await use(outside);
  },
  console: async ({ outside }, use) => {
    await using served = await serveConsole({ mode: 'serve', env: outside.env });
    await use(served);
  },
  ids: async ({ page, outside }, use) => {
    await use(await addHosts(page, outside));
  },
});

/** The cached images of a host, the least recently accessed first. */
function cachedOn({ control }: DemoCloud, name: string) {
  return control
    .host(name)
    .state()
    .cached.toSorted((a, b) => a.lastAccessed - b.lastAccessed);
}

const idsOf = (images: readonly { imageId: string }[]) => images.map(({ imageId }) => imageId);
const sum = (images: readonly { size: number }[]) => images.reduce((total, { size }) => total + size, 0);

async function stateLimit(page: Page, id: string, limitBytes: number | null) {
  await call(page, 'hosts/update', { id, limitBytes });
}

test('hosts are pruned and cleaned by the methods that they support, with the same result as previewed', async ({
  page,
  ids,
  outside: { cloud },
}) => {
  await test.step('a host without a native prune is pruned by deleting exactly the previewed images', async () => {
    const before = cachedOn(cloud, 'glance-03');
    await stateLimit(page, ids['glance-03'] ?? '', Math.round(sum(before) / 2));
    await openHost(page, 'glance-03');
    await expect(page.getByText('prune by individual deletion · clean needs SSH')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Clean…' })).toHaveAccessibleDescription(/2\.18/);
    await page.getByRole('button', { name: 'Prune…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prune' });
    await expect(dialog.getByRole('radio', { name: /^Delete individually/ })).toBeChecked();
    await expect(dialog.getByRole('radio', { name: /^Cache API/ })).toHaveAttribute('aria-disabled', 'true');
    const goes = dialog.getByRole('table', { name: 'Images to delete' }).locator('tbody').getByRole('row');
    await expect(goes).not.toHaveCount(0);
    const previewed: string[] = [];
    for (const text of await goes.allInnerTexts())
      previewed.push(/[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}/.exec(text)?.[0] ?? '');
    expect(previewed.length).toBeGreaterThan(1);
    expect(previewed).toEqual(idsOf(before.slice(0, previewed.length)));
    await expectAccessible(page);
    expect(cachedOn(cloud, 'glance-03')).toHaveLength(before.length);

    await dialog.getByRole('button', { name: `Prune ${previewed.length} images from glance-03` }).click();
    await expect(dialog.getByRole('status')).toContainText(`${previewed.length} of ${previewed.length} done`);
    await expect(dialog).toContainText(`Result matches the preview: ${previewed.length} images deleted.`);
    await expectAccessible(page);
    expect(idsOf(cachedOn(cloud, 'glance-03'))).toEqual(idsOf(before.slice(previewed.length)));
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByText('A prune would delete nothing.')).toBeVisible();
  });

  await test.step('a clean names its method, and says that the host does not list its invalid files', async () => {
    await openHost(page, 'glance-01');
    await page.getByRole('button', { name: 'Clean…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clean' });
    await expect(dialog.getByRole('radio', { name: /^Cache API/ })).toBeChecked();
    await expect(dialog).toContainText('does not report which files are invalid');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Clean glance-01' }).click();
    await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
    await dialog.getByRole('button', { name: 'Done', exact: true }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('a host without a limit and without a native prune shows the reason and the remedy', async () => {
    await stateLimit(page, ids['glance-03'] ?? '', null);
    await openHost(page, 'glance-03');
    await expect(page.getByText('prune needs its limit or SSH · clean needs SSH')).toBeVisible();
    const prune = page.getByRole('button', { name: 'Prune…' });
    await expect(prune).toHaveAttribute('aria-disabled', 'true');
    await expect(prune).toHaveAccessibleDescription(/2\.18.*Set the cache limit/);
  });

  await test.step('the message about a missing limit links to the settings of the host', async () => {
    await stateLimit(page, ids['glance-01'] ?? '', null);
    await openHost(page, 'glance-01');
    await page.getByRole('button', { name: 'Prune…' }).click();
    await page.getByRole('dialog', { name: 'Prune' }).getByRole('link', { name: 'Set its limit' }).click();
    const edit = page.getByRole('dialog', { name: 'Edit glance-01' });
    await edit.getByLabel('Limit').fill('1 GiB');
    await edit.getByRole('button', { name: 'Save' }).click();
    await expect(edit).toBeHidden();
    await expect(hostRow(page, 'glance-01')).toContainText('1.00 GiB');
  });

  await test.step('one operation prunes hosts by different methods, and reports differences from the preview', async () => {
    const names = ['glance-01', 'glance-02', 'glance-03'];
    const before = new Map(names.map((name) => [name, cachedOn(cloud, name)]));
    for (const name of names) await stateLimit(page, ids[name] ?? '', Math.round(sum(before.get(name) ?? []) / 2));
    await railLink(page, 'Fleet').click();
    await expect(hostRow(page, 'glance-03')).toContainText('over its limit');
    await page.getByRole('button', { name: 'Prune…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prune' });
    const row = (name: string) => dialog.getByRole('row').filter({ hasText: name });
    await expect(row('glance-01')).toContainText('about');
    await expect(row('glance-03')).toContainText('Delete individually');
    await dialog.getByRole('combobox', { name: 'How glance-02 is pruned' }).selectOption('Delete individually');
    await expect(row('glance-02')).not.toContainText('about');
    await dialog.getByRole('button', { name: 'glance-02', expanded: false }).click();
    await expect(dialog).toContainText(before.get('glance-02')?.[0]?.imageId ?? 'an image');
    await expectAccessible(page);

    await dialog.getByRole('button', { name: /^Prune about \d+ copies from 3 hosts$/ }).click();
    await expect(dialog.getByRole('status')).toContainText(/(\d+) of \1 hosts done/);
    // The limit of glance-01 itself is not the stated one, and its cache is within it.
    await expect(dialog).toContainText(/glance-01: \d+ images previewed, 0 deleted\. Not deleted:/);
    await expect(dialog).toContainText('As previewed on 2 hosts.');
    await expectAccessible(page);
    expect(idsOf(cachedOn(cloud, 'glance-01'))).toEqual(idsOf(before.get('glance-01') ?? []));
    for (const name of ['glance-02', 'glance-03']) {
      const [was = [], left] = [before.get(name), cachedOn(cloud, name)];
      expect(left.length).toBeLessThan(was.length);
      expect(idsOf(left)).toEqual(idsOf(was.slice(was.length - left.length)));
      expect(sum(left)).toBeLessThanOrEqual(sum(was) / 2);
    }
    await dialog.getByRole('button', { name: 'Done' }).click();
    await railLink(page, 'Operations').click();
    await expect(
      page.getByRole('table', { name: 'Operations' }).getByRole('row', { name: /Prune 3 hosts/ }),
    ).toHaveCount(1);
  });
});
