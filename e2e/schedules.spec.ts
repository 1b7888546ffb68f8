import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { HostImages } from '../electron/contract/fleet.ts';
import { expectAccessible } from './accessible.ts';
import { call } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { openHost, railLink, untilDemoIsRead } from './page-parts.ts';

// Schedules on the demo: from a template over a dry run, a run and an approval to a file and back.

const schedules = (page: Page) => page.getByRole('table', { name: 'Schedules', exact: true });
const runs = (page: Page) => page.getByRole('table', { name: 'Runs', exact: true });
const row = (page: Page, name: string) =>
  schedules(page)
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name, exact: true }) });

async function hostId(page: Page, name: string): Promise<string> {
  return (await railLink(page, name).getAttribute('href'))?.split('/').at(-1) ?? '';
}

async function cachedOn(page: Page, id: string): Promise<string[]> {
  const { cached } = await call<Pick<HostImages, 'cached'>>(page, 'hosts/images', { id });
  return cached.map(({ imageId }) => imageId).sort();
}

test('a schedule is written from a template, previewed and run, and is linked from its operation', async ({ page }) => {
  await untilDemoIsRead(page);
  await railLink(page, 'Schedules').click();
  await expect(page.getByRole('heading', { name: 'No schedules yet' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Prune nightly/ }).click();

  // The editor shows when the schedule runs, and what it would do.
  const editor = page.getByRole('dialog', { name: 'New schedule' });
  await expect(editor.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Prune nightly');
  await editor.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
  const next = editor.getByRole('table', { name: 'Next runs' });
  await expect(next.getByRole('columnheader', { name: 'Europe/Berlin' })).toBeVisible();
  await expect(next.getByRole('row')).toHaveCount(6);
  await expect(next.getByRole('cell', { name: / 02:30$/ })).toHaveCount(5);
  await expect(editor.getByRole('list', { name: 'Skipped now' })).toContainText('edge-lyon-1');
  await editor.getByRole('button', { name: 'Add a period' }).click();
  await expectAccessible(page);
  await editor.getByRole('group', { name: 'When' }).getByRole('button', { name: 'Cron' }).click();
  await editor.getByRole('textbox', { name: 'Expression' }).fill('30 25 * * *');
  await expect(editor.getByRole('textbox', { name: 'Expression' })).toHaveAttribute('aria-invalid', 'true');
  await expect(editor.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true');
  await editor.getByRole('group', { name: 'When' }).getByRole('button', { name: 'Daily' }).click();
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Prune nightly')).toContainText('Daily 02:30 Europe/Berlin');
  await expectAccessible(page);

  // A dry run shows the plan and deletes nothing.
  await row(page, 'Prune nightly').getByRole('link').click();
  const ids = await Promise.all(['glance-01', 'glance-03'].map((name) => hostId(page, name)));
  const before = await Promise.all(ids.map((id) => cachedOn(page, id)));
  await page.getByRole('button', { name: 'Dry run…' }).click();
  const dry = page.getByRole('dialog', { name: 'Dry run of Prune nightly' });
  await expect(dry.getByRole('table', { name: 'What will be done' })).toContainText('glance-03');
  await expectAccessible(page);
  await dry.getByRole('button', { name: 'Plan again' }).focus();
  await page.keyboard.press('Escape');
  expect(await Promise.all(ids.map((id) => cachedOn(page, id)))).toEqual(before);

  // A run is in its history, and its operation names the schedule.
  await page.getByRole('button', { name: 'Run now…' }).click();
  const run = page.getByRole('dialog', { name: 'Run Prune nightly now' });
  await run.getByRole('button', { name: /^(Run now|Ask for approval)$/ }).click();
  await expect(runs(page).getByRole('row', { name: /run now/ })).toContainText('Done');
  await expectAccessible(page);
  await runs(page).getByRole('link', { name: 'Open' }).click();
  const operation = page.getByRole('dialog', { name: /^Prune/ });
  await expect(operation).toContainText('by schedule Prune nightly');
  await operation.getByRole('link', { name: 'Prune nightly' }).click();
  await expect(page.getByRole('heading', { name: 'Prune nightly', level: 1 })).toBeVisible();

  // Every page about schedules shows that all schedules are paused.
  await railLink(page, 'Schedules').click();
  await page.getByRole('button', { name: 'Pause all' }).click();
  await expect(page.getByText('All schedules are paused.')).toBeVisible();
  await expect(row(page, 'Prune nightly')).toContainText('paused');
  await openHost(page, 'glance-03');
  await page.getByRole('tab', { name: 'Schedules' }).click();
  await expect(page.getByRole('table', { name: 'Schedules of this host' })).toContainText('Prune nightly');
  await expect(page.getByText('All schedules are paused.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Resume all' }).click();
  await expect(page.getByText('All schedules are paused.')).toHaveCount(0);
});

test('a run that would delete golden images waits and is approved, and schedules are exported and imported', async ({
  page,
}, info) => {
  await untilDemoIsRead(page);
  const host = await hostId(page, 'glance-03');
  const { id: cloudId } = await call<{ id: string }>(page, 'clouds/openDemo', {});
  await call(page, 'golden/save', {
    cloudId,
    name: 'everything',
    note: '',
    hosts: { kind: 'all' },
    exact: false,
    images: [],
    rules: [{ name: '*-*', tags: [], properties: {}, visibility: null, newest: null }],
  });
  await railLink(page, 'Schedules').click();
  await page.getByRole('button', { name: 'New schedule' }).click();
  const editor = page.getByRole('dialog', { name: 'New schedule' });
  await editor.getByRole('textbox', { name: 'Name', exact: true }).fill('Half of glance-03');
  await editor.getByRole('textbox', { name: 'Down to' }).fill('1');
  await editor.getByRole('button', { name: 'Chosen hosts' }).click();
  await editor.getByRole('group', { name: 'Hosts', exact: true }).getByRole('button', { name: 'glance-03' }).click();
  await expect(editor.getByText('A run now would wait for approval.')).toBeVisible();
  await editor.getByRole('button', { name: 'Save' }).click();
  await row(page, 'Half of glance-03').getByRole('button', { name: 'Actions on Half of glance-03' }).click();
  await page.getByRole('menuitem', { name: 'Run now…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ask for approval' }).click();

  // It waits on its page, in the rail and in the table.
  await expect(page.getByText('A run waits for approval')).toBeVisible();
  await expect(runs(page).getByRole('row', { name: /Waits/ })).toContainText('golden');
  await expect(railLink(page, 'Schedules')).toContainText('1 waiting');
  const before = (await cachedOn(page, host)).length;
  await page.getByRole('button', { name: 'Review…' }).click();
  const review = page.getByRole('dialog', { name: 'Approve Half of glance-03' });
  await expect(review.getByRole('table', { name: 'What will be done' })).toContainText('glance-03');
  await expectAccessible(page);
  // The caches of the demo change all the time. If the plan has changed, it is shown and has to be approved again.
  await expect(async () => {
    await review.getByRole('button', { name: 'Approve', exact: true }).click();
    await expect(review).toHaveCount(0, { timeout: 3_000 });
  }).toPass();
  await expect(runs(page).getByRole('row', { name: /Done/ })).toBeVisible();
  expect((await cachedOn(page, host)).length).toBeLessThan(before);

  // Exported to a file, and imported.
  await railLink(page, 'Schedules').click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export YAML' }).click();
  const path = info.outputPath('schedules.yaml');
  await (await saving).saveAs(path);
  const text = await readFile(path, 'utf8');
  expect(text).toContain('Half of glance-03');
  await row(page, 'Half of glance-03').getByRole('button', { name: 'Actions on Half of glance-03' }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No schedules yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Import…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import schedules' });
  await dialog.getByRole('textbox', { name: 'Schedules as YAML' }).fill(text.replace('glance-03', 'glance-3'));
  await dialog.getByLabel('Choose a file…').setInputFiles(path);
  await expect(dialog.getByRole('table', { name: 'Changes' })).toContainText('Half of glance-03');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Import 1 schedule' }).click();
  await expect(row(page, 'Half of glance-03')).toBeVisible();
});
