import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './fixtures.ts';
import {
  chooseInPalette,
  hostRow,
  openPalette,
  palette,
  paletteSelection,
  railLink,
  tableRow,
  untilDemoIsRead,
} from './page-parts.ts';

// The Fleet page over the demo cloud: five hosts, of which one is over its limit and one is down.

const hosts = (page: Page) => page.getByRole('table', { name: 'Hosts', exact: true });
const topRow = (page: Page) => tableRow(hosts(page), 0);

test('hosts are shown with their state, and can be sorted, filtered, selected, opened and exported; polling is paused and resumed; a lost connection is shown', async ({
  page,
  console,
}) => {
  await untilDemoIsRead(page);
  await test.step('the filter finds hosts by state, and says when no host matches', async () => {
    await page.keyboard.press('/');
    const filter = page.getByRole('searchbox', { name: 'Filter hosts', exact: true });
    await expect(filter).toBeFocused();
    await page.keyboard.type('unreachable');
    await expect(page.getByText('1 of 5 hosts', { exact: true })).toBeVisible();
    await filter.fill('no such host');
    await expect(page.getByRole('heading', { name: 'No matching hosts', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Show all hosts', exact: true }).click();
    await expect(hostRow(page, 'glance-04')).toBeVisible();
  });

  await test.step('rows are reached, selected and opened with the keyboard', async () => {
    await page.reload();
    await untilDemoIsRead(page);
    await page.keyboard.press('j');
    await expect(page.getByRole('checkbox', { name: 'Select glance-01', exact: true })).toBeFocused();
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    const selected = page.getByText('2 hosts selected', { exact: true });
    await expect(selected).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(selected).toBeHidden();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'glance-02', level: 1 })).toBeVisible();
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
  });

  await test.step('the table is sorted by value, and keeps its sort after a reload', async () => {
    await hosts(page).getByRole('button', { name: 'Size', exact: true }).click();
    await expect(hosts(page).getByRole('columnheader', { name: 'Size', exact: true })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    await expect(topRow(page)).toContainText('glance-03');
    await page.reload();
    await expect(topRow(page)).toContainText('glance-03');
    await hosts(page).getByRole('button', { name: 'Host', exact: true }).click();
    await expect(topRow(page)).toContainText('edge-lyon-1');
  });

  await test.step('the palette’s clear action does not select a host by itself', async () => {
    await chooseInPalette(page, 'clear', /^Clear/);
    const dialog = page.getByRole('dialog', { name: /^Clear / });
    await expect(dialog).toContainText('Select at least one host.');
    await dialog.getByRole('button', { name: 'glance-02', exact: true }).click();
    await expect(dialog.getByRole('button', { name: /^Clear \d+ images$/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('the palette finds hosts and lists the shortcuts', async () => {
    await openPalette(page);
    await expect(palette(page)).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.type('glance-04');
    await expect(paletteSelection(page)).toContainText('glance-04');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'glance-04', level: 1 })).toBeVisible();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts', exact: true });
    await expect(sheet).toContainText('Next row');
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
  });

  await test.step('every host has a row with its numbers, and a host that is down shows the reason', async () => {
    await railLink(page, 'Fleet').click();
    for (const heading of ['Host', 'State', 'Usage', 'Cached', 'Size', 'Hits', 'Queued', 'Refreshed']) {
      await expect(hosts(page).getByRole('columnheader', { name: heading, exact: true })).toBeVisible();
    }
    await expect(hostRow(page, 'glance-01')).toContainText(/GiB.*(ago|just now)/s);
    await expect(hostRow(page, 'glance-03')).toContainText('over its limit');
    const down = hostRow(page, 'edge-lyon-1');
    await expect(down).toContainText('Unreachable');
    await expect(down).toContainText('Check the address');
    await expect(down).toContainText(/next in \d+ s|retrying now/);
    await expect(page.getByRole('button', { name: /^\d needs? attention, 1 unreachable$/ })).toBeVisible();
  });

  await test.step('the rail lists the pages, and every host with its state', async () => {
    for (const name of ['Fleet', 'Operations', 'Settings', 'glance-01', 'edge-lyon-1']) {
      await expect(railLink(page, name)).toBeVisible();
    }
    await expect(railLink(page, 'edge-lyon-1')).toHaveAccessibleDescription('unreachable');
    await railLink(page, 'glance-02').click();
    await expect(page.getByRole('heading', { name: 'glance-02', level: 1 })).toBeVisible();
    await expect(railLink(page, 'glance-02')).toHaveAttribute('aria-current', 'page');
    await railLink(page, 'Fleet').click();
    await expect(hostRow(page, 'glance-01')).toBeVisible();
  });

  await test.step('the hosts are exported as CSV, the selected one as JSON', async () => {
    const save = async (item: string) => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: item }).click();
      const file = await download;
      return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
    };
    const csv = await save('CSV file');
    expect(csv.name).toMatch(/^hosts \d{4}-\d\d-\d\d\.csv$/);
    expect(csv.text.split('\r\n')[0]).toContain('host,address,state,api_version,cached_images,size_bytes');
    expect(csv.text.trim().split('\r\n')).toHaveLength(6);
    await page.getByRole('checkbox', { name: 'Select glance-01', exact: true }).click();
    const json: unknown = JSON.parse((await save('JSON file')).text);
    expect(json).toMatchObject([{ host: 'glance-01', api_version: '2.18' }]);
    await expectAccessible(page);
  });

  await test.step('polling is paused; Refresh still asks the hosts; polling is resumed', async () => {
    await page.getByRole('button', { name: 'Polling every 30 s', exact: true }).click();
    await expect(page.getByRole('menuitem', { name: 'Pause polling', exact: true })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('menuitem', { name: 'Pause polling', exact: true }).click();
    const paused = page.getByRole('button', { name: 'Polling paused', exact: true });
    await expect(paused).toBeVisible();
    await expect(hostRow(page, 'edge-lyon-1')).toContainText('polling paused');
    const readAt = hostRow(page, 'glance-01').locator('time');
    const before = await readAt.getAttribute('datetime');
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expect(readAt).not.toHaveAttribute('datetime', before ?? '');
    await paused.click();
    await page.getByRole('menuitem', { name: 'every 5 s', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Polling every 5 s', exact: true })).toBeVisible();
  });

  await test.step('a page that lost its connection says so, and keeps the last known state', async () => {
    await console.end();
    await expect(page.getByRole('status')).toContainText('Console disconnected.');
    await expect(hostRow(page, 'glance-01')).toContainText('reachable');
  });
});
