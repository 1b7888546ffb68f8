import { expectAccessible } from './accessible.ts';
import { expect, test } from './fixtures.ts';

// One host's page, over the demo cloud. glance-03 is over its limit, speaks 2.16 and has six images queued.

test.beforeEach(async ({ page }) => {
  await expect(page.getByRole('row', { name: /glance-03/ })).toContainText('over its limit');
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'glance-03' }).click();
  await expect(page.getByRole('table', { name: 'Cached images' })).toBeVisible();
});

test('it tells what the host is, holds and could free', async ({ page }) => {
  await expect(page.getByRole('heading', { name: 'glance-03', level: 1 })).toBeVisible();
  await expect(page.getByText(/API 2\.16 · fetches at once/)).toBeVisible();
  await expect(page.getByText(/Pruning would remove the \d+ least recently used images/)).toBeVisible();
  await expect(page.getByText(/GiB over its limit\./)).toBeVisible();
});

test('what the host cannot do is there, disabled, with the reason and the way to get it', async ({ page }) => {
  const clean = page.getByRole('button', { name: 'Clean…' });
  await expect(clean).toBeVisible();
  await expect(clean).toHaveAttribute('aria-disabled', 'true');
  await expect(clean).toHaveAccessibleDescription(/2\.18/);
  await page.getByRole('button', { name: 'Prune…' }).focus();
  await page.keyboard.press('Shift+Tab');
  await expect(clean).toBeFocused();
  await expect(page.getByRole('tooltip')).toContainText('2.18');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('sizes and times are exact on hover and for the row that has the focus', async ({ page }) => {
  test.slow();
  const row = page.getByRole('table', { name: 'Cached images' }).locator('tbody tr').first();
  await expect(row.getByText(/GiB$/)).toHaveAttribute('title', /^[\d,]+ bytes$/);
  await expect(row.locator('time').first()).toHaveAttribute('title', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  await page.keyboard.press('j');
  await expect(page.getByText(/^size [\d,]+ bytes$/)).toBeVisible();
  await page.keyboard.press('Enter');
  const details = page.getByRole('dialog', { name: 'Image details' });
  await expect(details).toContainText(/[\d,]+ bytes/);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
});

test('ranges are chosen with the mouse and the keyboard, and stay through navigation', async ({ page }) => {
  const table = page.getByRole('table', { name: 'Cached images' });
  const boxes = table.locator('tbody').getByRole('checkbox');
  await boxes.nth(1).click();
  await boxes.nth(4).click({ modifiers: ['Shift'] });
  await expect(page.getByText('4 selected')).toBeVisible();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('5 selected')).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Fleet' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'glance-03' }).click();
  await expect(page.getByText('5 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Deselect' }).click();
  await table.getByRole('checkbox', { name: /Select all/ }).click();
  await expect(page.getByText('63 selected')).toBeVisible();
});

test('filter and quick filters leave the rows, sort by value, and are remembered', async ({ page }) => {
  const table = page.getByRole('table', { name: 'Cached images' });
  const first = table.locator('tbody tr').first();
  await table.getByRole('button', { name: 'Hits' }).click();
  const most = Number((await first.locator('td').nth(4).innerText()).replace(',', ''));
  const next = Number((await table.locator('tbody tr').nth(1).locator('td').nth(4).innerText()).replace(',', ''));
  expect(most).toBeGreaterThanOrEqual(next);
  await page.getByRole('button', { name: /^Orphans/ }).click();
  await expect(first).toContainText('orphan');
  await page.getByRole('button', { name: /^Orphans/ }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('windows');
  await expect(page.getByText(/\d+ of 63 images/)).toBeVisible();
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Filter images' })).toHaveValue('windows');
  await expect(first).toContainText('windows');
  await expect(table.getByRole('columnheader', { name: 'Hits' })).toHaveAttribute('aria-sort', 'descending');
});

test('keys typed into the filter are text, not shortcuts', async ({ page }) => {
  await page.getByRole('searchbox', { name: 'Filter images' }).fill('');
  await page.getByRole('searchbox', { name: 'Filter images' }).pressSequentially('q?jr[');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('heading', { name: 'glance-03', level: 1 })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('searchbox', { name: 'Filter images' })).toHaveValue('');
});

test('chosen rows are copied as text', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('table').locator('tbody').getByRole('checkbox').first().click();
  await page.keyboard.press('Control+c');
  await expect(page.getByText('1 row copied')).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text.split('\n')[0]).toContain('image_id\tname\tstanding');
});

test('the queue has its own table', async ({ page }) => {
  test.slow();
  await page.getByRole('tab', { name: 'Queued' }).click();
  const queued = page.getByRole('table', { name: 'Queued images' });
  await expect(queued.locator('tbody').getByRole('row')).not.toHaveCount(0);
  await expect(queued).toContainText(/waiting|stalled/);
  await expectAccessible(page);
});

test('a host that never answered says why, and can be tested', async ({ page }) => {
  test.slow();
  await page.getByRole('navigation').getByRole('link', { name: 'edge-lyon-1' }).click();
  await expect(page.getByRole('status')).toContainText('Unreachable');
  await expect(page.getByRole('heading', { name: 'Nothing was ever seen here' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Queue images…' })).toHaveAttribute('aria-disabled', 'true');
  await expectAccessible(page);
});

test('nothing on the page stands in the way of assistive technology', async ({ page }) => {
  test.slow();
  await page.getByRole('table').locator('tbody').getByRole('checkbox').first().click();
  await expectAccessible(page);
});
