import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { DemoImage } from '../electron/demo/simulated-image.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts } from './calls.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';
import { chooseInPalette, hostRow, openHost, railLink } from './page-parts.ts';

// Prefetch by reading, and stuck queues: glance-04 (Glance 18) does not fetch queued images by itself.

const mebibyte = 1_024 ** 2;

const test = base.extend<{ outside: OutsideCloud; console: ServedConsole; queued: DemoImage[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it so
  outside: async ({}, use) => {
    await using outside = await outsideCloud({ hosts: 4 });
    await use(outside);
  },
  console: async ({ outside }, use) => {
    await using served = await serveConsole({ mode: 'serve', env: outside.env });
    await use(served);
  },
  queued: async ({ page, outside }, use) => {
    const { control } = outside.cloud;
    const old = control.host('glance-04');
    old.empty();
    const queued = [
      control.addImage({ name: 'first-in-line', size: 48 * mebibyte }),
      control.addImage({ name: 'second-in-line', size: 16 * mebibyte }),
    ];
    for (const { id } of queued) old.enqueue(id);
    await addHosts(page, outside);
    await use(queued);
  },
});

async function openQueue(page: Page, name: string) {
  await openHost(page, name);
  await page.getByRole('tab', { name: /Queued/ }).click();
}

test('a host that does not fetch its queue is prefetched by reading, with a rate limit and a cancellation', async ({
  page,
  outside: { cloud },
  queued: [first],
}) => {
  const host = cloud.control.host('glance-04');
  await openQueue(page, 'glance-04');
  await expect(page.getByText('2 queued images are not being fetched.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Prefetch…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Prefetch' });
  await expect(dialog.getByRole('radio', { name: /^Download through host/ })).toBeChecked();
  await expect(dialog.getByRole('radio', { name: /^glance-cache-prefetcher over SSH/ })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expect(dialog.getByRole('table', { name: 'What will be done' }).locator('tbody').getByRole('row')).toHaveCount(
    2,
  );
  await dialog.getByLabel('Rate limit').fill('0.0001');
  await expect(dialog.getByText('Enter a number such as 50')).toBeVisible();
  await dialog.getByLabel('Rate limit').fill('0.75');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Prefetch 2 images on glance-04' }).click();
  await expect(dialog.getByText(/^\d.* of 64\.0 MiB, .*\/s, about .* left$/)).toBeVisible();
  await expect(dialog.getByRole('row', { name: /first-in-line/ })).toContainText(/ of 48\.0 MiB/);
  await expectAccessible(page);
  expect(host.state().cached).toEqual([]);

  await dialog.getByRole('button', { name: 'Cancel operation' }).click();
  await expect(dialog.getByRole('row', { name: /first-in-line/ })).toContainText(/Cancelled after .* of 48\.0 MiB/);
  await expect(dialog.getByRole('row', { name: /second-in-line/ })).toContainText('nothing was sent');
  expect(host.state()).toMatchObject({ cached: [], queued: [first?.id, expect.any(String)] });
  await dialog.getByRole('button', { name: 'Done' }).click();

  await page.getByRole('button', { name: 'Prefetch…' }).click();
  await dialog.getByRole('button', { name: 'Prefetch 2 images on glance-04' }).click();
  await expect(dialog.getByRole('status')).toContainText('2 of 2 done');
  await expect(dialog.getByRole('row', { name: /first-in-line/ })).toContainText('the host has cached it');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('No queued images')).toBeVisible();
  expect(host.state()).toMatchObject({ queued: [], cached: [{ size: 48 * mebibyte }, { size: 16 * mebibyte }] });
  expect(host.countRequests('PUT', /.*/)).toBe(0);
});

test('stuck images are requeued or deleted, after the page names the causes', async ({
  page,
  outside: { cloud },
  queued,
}) => {
  const [first, second] = queued;
  const host = cloud.control.host('glance-04');
  await openQueue(page, 'glance-04');
  await expect(page.getByText('This host needs a manual prefetch')).toBeVisible();
  await page
    .getByRole('row', { name: /first-in-line/ })
    .getByRole('checkbox')
    .click();
  await page.locator('.selection-bar').getByRole('button', { name: 'Requeue…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Requeue' });
  await expect(dialog).toContainText('deleted from the queue, then requeued');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Requeue 1 image' }).click();
  await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
  expect(host.state().queued).toEqual([second?.id, first?.id]);
  await dialog.getByRole('button', { name: 'Done' }).click();

  await page.getByRole('button', { name: 'Delete from the queue…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete 2 images' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Done', exact: true }).click();
  await expect(page.getByText('No queued images')).toBeVisible();
  expect(host.state().queued).toEqual([]);

  await test.step('hosts are prefetched by different methods; a host that fetches immediately is left out', async () => {
    for (const { id } of queued) host.enqueue(id);
    const fast = cloud.control.host('glance-01');
    fast.enqueue(first?.id ?? '');
    await railLink(page, 'Fleet').click();
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expect(hostRow(page, 'glance-04')).toContainText('2 queued images are stalled');
    await page.getByRole('button', { name: 'Prefetch…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prefetch' });
    await expect(dialog.getByRole('row', { name: /glance-04/ })).toContainText('Download through host');
    await expect(dialog.getByRole('row', { name: /glance-01/ })).toContainText('fetches queued images immediately');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Prefetch 2 images on glance-04' }).click();
    await expect(dialog.getByRole('status')).toContainText('done. 2 images, 64.0 MiB.');
    expect(fast.state().queued).toEqual([first?.id]);
    expect(fast.countRequests('GET', /\/file$/)).toBe(0);
    await dialog.getByRole('button', { name: 'Done', exact: true }).click();
    await expect(dialog).toBeHidden();

    // How long an image may stay queued is a setting, and the palette opens a prefetch.
    await railLink(page, 'Settings').click();
    await page.getByRole('tab', { name: 'Refresh' }).click();
    const patience = page.getByRole('textbox', { name: 'Stalled after' });
    await expect(patience).toHaveValue('5');
    await patience.fill('30');
    await patience.press('Enter');
    await page.reload();
    await expect(patience).toHaveValue('30');
    await chooseInPalette(page, 'prefetch', /^Prefetch/);
    await expect(dialog).toBeVisible();
  });
});

test('images that stay queued after the fetch worker died are marked with the causes, and are requeued after a restart', async ({
  browser,
}) => {
  await using outside = await outsideCloud({ hosts: 1 });
  await using served = await serveConsole({
    mode: 'serve',
    env: { ...outside.env, NODE_OPTIONS: `--import=${join(import.meta.dirname, 'real/clock-ahead.ts')}` },
  });
  const { control } = outside.cloud;
  const host = control.host('glance-01');
  host.killWorker();
  const { id } = control.addImage({ name: 'left-behind', size: mebibyte });
  host.enqueue(id);
  await using context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(served.url);
  await addHosts(page, outside);
  await openQueue(page, 'glance-01');
  const row = page.getByRole('row', { name: /left-behind/ });
  await expect(row).toContainText('waiting');
  served.process.kill('SIGUSR2');
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(row).toContainText('stalled');
  await expect(page.getByText('1 queued image is not being fetched, it seems.')).toBeVisible();
  await expect(page.getByText('ended the fetch worker of that API process')).toBeVisible();
  await page.getByRole('button', { name: 'Requeue…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Requeue' });
  await expect(dialog).toContainText('is an estimate based on waiting time and image size');
  await expectAccessible(page);
  await host.restart();
  await dialog.getByRole('button', { name: 'Requeue 1 image' }).click();
  await expect(dialog.getByRole('status')).toContainText('1 of 1 done. 1 image, 1.00 MiB.');
  expect(host.state()).toMatchObject({
    queued: [],
    cached: expect.arrayContaining([expect.objectContaining({ imageId: id })]),
  });
  expect(host.doubleQueued).toEqual([]);
});
