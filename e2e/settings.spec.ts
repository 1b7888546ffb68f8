import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';
import { listButton, railLink } from './page-parts.ts';

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

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });
const card = (page: Page, name: string) => page.getByRole('list', { name: 'Clouds' }).getByRole('listitem', { name });

async function open(page: Page, section: string): Promise<void> {
  await railLink(page, 'Settings').click();
  await page.getByRole('tab', { name: section }).click();
}

/** Adds the outside cloud as typed in, with its password. */
async function typeCloud(page: Page, { cloud }: OutsideCloud, name: string): Promise<void> {
  await open(page, 'Clouds');
  await listButton(page, 'Add cloud…').click();
  await page.getByRole('tab', { name: 'Enter manually' }).click();
  await page.getByLabel('Authentication URL').fill(cloud.authUrl);
  await page.getByLabel('User', { exact: true }).fill(cloud.login.admin.username);
  await page.getByLabel('Project', { exact: true }).fill(cloud.login.admin.projectName);
  await page.getByRole('textbox', { name: 'Password' }).fill(cloud.login.admin.password);
  await page.getByLabel('Display name').fill(name);
  await page.keyboard.press('Enter');
  await expect(dialog(page, `Log in to ${name}`).getByText('Logged in as')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page, `Log in to ${name}`)).toBeHidden();
}

test('a cloud of clouds.yaml and its hosts are added, tested and removed; every dialog is accessible', async ({
  page,
  outside,
  console,
}) => {
  await open(page, 'Clouds');
  const add = listButton(page, 'Add cloud…');
  await add.press('Enter');
  await expect(page.getByRole('radio', { name: 'production' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(add).toBeFocused();
  await add.press('Enter');
  await expect(page.getByRole('radio', { name: 'production' })).toBeChecked();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Enter manually' }).click();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Demo cloud' }).click();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'From clouds.yaml' }).click();
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Add hosts…' }).click();
  await listButton(page, 'Paste several…').click();
  await page
    .getByLabel('Hosts, one per line')
    .fill(outside.cloud.hosts.map(({ address, name }) => `${address} ${name}`).join('\n'));
  await page.getByRole('button', { name: 'Add 3 hosts' }).click();
  await expect(dialog(page, 'Paste hosts')).toBeHidden();
  const hosts = page.getByRole('table', { name: 'Hosts' });
  await expect(hosts.getByRole('row')).toHaveCount(4);

  await page.getByRole('button', { name: 'Test glance-01' }).click();
  const steps = dialog(page, 'Test glance-01').getByRole('list', { name: 'Steps' });
  await expect(steps.getByRole('listitem').filter({ hasText: 'Reachable' })).toHaveCount(1);
  await expect(steps).toContainText('Abilities');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Edit glance-02' }).click();
  const edit = dialog(page, 'Edit glance-02');
  await edit.getByLabel('Limit').fill('1.5 TiB');
  await expectAccessible(page);
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(hosts.getByRole('row', { name: /glance-02/ })).toContainText('1.50 TiB');
  await page.getByRole('checkbox', { name: 'Select glance-02' }).click();
  await expectAccessible(page);

  await open(page, 'Clouds');
  await expect(card(page, 'production')).toContainText('Read from clouds.yaml at every login');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Test login to production' }).click();
  await expect(dialog(page, 'Log in to production').getByText('Logged in as')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Remove production' }).click();
  const remove = dialog(page, 'Remove production');
  await expect(remove).toContainText('its 3 hosts: glance-01');
  await expectAccessible(page);
  await remove.getByRole('button', { name: 'Remove cloud' }).click();
  await expect(page.getByRole('heading', { name: 'No clouds yet' })).toBeVisible();

  await test.step('About shows where everything is stored; preferences survive a reload', async () => {
    await open(page, 'About');
    await expect(page.getByText(console.dataDirectory, { exact: true })).toBeVisible();
    await expect(page.getByText('Kept in memory only')).toBeVisible();
    await expect(page.getByText(/settings\.json$/)).toBeVisible();
    await expectAccessible(page);
    await open(page, 'Refresh');
    await page.getByLabel('Seconds').fill('2 min');
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Seconds')).toHaveValue('120');
    await page.getByRole('switch', { name: 'Pause polling' }).press('Space');
    await expect(page.getByRole('button', { name: 'Polling paused' })).toBeVisible();
    await expectAccessible(page);
    await open(page, 'Appearance');
    await expectAccessible(page);
    await page.getByRole('radio', { name: 'Dark' }).press('Space');
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await page.getByRole('radio', { name: 'Comfortable' }).press('Space');
    await expect(page.locator('html')).toHaveAttribute('data-density', 'comfortable');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await expect(page.getByRole('radio', { name: 'Comfortable' })).toBeChecked();
    await open(page, 'Refresh');
    await expect(page.getByLabel('Seconds')).toHaveValue('120');
    await expect(page.getByRole('switch', { name: 'Pause polling' })).toBeChecked();
  });
});

test('after a restart the console asks again for a secret that was kept in memory, and rejects a wrong one', async ({
  page,
  outside,
  console,
  browser,
}) => {
  await typeCloud(page, outside, 'typed');
  await console.end();
  await using second = await serveConsole({ mode: 'serve', env: outside.env, dataDirectory: console.dataDirectory });
  const context = await browser.newContext();
  const again = await context.newPage();
  await again.goto(`${second.url}`);
  await railLink(again, 'Settings').click();
  await expect(card(again, 'typed')).toContainText('Missing: unlock to log in');
  await again.getByRole('button', { name: 'Unlock typed' }).click();
  const unlock = dialog(again, 'Unlock typed');
  await expect(unlock.getByRole('textbox', { name: 'Password' })).toBeFocused();
  await again.keyboard.type('mistyped');
  await again.keyboard.press('Enter');
  await expect(unlock.getByText(/Keystone rejected/)).toBeVisible();
  await expectAccessible(again);
  await unlock.getByRole('textbox', { name: 'Password' }).fill(outside.cloud.login.admin.password);
  await again.keyboard.press('Enter');
  await expect(unlock).toBeHidden();
  await expect(card(again, 'typed')).toContainText('In memory, until the console closes');
  await context.close();
});
