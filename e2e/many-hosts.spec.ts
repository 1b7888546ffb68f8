import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { formatSize } from '../electron/contract/sizes.ts';
import type { DemoCloud, HostSpec } from '../electron/demo/simulated-cloud.ts';
import { addHosts } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { railLink } from './page-parts.ts';

// About 500 cached images on 20 hosts, of which one goes down, one is slow and one sometimes answers 503. Their
// deletion is planned, watched, cancelled, planned again, killed, continued, retried and exported, and every number
// agrees with the hosts.

const number = (count: number) => count.toLocaleString('en-US');
const hosts: HostSpec[] = Array.from({ length: 20 }, (_, index) => ({
  name: `glance-${String(index + 1).padStart(2, '0')}`,
  release: (['33', '25', '29', '23'] as const)[index % 4] ?? '33',
  fill: 'ordinary',
  images: 25,
}));

/** What the hosts really have now. */
function truth({ control }: DemoCloud) {
  const byHost = new Map(control.hosts.map((host) => [host.name, host.state().cached]));
  const lists = [...byHost.values()];
  return {
    byHost,
    left: lists.reduce((sum, cached) => sum + cached.length, 0),
    hosts: lists.filter((cached) => cached.length > 0).length,
  };
}

/** The progress text of the opened operation: `3 of 9 done, 2 failed.` */
const progress = (page: Page) => page.getByRole('dialog').getByRole('status', { name: 'Progress' });

/** A number of them: `counted(page, 'failed')`. */
async function counted(page: Page, word: string): Promise<number> {
  const text = (await progress(page).textContent()) ?? '';
  const match = new RegExp(`([\\d,]+)(?: of [\\d,]+)? ${word}`).exec(text);
  return Number((match?.[1] ?? '0').replaceAll(',', ''));
}

/** Plans the deletion of every image of a list, wherever it is cached. */
async function planDeletion(page: Page, ids: readonly string[]) {
  await railLink(page, 'Fleet').click();
  await page.getByRole('button', { name: 'Delete images…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete images' });
  await dialog.getByRole('tab', { name: 'Pasted list' }).click();
  await dialog.getByRole('textbox', { name: 'Image names or IDs' }).fill(ids.join('\n'));
  return dialog.getByText(/images will be deleted from \d+ hosts/);
}

/** Outcomes of targets that an operation has not settled. */
const openOutcomes: ReadonlySet<string> = new Set(['waiting', 'sent', 'following', 'unknown']);

test('500 images are deleted from 20 hosts despite faults, a kill and a cancel', async ({ browser }) => {
  // Hundreds of deletions are sent one by one, and requests in flight at a kill are followed for a minute.
  test.setTimeout(240_000);
  await using outside = await outsideCloud({ hosts, images: 40 });
  const { cloud } = outside;
  await using first = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(first.url);
  await addHosts(page, outside);
  await railLink(page, 'Fleet').click();

  // The true state of the fleet.
  const before = truth(cloud);
  const all = [...before.byHost.values()].flat();
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  const distinct = [...new Set(all.map(({ imageId }) => imageId))];
  const total = number(before.left);
  const onDown = before.byHost.get('glance-20')?.length ?? 0;
  expect(before.left).toBeGreaterThan(450);
  await expect(page.getByText(`cached, ${number(distinct.length)} distinct`)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Fleet totals' })).toContainText(total);

  // Planned: nothing is sent, the sums agree with the hosts, and what does not match is listed.
  const plan = await planDeletion(page, ['no-such-image', ...distinct]);
  await expect(plan).toContainText(
    new RegExp(`${total} copies of [\\d,]+ images will be deleted from 20 hosts, ${formatSize(bytes)} will be freed`),
  );
  const dialog = page.getByRole('dialog', { name: 'Delete images' });
  await expect(dialog.getByRole('region', { name: 'Entries not found' })).toContainText('no-such-image');
  await dialog.getByRole('button', { name: 'Host by host' }).click();
  await expect(dialog.getByRole('row', { name: /glance-07/ })).toContainText(
    number(before.byHost.get('glance-07')?.length ?? 0),
  );
  expect(truth(cloud).left).toBe(before.left);

  // Faults.
  for (const host of cloud.control.hosts) host.fault({ kind: 'slow', ms: 100 }, { method: 'DELETE' });
  const [down, slow, shaky] = ['glance-20', 'glance-19', 'glance-18'].map((name) => cloud.control.host(name));
  if (!down || !slow || !shaky) throw new Error('The cloud lacks its hosts');
  slow.clearFaults();
  slow.fault({ kind: 'slow', ms: 2_000 }, { method: 'DELETE' });
  shaky.clearFaults();
  shaky.fault({ kind: 'status', status: 503 }, { method: 'DELETE', every: 5 });
  await down.down();

  // Run and watched, on this page and from any other; then cancelled.
  await dialog
    .getByRole('button', { name: new RegExp(`^Delete ${total} copies of [\\d,]+ images from 20 hosts`) })
    .click();
  await expect(dialog.getByRole('status')).toContainText(new RegExp(`[1-9][\\d,]* of ${total} done`));
  await expect(dialog.getByText(/a second.*left/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Run in background' }).click();
  const chip = page.getByRole('link', { name: /^Running: Delete/ });
  await expect(chip).toContainText('%');
  await chip.click();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(progress(page)).toContainText('Stopped.');
  const done = await counted(page, 'done');
  expect(done).toBeGreaterThan(0);
  expect(before.left - truth(cloud).left).toBe(done);
  expect((await counted(page, 'cancelled')) + (await counted(page, 'failed')) + done).toBe(before.left);
  await page.keyboard.press('Escape');

  // The rest is planned again; the console is killed in the middle.
  const { left: rest, hosts: busy } = truth(cloud);
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Refresh', exact: true })).not.toHaveAttribute('aria-busy', 'true');
  await down.up();
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(await planDeletion(page, distinct)).toContainText(
    new RegExp(`${number(rest)} copies of [\\d,]+ images will be deleted from ${busy} hosts`),
  );
  await down.down();
  await dialog
    .getByRole('button', { name: new RegExp(`^Delete ${number(rest)} copies of [\\d,]+ images from ${busy} hosts`) })
    .click();
  await expect(dialog.getByRole('status')).toContainText(new RegExp(`[1-9][\\d,]* of ${number(rest)} done`));
  // Otherwise requests to the host that is down would be in flight at the kill, and stay unknown while it is down.
  await expect(dialog.getByRole('status')).toContainText(`${onDown} failed`);
  first.process.kill('SIGKILL');
  await first.end();
  await down.up();

  // Restarted with the same data: every page reports the interruption, with the numbers done, not sent, and unknown.
  await using second = await serveConsole({ mode: 'serve', env: outside.env, dataDirectory: first.dataDirectory });
  // From here on nothing has to be interrupted, so the hosts answer faster. The slow host is still the slowest.
  for (const host of cloud.control.hosts) if (host !== shaky) host.clearFaults();
  slow.fault({ kind: 'slow', ms: 20 }, { method: 'DELETE' });
  await page.goto(second.url);
  await expect(railLink(page, down.name)).toHaveAccessibleDescription('reachable');
  await down.down();
  const bar = page.getByRole('region', { name: 'Interrupted operations' });
  await expect(bar).toContainText('An operation was interrupted when the console closed.');
  await bar.getByRole('link', { name: 'Show' }).click();
  await expect(page.getByRole('dialog')).toContainText('The console closed while this was running.');
  const reported = { done: await counted(page, 'done'), unknown: await counted(page, 'unknown') };
  const gone = rest - truth(cloud).left;
  expect(reported.done).toBeLessThanOrEqual(gone);
  expect(reported.done + reported.unknown).toBeGreaterThanOrEqual(gone);

  // Continued: the hosts are asked for their state, and only the rest is done. The host that is down fails with a
  // reason.
  await page.getByRole('dialog').getByRole('button', { name: 'Continue', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await expect(progress(page)).not.toContainText('Interrupted');
  // Hundreds of deletions run until then.
  await expect(drawer.getByRole('button', { name: 'Retry failed…' })).toBeVisible({ timeout: 90_000 });
  expect(truth(cloud).left).toBe(onDown);
  expect(await counted(page, 'failed')).toBe(onDown);
  expect(await counted(page, 'unknown')).toBe(0);
  expect(await counted(page, 'done')).toBe(rest - onDown);
  await drawer.getByRole('tab', { name: 'Hosts' }).click();
  await expect(drawer.getByRole('row', { name: /glance-20/ })).toContainText(String(onDown));

  // Exported: each target agrees with the hosts.
  await drawer.getByRole('tab', { name: 'Targets' }).click();
  type Row = { host: string; image_id: string; outcome: string; bytes: number | null };
  let rows: Row[] = [];
  // The page reads the targets once more after the end of the operation.
  await expect(async () => {
    const downloading = page.waitForEvent('download');
    await drawer.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'JSON file' }).click();
    rows = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
    // Requests in flight at the kill are followed for a minute.
    expect(rows.filter(({ outcome }) => openOutcomes.has(outcome))).toEqual([]);
  }).toPass({ timeout: 90_000 });
  expect(rows).toHaveLength(rest);
  const now = new Map([...truth(cloud).byHost].map(([name, cached]) => [name, new Set(cached.map((c) => c.imageId))]));
  const wrong = rows.filter(
    ({ host, image_id, outcome }) =>
      (now.get(host)?.has(image_id) ?? false) === (outcome === 'done' || outcome === 'alreadyDone'),
  );
  expect(wrong).toEqual([]);
  const sizes = new Map(all.map(({ imageId, size }) => [imageId, size]));
  expect(rows.filter(({ outcome, bytes, image_id }) => outcome === 'done' && bytes !== sizes.get(image_id))).toEqual(
    [],
  );

  // Retried: only the failed targets, now that the host is back.
  await down.up();
  await drawer.getByRole('button', { name: 'Retry failed…' }).click();
  const retry = page.getByRole('dialog', { name: /: retry failed$/ });
  const again = retry.getByRole('button', { name: 'Retry host' });
  const go = retry.getByRole('button', { name: `Delete ${onDown} images` });
  // Skipped as long as the console has not seen that the host is back.
  await expect(again.or(go)).toBeVisible();
  if (await again.isVisible()) await again.click();
  await go.click();
  await expect(retry.getByRole('status')).toContainText(`${onDown} of ${onDown} done.`);
  expect(truth(cloud).left).toBe(0);
  await retry.getByRole('button', { name: 'Done' }).click();

  // The fleet agrees too.
  await railLink(page, 'Fleet').click();
  await expect(page.getByText('cached, 0 distinct')).toBeVisible();
  for (const host of cloud.control.hosts) expect(host.doubleQueued).toEqual([]);
  await context.close();
});

test('a host that was not read since the start is not shown as empty', async ({ browser }) => {
  await using outside = await outsideCloud({ hosts: 2, images: 12 });
  const host = outside.cloud.control.host('glance-01');
  await using first = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(first.url);
  await addHosts(page, outside);
  const ids = host.state().cached.map(({ imageId }) => imageId);
  const alsoOn = outside.cloud.control.host('glance-02').state().cached;
  const others = alsoOn.filter(({ imageId }) => ids.includes(imageId)).length;
  await expect(await planDeletion(page, ids)).toBeVisible();
  // Only requests to this host are in flight at the kill. If the host answers, such a request is followed for a minute
  // before it is sent again.
  host.fault({ kind: 'hang' }, { method: 'DELETE' });
  const dialog = page.getByRole('dialog', { name: 'Delete images' });
  await dialog.getByRole('button', { name: /^Delete \d+ (copies|images)/ }).click();
  await expect.poll(() => host.countRequests('DELETE', /./)).toBeGreaterThan(0);
  // No request to the other host is in flight at the kill, because it would be followed for a minute too.
  await expect(dialog.getByRole('status')).toContainText(`${others} of ${ids.length + others} done`);
  first.process.kill('SIGKILL');
  await first.end();
  await host.down();

  await using second = await serveConsole({ mode: 'serve', env: outside.env, dataDirectory: first.dataDirectory });
  host.clearFaults();
  await page.goto(second.url);
  await page.getByRole('region', { name: 'Interrupted operations' }).getByRole('link', { name: 'Show' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('dialog').getByRole('tab', { name: 'Hosts' }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: /Retry|Continue/ })).toBeVisible();
  const outcomes = page.getByRole('dialog').getByRole('table', { name: 'Host by host' });
  const row = outcomes.getByRole('row').filter({ has: page.getByRole('cell', { name: 'glance-01', exact: true }) });
  await expect(row.getByRole('cell').nth(2)).toHaveText('–');
  expect(host.state().cached.length).toBe(ids.length);
  await context.close();
});
