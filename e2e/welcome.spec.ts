import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';
import { railLink } from './page-parts.ts';

/** A console at its first start, with a cloud in clouds.yaml. */
const test = base.extend<{ outside: OutsideCloud; console: ServedConsole }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it so
  outside: async ({}, use) => {
    await using outside = await outsideCloud();
    await use(outside);
  },
  console: async ({ outside }, use) => {
    await using served = await serveConsole({ mode: 'serve', env: outside.env });
    await use(served);
  },
});

/** Enter on what is preselected, as soon as that has the focus. */
async function chooseProduction(page: Page): Promise<void> {
  await expect(page.getByRole('radio', { name: 'production' })).toBeFocused();
  await page.keyboard.press('Enter');
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 });

test('from an empty console to the fleet with the keyboard alone, with a reload in between: Enter takes the obvious next step', async ({
  page,
  outside,
}) => {
  await expect(heading(page, 'Welcome')).toBeVisible();
  await expect(page.getByText(outside.file)).toBeVisible();
  await chooseProduction(page);
  await expect(page.getByText('Logged in as')).toContainText('in project');
  await expect(page.getByText('Can see and manage the caches')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Add hosts')).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).press('Enter');
  await expect(heading(page, 'Log in')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add hosts' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Address')).toBeFocused();
  for (const { address } of outside.cloud.hosts.slice(0, 2)) {
    await page.keyboard.type(address);
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Address')).toHaveValue('');
  }
  await expect(page.getByText(/^(OK|Warning)$/)).toHaveCount(2);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Fleet')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Hosts' }).getByRole('row')).toHaveCount(3);
});

test('every step is accessible in both themes', async ({ page, outside }) => {
  await expect(page.getByRole('radio', { name: 'production' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Enter a cloud…' }).click();
  await page.getByRole('button', { name: 'Certificates and interface' }).click();
  await page.getByRole('checkbox', { name: 'Verify the servers’ certificates' }).uncheck();
  await page.getByRole('button', { name: 'Log in' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('radio', { name: 'mistyped' }).check();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Try again' })).toBeFocused();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add hosts anyway' }).click();
  await page.getByLabel('Address').fill(outside.cloud.hosts[0]?.address ?? '');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByText('Failed', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Paste several…' }).click();
  await page.getByLabel('Hosts, one per line').fill('glance-08\nnot an address!');
  await expect(page.getByText('1 host to add, 1 line invalid')).toBeVisible();
  await expectAccessible(page);
});

test('a login that fails shows the reason, and another cloud replaces the failed one instead of being added beside it', async ({
  page,
}) => {
  await page.getByRole('radio', { name: 'mistyped' }).check();
  await page.getByRole('button', { name: 'Log in to mistyped' }).click();
  await expect(page.getByText(/Keystone rejected/)).toBeVisible();
  await page.getByRole('button', { name: 'Change cloud' }).click();
  await page.getByRole('radio', { name: 'staging' }).check();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Not an administrator.')).toBeVisible();
  await expect(page.getByRole('region', { name: /^Hosts of/ })).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Hosts of staging' })).toBeVisible();
});

base.describe('without a clouds.yaml', () => {
  base.use({ serving: { mode: 'serve', env: { OS_CLIENT_CONFIG_FILE: '', OS_CLOUD: '' } } });
  base(
    'it says where it looked, pages say how to get hosts, and the demo cloud is one button away',
    async ({ page }) => {
      await expect(page.getByText('No clouds.yaml found.')).toBeVisible();
      await expect(page.getByRole('list', { name: 'Searched locations' })).toContainText('.config/openstack');
      await expectAccessible(page);
      await railLink(page, 'Coverage').click();
      await expect(page.getByRole('heading', { name: 'No hosts yet' })).toBeVisible();
      await expectAccessible(page);
      await page.goBack();
      await page.getByRole('button', { name: 'Open the demo cloud' }).click();
      await expect(heading(page, 'Fleet')).toBeVisible();
      await expect(page.getByRole('region', { name: 'Hosts of Demo cloud' }).getByRole('link')).toHaveCount(5);
    },
  );
});
