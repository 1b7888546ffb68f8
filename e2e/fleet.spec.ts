import { readFile } from 'node:fs/promises';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './fixtures.ts';

// The fleet at a glance, over the demo cloud: five hosts, one over its limit, one that nothing listens on.

test.beforeEach(async ({ page }) => {
  await expect(page.getByRole('row', { name: /glance-01/ })).toContainText('reachable');
});

test('every host has a row with its numbers, and the one that is down says why', async ({ page }) => {
  const hosts = page.getByRole('table', { name: 'Hosts' });
  for (const heading of ['Host', 'State', 'API', 'Cached', 'Size', 'Limit', 'Hits', 'Queued', 'Refreshed']) {
    await expect(hosts.getByRole('columnheader', { name: heading, exact: true })).toBeVisible();
  }
  await expect(hosts.getByRole('row', { name: /glance-01/ })).toContainText(/2\.18.*GiB.*500 GiB.*(ago|just now)/s);
  await expect(hosts.getByRole('row', { name: /glance-03/ })).toContainText('over its limit');
  const down = hosts.getByRole('row', { name: /edge-lyon-1/ });
  await expect(down).toContainText('Unreachable');
  await expect(down).toContainText('Check the address');
  await expect(down).toContainText(/next in \d+ s|trying now/);
  await expect(page.getByText(/5 hosts, \d needs? attention, 1 unreachable/)).toBeVisible();
});

test('the rail has the pages and every host, and tells how each host is', async ({ page }) => {
  const rail = page.getByRole('navigation', { name: 'Console' });
  for (const name of ['Fleet', 'Operations', 'Settings', 'glance-01', 'edge-lyon-1']) {
    await expect(rail.getByRole('link', { name, exact: true })).toBeVisible();
  }
  await expect(rail.getByRole('link', { name: 'edge-lyon-1' })).toHaveAccessibleDescription('does not answer');
  await rail.getByRole('link', { name: 'glance-02' }).click();
  await expect(page.getByRole('heading', { name: 'glance-02', level: 1 })).toBeVisible();
  await expect(rail.getByRole('link', { name: 'glance-02' })).toHaveAttribute('aria-current', 'page');
});

test('it sorts by value, and remembers how', async ({ page }) => {
  const hosts = page.getByRole('table', { name: 'Hosts' });
  const first = hosts.locator('tbody tr').first();
  await hosts.getByRole('button', { name: 'Size', exact: true }).click();
  await expect(hosts.getByRole('columnheader', { name: 'Size', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await expect(first).toContainText('glance-03');
  await page.reload();
  await expect(first).toContainText('glance-03');
  await hosts.getByRole('button', { name: 'Host', exact: true }).click();
  await expect(first).toContainText('edge-lyon-1');
});

test('the filter finds by state, and says so where nothing is left', async ({ page }) => {
  await page.keyboard.press('/');
  const filter = page.getByRole('searchbox', { name: 'Filter hosts' });
  await expect(filter).toBeFocused();
  await page.keyboard.type('unreachable');
  await expect(page.getByText('1 of 5 hosts')).toBeVisible();
  await filter.fill('no such host');
  await expect(page.getByRole('heading', { name: 'No host is like that' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all hosts' }).click();
  await expect(page.getByRole('row', { name: /glance-04/ })).toBeVisible();
});

test('the keyboard goes through the rows, chooses and opens', async ({ page }) => {
  await page.keyboard.press('j');
  await expect(page.getByRole('checkbox', { name: 'Select glance-01' })).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('2 hosts selected')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('2 hosts selected')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'glance-02', level: 1 })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
});

test('the palette finds hosts, and shortcuts are on their sheet', async ({ page }) => {
  test.slow();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search' });
  await expect(palette).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.type('glance-04');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'glance-04', level: 1 })).toBeVisible();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toContainText('Next row');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});

test('polling is paused and resumed from its chip', async ({ page }) => {
  await page.getByRole('button', { name: 'Polling every 30 s' }).click();
  await page.getByRole('menuitem', { name: 'Pause polling' }).click();
  await expect(page.getByRole('button', { name: 'Polling paused' })).toBeVisible();
  await expect(page.getByRole('row', { name: /edge-lyon-1/ })).toContainText('polling paused');
  await page.getByRole('button', { name: 'Polling paused' }).click();
  await page.getByRole('menuitem', { name: 'every 5 s' }).click();
  await expect(page.getByRole('button', { name: 'Polling every 5 s' })).toBeVisible();
});

test('refresh asks the hosts now', async ({ page }) => {
  await page.getByRole('button', { name: 'Polling every 30 s' }).click();
  await page.getByRole('menuitem', { name: 'Pause polling' }).click();
  const row = page.getByRole('row', { name: /glance-01/ });
  const before = await row.locator('time').getAttribute('datetime');
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(row.locator('time')).not.toHaveAttribute('datetime', before ?? '');
});

test('a page that lost its console says so, and keeps what it last knew', async ({ page, console }) => {
  await console.end();
  await expect(page.getByRole('status')).toContainText('Console not connected.');
  await expect(page.getByRole('row', { name: /glance-01/ })).toContainText('reachable');
});

test('clearing from the palette chooses no host by itself', async ({ page }) => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('clear');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Clear' });
  await expect(dialog).toContainText('Choose at least one host.');
  await dialog.getByRole('button', { name: 'glance-02' }).click();
  await expect(dialog.getByRole('button', { name: /^Clear \d+ images$/ })).toBeVisible();
});

test('the hosts go out as CSV and JSON', async ({ page }) => {
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
  await page.getByRole('checkbox', { name: 'Select glance-01' }).click();
  const json: unknown = JSON.parse((await save('JSON file')).text);
  expect(json).toMatchObject([{ host: 'glance-01', api_version: '2.18' }]);
});

test('nothing on the page stands in the way of assistive technology', async ({ page }) => {
  test.slow();
  await page.getByRole('checkbox', { name: 'Select glance-01' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Polling every 30 s' }).click();
  await expectAccessible(page);
});
