import { expectAccessible } from './accessible.ts';
import { expect, test } from './fixtures.ts';
import { hostRow, openHost, railLink, tableRow } from './page-parts.ts';

// The page of one host of the demo cloud. glance-03 is over its limit, speaks 2.16 and has six images queued.

test('rows show exact values and can be selected, copied, filtered and sorted; the page shows a host’s facts, queue and missing features, and why another host never answered', async ({
  page,
  context,
}) => {
  const table = page.getByRole('table', { name: 'Cached images', exact: true });
  await expect(hostRow(page, 'glance-03')).toContainText('over its limit');
  await openHost(page, 'glance-03');
  await expect(table).toBeVisible();
  const checkbox = (index: number) => tableRow(table, index).getByRole('checkbox');

  await test.step('shows exact sizes and times on hover and for the focused row', async () => {
    const row = tableRow(table, 0);
    await expect(row.getByText(/GiB$/)).toHaveAttribute('title', /^[\d,]+ bytes$/);
    const times = await row.locator('time').all();
    expect(times.length).toBeGreaterThan(0);
    for (const time of times) await expect(time).toHaveAttribute('title', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    await page.keyboard.press('j');
    await expect(page.getByText(/^size [\d,]+ bytes$/)).toBeVisible();
    await page.keyboard.press('Enter');
    const details = page.getByRole('dialog', { name: 'Image details', exact: true });
    await expect(details).toContainText(/[\d,]+ bytes/);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(details).toBeHidden();
  });

  await test.step('selects a range with the mouse and the keyboard, and keeps it through navigation', async () => {
    await checkbox(1).click();
    await checkbox(4).click({ modifiers: ['Shift'] });
    await expect(page.getByText('4 selected', { exact: true })).toBeVisible();
    await page.keyboard.press('Shift+ArrowDown');
    await expect(page.getByText('5 selected', { exact: true })).toBeVisible();
    await railLink(page, 'Fleet').click();
    await railLink(page, 'glance-03').click();
    await expect(page.getByText('5 selected', { exact: true })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Deselect', exact: true }).click();
    await table.getByRole('checkbox', { name: /^Select all/ }).click();
    await expect(page.getByText('63 selected', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Deselect', exact: true }).click();
  });

  await test.step('copies selected rows as text', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await checkbox(0).click();
    await expect(page.getByText('1 selected', { exact: true })).toBeVisible();
    await page.keyboard.press('Control+c');
    await expect(page.getByText('1 row copied', { exact: true })).toBeVisible();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text.split('\n')[0]).toContain('image_id\tname\tcatalog_status');
  });

  const filter = page.getByRole('searchbox', { name: 'Filter images', exact: true });
  const hits = async (index: number) => {
    const text = await tableRow(table, index).locator('td:nth-child(5)').innerText();
    return Number(text.replaceAll(',', ''));
  };

  await test.step('keys typed into the filter are text, not shortcuts', async () => {
    await filter.fill('');
    await filter.pressSequentially('q?jr[');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(page.getByRole('heading', { name: 'glance-03', level: 1 })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(filter).toHaveValue('');
    await page.keyboard.press('Escape');
  });

  await test.step('sorts rows by hits and filters them', async () => {
    await table.getByRole('button', { name: 'Hits', exact: true }).click();
    await expect(table.getByRole('columnheader', { name: 'Hits', exact: true })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    expect(await hits(0)).toBeGreaterThanOrEqual(await hits(1));
    await page.getByRole('button', { name: /^Orphans/ }).click();
    await expect(tableRow(table, 0)).toContainText('orphan');
    await page.getByRole('button', { name: /^Orphans/ }).click();
    await page.keyboard.press('/');
    await expect(filter).toBeFocused();
    await page.keyboard.type('windows');
    await expect(page.getByText(/^\d+ of 63 images$/)).toBeVisible();
  });

  await test.step('keeps sort and filter after a reload', async () => {
    await page.reload();
    await expect(filter).toHaveValue('windows');
    await expect(tableRow(table, 0)).toContainText('windows');
    await expect(table.getByRole('columnheader', { name: 'Hits', exact: true })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
  });

  await test.step('Back and Forward restore tabs and filters, and a copied link shows the same', async () => {
    const link = page.url();
    const query = Object.fromEntries(new URLSearchParams(link.split('?')[1]));
    expect(query).toMatchObject({ tab: 'cached', sort: '-hits', filter: 'windows' });
    await page.getByRole('tab', { name: 'Queued', exact: true }).click();
    await expect(page.getByRole('table', { name: 'Queued images', exact: true })).toBeVisible();
    await page.goBack();
    await expect(filter).toHaveValue('windows');
    await page.goForward();
    await expect(page.getByRole('table', { name: 'Queued images', exact: true })).toBeVisible();
    await page.goto(link);
    await expect(filter).toHaveValue('windows');
    await expect(tableRow(table, 0)).toContainText('windows');
  });

  await test.step('shows the host’s facts, its cached images and what pruning could free', async () => {
    await expect(page.getByText(/^.*API 2\.16 · fetches immediately/)).toBeVisible();
    await expect(page.getByText(/A prune would delete \d+ least recently used images/)).toBeVisible();
    await expect(page.getByText(/GiB over its limit\./)).toBeVisible();
  });

  await test.step('disables what the host cannot do, with the reason', async () => {
    const clean = page.getByRole('button', { name: 'Clean…', exact: true });
    await expect(clean).toBeVisible();
    await expect(clean).toHaveAttribute('aria-disabled', 'true');
    await expect(clean).toHaveAccessibleDescription(/2\.18/);
    await page.getByRole('button', { name: 'Prune…', exact: true }).focus();
    await page.keyboard.press('Shift+Tab');
    await expect(clean).toBeFocused();
    await expect(page.getByRole('tooltip')).toContainText('2.18');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeHidden();
  });

  await test.step('shows the queue in its own table', async () => {
    await page.getByRole('tab', { name: 'Queued' }).click();
    const queued = page.getByRole('table', { name: 'Queued images', exact: true });
    await expect(queued.locator('tbody').getByRole('row')).not.toHaveCount(0);
    await expect(queued).toContainText(/waiting|stalled/);
    await expectAccessible(page);
  });

  await test.step('shows why a host never answered', async () => {
    await openHost(page, 'edge-lyon-1');
    await expect(page.getByRole('status')).toContainText('Unreachable');
    await expect(page.getByRole('heading', { name: 'No data yet', exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Queue images…', exact: true })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    await expectAccessible(page);
  });
});
