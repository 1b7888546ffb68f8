import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './fixtures.ts';
import { openHost, railLink, tableRow, untilDemoIsRead } from './page-parts.ts';

// Guard rails on the demo cloud: read-only clouds, and production clouds that ask for a name.

async function mark(page: Page, as: 'read-only' | 'production', checked = true) {
  await railLink(page, 'Settings').click();
  await page.getByRole('tab', { name: 'Clouds' }).click();
  await page.getByRole('switch', { name: `Demo cloud is ${as}` }).press('Space');
  await expect(page.getByRole('switch', { name: `Demo cloud is ${as}` })).toBeChecked({ checked });
}

test('a read-only cloud allows no changes; a large removal from a production cloud asks for its name', async ({
  page,
}) => {
  await untilDemoIsRead(page);
  await mark(page, 'read-only');
  await railLink(page, 'Fleet').click();
  await expect(page.getByRole('region', { name: 'Search and refresh' })).toContainText('read-only');
  for (const name of ['Delete images…', 'Clean…', 'Prune…', 'Queue images…']) {
    await expect(page.getByRole('button', { name })).toHaveAttribute('aria-disabled', 'true');
    await expect(page.getByRole('button', { name })).toHaveAccessibleDescription(/Demo cloud is read-only/);
  }
  await openHost(page, 'glance-01');
  await tableRow(page.getByRole('table', { name: 'Cached images', exact: true }), 0)
    .getByRole('checkbox')
    .click();
  await expect(page.getByRole('button', { name: 'Delete…' })).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'Deselect', exact: true }).click();

  await mark(page, 'read-only', false);
  await mark(page, 'production');
  await page.getByRole('tab', { name: 'Operations' }).click();
  await page.getByRole('textbox', { name: 'Require typed name above' }).fill('3');
  await page.keyboard.press('Enter');
  await expectAccessible(page);
  await railLink(page, 'Fleet').click();
  await page.getByRole('button', { name: 'Delete images…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete images' });
  const button = dialog.getByRole('button', { name: /^Delete \d+ (copies of \d+ )?images from 4 hosts$/ });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  const name = dialog.getByRole('textbox', { name: /Type Demo cloud to confirm/ });
  await expectAccessible(page);
  await name.fill('demo');
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await name.fill('Demo cloud');
  await button.click();
  await expect(dialog.getByRole('status')).toContainText(/(\d+) of \1 done\./);
  await dialog.getByRole('button', { name: 'Show in Operations' }).click();
  await expect(page.getByRole('dialog', { name: /^Delete \d+ images/ })).toBeVisible();
});
