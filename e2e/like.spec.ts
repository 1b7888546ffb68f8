import type { Page } from '@playwright/test';
import type { HostSpec } from '../electron/demo/simulated-cloud.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts, call } from './calls.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { chooseInPalette, tableRow } from './page-parts.ts';

// A new API server gets the cached images of another one, within its limit, and one operation queues and deletes images
// to bring hosts up to date. The specs compare the result with the caches of the hosts.

const hosts: HostSpec[] = [
  ...Array.from(
    { length: 31 },
    (_, index): HostSpec => ({
      name: `glance-${String(index + 1).padStart(2, '0')}`,
      release: (['33', '29', '25'] as const)[index % 3] ?? '33',
      fill: 'ordinary',
    }),
  ),
  { name: 'glance-new', release: '33', fill: 'ordinary', images: 0 },
];

async function openFleet(page: Page, url: string, outside: OutsideCloud) {
  await page.goto(url);
  const ids = await addHosts(page, outside);
  await page.getByRole('link', { name: 'Fleet' }).click();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'glance-new' })).toHaveAccessibleDescription(
    'reachable',
  );
  return ids;
}

/** The cached images of a host that Glance still has, by id. */
function good({ cloud }: OutsideCloud, name: string) {
  const images = new Map(cloud.control.images().map((image) => [image.id, image]));
  return new Map(
    cloud.control
      .host(name)
      .state()
      .cached.filter(({ imageId }) => images.get(imageId)?.status === 'active')
      .map((cached) => [cached.imageId, cached]),
  );
}

test('a new host among 32 gets the images of another host, up to its limit', async ({ browser }) => {
  await using outside = await outsideCloud({ hosts, images: 100 });
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const ids = await openFleet(page, served.url, outside);
  const source = good(outside, 'glance-17');
  const sum = [...source.values()].reduce((total, { size }) => total + size, 0);

  await page.getByRole('navigation').getByRole('link', { name: 'glance-new' }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /^Make like another host…/ }).click();
  const choosing = page.getByRole('dialog', { name: 'Make glance-new like another host' });
  await expect(choosing.getByRole('row', { name: /glance-31/ })).toHaveCount(0);
  await expectAccessible(page);
  await page.keyboard.type('glance-17');
  await expect(choosing.locator('tbody tr[data-index]')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');

  const dialog = page.getByRole('dialog', { name: 'Make glance-new like glance-17' });
  const orphans = outside.cloud.control.host('glance-17').state().cached.length - source.size;
  await expect(
    dialog.getByRole('button', { name: `Queue ${source.size.toLocaleString('en-US')} images` }),
  ).toBeVisible();
  await expect(dialog.getByText('Its limit is not set')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Only what fits' })).toHaveAccessibleDescription(
    /Set it in Settings/,
  );
  await expect(dialog).toContainText(`Skipped: ${orphans} orphans`);
  await expectAccessible(page);

  // With a limit the dialog says whether it will hold, and chooses the images with the most hits that fit.
  const limitBytes = Math.round(sum / 20);
  await call(page, 'hosts/update', { id: ids['glance-new'], limitBytes });
  await expect(dialog).toContainText('over its limit. Its next prune deletes the least recently accessed images');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: /^Only what fits/ }).click();
  await expect(dialog).toContainText(/Within limit, with .* to spare/);
  // Deselect one image by hand.
  await tableRow(dialog.getByRole('table'), 0).getByRole('checkbox').click();
  const confirm = dialog.getByRole('button', { name: /^Queue \d+ images?$/ });
  await expect(confirm).not.toHaveAttribute('aria-disabled', 'true');
  const chosen = Number(/\d+/.exec((await confirm.textContent()) ?? '')?.[0]);
  await confirm.click();
  await expect(dialog.getByRole('status')).toContainText(`${chosen} of ${chosen} done.`);

  const now = outside.cloud.control.host('glance-new').state();
  expect(now.cached).toHaveLength(chosen);
  expect(now.cached.filter(({ imageId }) => !source.has(imageId))).toEqual([]);
  expect(now.totalBytes).toBeLessThanOrEqual(limitBytes);
  await context.close();
});

test('a host is made like another in both directions, from the fleet page and from the palette', async ({
  browser,
}) => {
  await using outside = await outsideCloud({ hosts: [...hosts.slice(0, 3), ...hosts.slice(-1)], images: 30 });
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  const ids = await openFleet(page, served.url, outside);

  await page.getByRole('checkbox', { name: 'Select glance-01' }).click();
  await page.getByRole('checkbox', { name: 'Select glance-new' }).click();
  await page.getByRole('button', { name: 'Make like…' }).click();
  const there = page.getByRole('dialog', { name: 'Make glance-new like glance-01' });
  await expect(there.getByRole('button', { name: `Queue ${good(outside, 'glance-01').size} images` })).toBeVisible();
  await there.getByRole('button', { name: 'Swap' }).click();
  const back = page.getByRole('dialog', { name: 'Make glance-01 like glance-new' });
  await expect(back.getByRole('status')).toContainText('glance-01 already has everything that glance-new has cached.');
  await page.keyboard.press('Escape');

  await chooseInPalette(page, 'make a host like', 'Make a host like');
  await page
    .getByRole('dialog', { name: 'Make a host like another' })
    .getByRole('button', { name: 'glance-02' })
    .click();
  const second = page.getByRole('dialog', { name: 'Make glance-02 like another host' });
  await second.getByRole('button', { name: 'glance-03' }).click();
  const [two, three] = [good(outside, 'glance-02'), good(outside, 'glance-03')];
  const missing = [...three.keys()].filter((id) => !two.has(id)).length;
  const dialog = page.getByRole('dialog', { name: 'Make glance-02 like glance-03' });
  await expect(dialog.getByRole('button', { name: new RegExp(`^Queue ${missing} image`) })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await test.step('one operation brings hosts up to date, and reports fetched and freed sizes separately', async () => {
    const one = [...good(outside, 'glance-01').keys()];
    const on = (name: string, images: readonly string[]) => images.map((imageId) => ({ hostId: ids[name], imageId }));
    const action = {
      kind: 'align',
      queue: on('glance-new', one.slice(4, 10)),
      delete: on('glance-01', one.slice(0, 2)),
    };
    const { cloud } = outside;
    const mend = [
      cloud.control.host('glance-01').fault({ kind: 'status', status: 500 }, { method: 'DELETE' }),
      cloud.control.host('glance-new').fault({ kind: 'status', status: 500 }, { method: 'PUT', times: 1 }),
    ];
    const { id } = await call<{ id: string }>(page, 'operations/plan', action);
    await call(page, 'operations/start', { planId: id });
    await page.getByRole('link', { name: 'Operations' }).click();
    const failed = page.getByRole('row', { name: /Sync 2 hosts: queue 6 images, delete 2 (images|copies)/ });
    await expect(failed).toContainText('3 failed');
    for (const repair of mend) repair();

    // Retry exactly the failed targets.
    await failed.getByRole('button', { name: /Retry/ }).click();
    const retry = page.getByRole('dialog', { name: /: retry failed$/ });
    await expect(retry).toContainText(/On 2 hosts, 1 image will be fetched, .* and 2 will be deleted, .* freed\./);
    await expectAccessible(page);
    await retry.getByRole('button', { name: 'Host by host' }).click();
    await expect(retry.getByRole('columnheader', { name: 'Will be deleted' })).toBeVisible();
    await retry.getByRole('button', { name: 'Queue 1 and delete 2 images on 2 hosts' }).click();
    await expect(retry.getByRole('status')).toContainText(/3 of 3 done\. 1 image, .* fetched; 2 copies, .* freed\./);
    await retry.getByRole('button', { name: 'Every target' }).click();
    for (const name of ['Queued images', 'Deleted images']) {
      await expect(retry.getByRole('table', { name })).toBeVisible();
    }
    await expectAccessible(page);
    await retry.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('row', { name: /Sync 2 hosts: queue (?!6 images)\S+, delete 2 images/ });
    await expect(row).toContainText('Done');
    await expect(row).toContainText(/[\d.]+ GiB fetched, [\d.]+ GiB freed/);
    await row.getByRole('button', { name: /Sync 2 hosts/ }).click();
    const drawer = page.getByRole('dialog');
    await expect(drawer.getByRole('columnheader', { name: 'What', exact: true })).toBeVisible();
    await expect(drawer.getByRole('row', { name: /glance-01/ })).toHaveCount(2);
    await drawer.getByRole('tab', { name: 'Hosts' }).click();
    await expect(drawer.getByRole('columnheader', { name: 'Freed' })).toBeVisible();
    await expectAccessible(page);
    expect(
      cloud.control
        .host('glance-new')
        .state()
        .cached.map(({ imageId }) => imageId)
        .sort(),
    ).toEqual(one.slice(4, 10).sort());
    const left = new Set(
      cloud.control
        .host('glance-01')
        .state()
        .cached.map(({ imageId }) => imageId),
    );
    expect(one.slice(0, 2).filter((imageId) => left.has(imageId))).toEqual([]);
  });
  await context.close();
});
