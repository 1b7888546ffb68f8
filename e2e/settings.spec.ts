import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';

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
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: section }).click();
}

/** Adds the outside cloud as typed in, with its password. */
async function typeCloud(page: Page, { cloud }: OutsideCloud, name: string): Promise<void> {
  await open(page, 'Clouds');
  await page.getByRole('button', { name: 'Add cloud…' }).first().click();
  await page.getByRole('tab', { name: 'Type one in' }).click();
  await page.getByLabel('Authentication URL').fill(cloud.authUrl);
  await page.getByLabel('User', { exact: true }).fill(cloud.login.admin.username);
  await page.getByLabel('Project', { exact: true }).fill(cloud.login.admin.projectName);
  await page.getByRole('textbox', { name: 'Password' }).fill(cloud.login.admin.password);
  await page.getByLabel('Name in this console').fill(name);
  await page.keyboard.press('Enter');
  await expect(dialog(page, `Log in to ${name}`).getByText('Logged in as')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page, `Log in to ${name}`)).toBeHidden();
}

/** Adds the cloud of clouds.yaml and its hosts. */
async function withHosts(page: Page, { cloud }: OutsideCloud): Promise<void> {
  await open(page, 'Clouds');
  await page.getByRole('button', { name: 'Add cloud…' }).first().click();
  await expect(page.getByRole('radio', { name: 'production' })).toBeChecked();
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Add hosts…' }).click();
  await page.getByRole('button', { name: 'Paste many…' }).first().click();
  await page
    .getByLabel('Hosts, one a line')
    .fill(cloud.hosts.map(({ address, name }) => `${address} ${name}`).join('\n'));
  await page.getByRole('button', { name: 'Add 3 hosts' }).click();
  await expect(dialog(page, 'Paste hosts')).toBeHidden();
  await expect(page.getByRole('table', { name: 'Hosts' }).getByRole('row')).toHaveCount(4);
}

test('a cloud of clouds.yaml is added, tested and removed; removing says what goes', async ({ page, outside }) => {
  await withHosts(page, outside);
  await open(page, 'Clouds');
  await expect(card(page, 'production')).toContainText('Read from clouds.yaml at every login');
  await page.getByRole('button', { name: 'Test login to production' }).click();
  await expect(dialog(page, 'Log in to production').getByText('Logged in as')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Remove production' }).click();
  const remove = dialog(page, 'Remove production');
  await expect(remove).toContainText('its 3 hosts: glance-01');
  await expect(remove).toContainText('Nothing changes on the hosts');
  await expect(remove.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expectAccessible(page);
  await remove.getByRole('button', { name: 'Remove cloud' }).click();
  await expect(page.getByRole('heading', { name: 'No cloud yet' })).toBeVisible();
});

test('a dialog gives the focus back to what opened it', async ({ page }) => {
  await open(page, 'Clouds');
  const add = page.getByRole('button', { name: 'Add cloud…' }).first();
  await add.press('Enter');
  await expect(page.getByRole('radio', { name: 'production' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(add).toBeFocused();
});

test('a kept password is left alone unless a new one is typed, and does not follow to another server', async ({
  page,
  outside,
}) => {
  await typeCloud(page, outside, 'typed');
  await page.getByRole('button', { name: 'Edit typed' }).click();
  const edit = dialog(page, 'Edit typed');
  const password = edit.getByRole('textbox', { name: 'Password' });
  await expect(password).toHaveValue('');
  await expect(password).toHaveAccessibleDescription(/One is kept in memory; leave this empty to keep it/);
  await edit.getByLabel('Authentication URL').fill('http://127.0.0.1:1/v3');
  await edit.getByRole('button', { name: 'Save and log in' }).click();
  await expect(password).toHaveAccessibleDescription('Give the password.');
  await edit.getByLabel('Authentication URL').fill(outside.cloud.authUrl);
  await edit.getByLabel('Name in this console').fill('renamed');
  await edit.getByRole('button', { name: 'Save and log in' }).click();
  await expect(dialog(page, 'Log in to renamed').getByText('Logged in as')).toBeVisible();
});

test('after a restart a secret kept in memory is asked for again, and a wrong one is refused', async ({
  page,
  outside,
  browser,
}) => {
  await using first = await serveConsole({ mode: 'serve', env: outside.env });
  await page.goto(first.url);
  await typeCloud(page, outside, 'typed');
  await first.end();
  await using second = await serveConsole({ mode: 'serve', env: outside.env, dataDirectory: first.dataDirectory });
  const context = await browser.newContext();
  const again = await context.newPage();
  await again.goto(`${second.url}`);
  await again.getByRole('link', { name: 'Settings' }).click();
  await expect(card(again, 'typed')).toContainText('Missing: unlock to log in');
  await again.getByRole('button', { name: 'Unlock typed' }).click();
  const unlock = dialog(again, 'Unlock typed');
  await expect(unlock.getByRole('textbox', { name: 'Password' })).toBeFocused();
  await again.keyboard.type('mistyped');
  await again.keyboard.press('Enter');
  await expect(unlock.getByText(/Keystone refuses/)).toBeVisible();
  await expectAccessible(again);
  await unlock.getByRole('textbox', { name: 'Password' }).fill(outside.cloud.login.admin.password);
  await again.keyboard.press('Enter');
  await expect(unlock).toBeHidden();
  await expect(card(again, 'typed')).toContainText('In memory, until the console ends');
  await context.close();
});

test('a host: what is typed shows what it becomes, it is tried, changed and removed', async ({ page, outside }) => {
  test.slow();
  await withHosts(page, outside);
  const [host] = outside.cloud.hosts;
  await page.getByRole('button', { name: 'Add host…' }).click();
  const add = dialog(page, 'Add host');
  await add.getByLabel('Address').fill(host?.address ?? '');
  await add.getByRole('button', { name: 'Add host' }).click();
  await expect(add.getByLabel('Address')).toHaveAccessibleDescription(/is there already, as glance-01/);
  await add.getByLabel('Address').fill('glance-09.example.net/v2');
  await expect(add.getByLabel('Address')).toHaveAccessibleDescription('Will be http://glance-09.example.net:9292');
  await add.getByLabel('Limit').fill('500GB');
  await expect(add.getByLabel('Limit')).toHaveAccessibleDescription('466 GiB, 500,000,000,000 bytes');
  await add.getByRole('button', { name: 'Add host' }).click();
  const hosts = page.getByRole('table', { name: 'Hosts' });
  await expect(hosts.getByRole('row', { name: /glance-09/ })).toContainText('466 GiB');

  await page.getByRole('button', { name: 'Test glance-01' }).click();
  const steps = dialog(page, 'Test glance-01').getByRole('list', { name: 'Steps' });
  await expect(steps.getByRole('listitem').first()).toContainText('Reachable');
  await expect(steps).toContainText('Abilities');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Edit glance-09' }).click();
  const edit = dialog(page, 'Edit glance-09');
  await expect(edit.getByLabel('Limit')).toHaveValue('500 GB');
  await edit.getByLabel('Limit').fill('lots');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit.getByLabel('Limit')).toBeFocused();
  await expect(edit.getByLabel('Limit')).toHaveAccessibleDescription('Not a size. Write it like 500 GiB or 500GB.');
  await expectAccessible(page);
  await edit.getByLabel('Limit').fill('1.5 TiB');
  await edit.getByLabel('Note').fill('in the cellar');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(hosts.getByRole('row', { name: /glance-09/ })).toContainText('1.50 TiB');

  await page.getByRole('searchbox', { name: 'Filter hosts' }).fill('cellar');
  await expect(hosts.getByRole('row')).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Filter hosts' }).fill('');
  await page.getByRole('checkbox', { name: 'Select glance-09' }).click();
  await page.getByRole('checkbox', { name: 'Select glance-02' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove…', exact: true }).click();
  const remove = dialog(page, 'Remove 2 hosts');
  await expect(remove).toContainText('their caches and queues stay as they are');
  await remove.getByRole('button', { name: 'Remove 2 hosts' }).click();
  await expect(hosts.getByRole('row')).toHaveCount(3);
});

test('refresh: interval and pause are kept', async ({ page }) => {
  await open(page, 'Refresh');
  await page.getByRole('button', { name: '10 s', exact: true }).click();
  await expect(page.getByLabel('Seconds')).toHaveValue('10');
  await page.getByLabel('Seconds').fill('2');
  await expect(page.getByLabel('Seconds')).toHaveAccessibleDescription('At least 5 seconds.');
  await page.getByLabel('Seconds').fill('2 min');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Seconds')).toHaveValue('120');
  await page.getByRole('switch', { name: 'Pause polling' }).press('Space');
  await expect(page.getByRole('button', { name: 'Polling paused' })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Seconds')).toHaveValue('120');
  await expect(page.getByRole('switch', { name: 'Pause polling' })).toBeChecked();
  await expectAccessible(page);
});

test('appearance: the theme outlives a reload and overrules the system', async ({ page }) => {
  await open(page, 'Appearance');
  await expectAccessible(page);
  await page.getByRole('radio', { name: 'Dark' }).press('Space');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.getByRole('radio', { name: 'Comfortable' }).press('Space');
  await expect(page.locator('html')).toHaveAttribute('data-density', 'comfortable');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect(page.getByRole('radio', { name: 'Comfortable' })).toBeChecked();
});

test('about tells where everything is', async ({ page, console }) => {
  await open(page, 'About');
  await expect(page.getByText(console.dataDirectory, { exact: true })).toBeVisible();
  await expect(page.getByText('Kept in memory only')).toBeVisible();
  await expect(page.getByText(/settings\.json$/)).toBeVisible();
  await expectAccessible(page);
});

test('clouds, and the dialog that adds one, are accessible in both themes', async ({ page, outside }) => {
  test.slow();
  await typeCloud(page, outside, 'typed');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add cloud…' }).first().click();
  await expect(page.getByRole('radio', { name: 'production' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Type one in' }).click();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Demo cloud' }).click();
  await expectAccessible(page);
});
