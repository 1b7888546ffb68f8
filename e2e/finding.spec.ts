import type { Page } from '@playwright/test';
import { DemoBalancer } from '../electron/demo/simulated-balancer.ts';
import type { HostSpec } from '../electron/demo/simulated-cloud.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts } from './calls.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';
import { chooseInPalette, listButton } from './page-parts.ts';

// Hosts are found, tested, chosen and added: from an inventory of 24, by their neighbours, in the catalogue, from a list;
// and what looks like a load balancer is marked with what that means.

const fleet: HostSpec[] = Array.from({ length: 24 }, (_, index) => ({
  name: `glance-${String(index + 1).padStart(2, '0')}`,
  release: '33',
  fill: 'ordinary',
  ...(index === 22 ? { down: true } : {}),
}));

/** The hosts of a cloud, and the names of those that the console has. */
type Place = { hosts: HostSpec[]; known: string[]; images?: number };

const test = base.extend<{ place: Place; outside: OutsideCloud; console: ServedConsole }>({
  place: [{ hosts: [], known: [] }, { option: true }],
  outside: async ({ place }, use) => {
    await using outside = await outsideCloud({ hosts: place.hosts, images: place.images ?? 30 });
    await use(outside);
  },
  console: async ({ outside }, use) => {
    await using served = await serveConsole({ mode: 'serve', env: outside.env });
    await use(served);
  },
});

/** Opens the hosts in Settings of a console that has the cloud of clouds.yaml and the known hosts. */
async function toHosts(page: Page, outside: OutsideCloud, known: readonly string[]): Promise<void> {
  const hosts = outside.cloud.hosts.filter(({ name }) => known.includes(name));
  await addHosts(page, { ...outside, cloud: { ...outside.cloud, hosts } });
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Hosts' }).click();
}

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Find hosts' });
const table = (page: Page) => dialog(page).getByRole('table', { name: 'Addresses found' });
const row = (page: Page, name: string) => table(page).getByRole('row', { name });

async function find(page: Page, place: string): Promise<void> {
  await listButton(page, 'Find hosts…').click();
  await dialog(page).getByRole('radio', { name: place }).check();
}

/** As kolla-ansible writes it: the group of glance-api is that of the control hosts. */
function multinode({ cloud }: OutsideCloud): string {
  const hosts = cloud.hosts.map(
    ({ name, address }) => `${name} ansible_host=127.0.0.1 glance_api_port=${new URL(address).port}`,
  );
  return `[control]\n${hosts.join('\n')}\n\n[compute]\ncompute[001:200]\n\n[glance:children]\ncontrol\n\n[glance-api:children]\nglance\n`;
}

test.describe('an inventory of 24 hosts', () => {
  test.use({ place: { hosts: fleet, known: ['glance-01'] } });

  test('is tested, selected from, and added with a limit', async ({ page, outside, place }) => {
    await toHosts(page, outside, place.known);
    await find(page, 'Ansible inventory');
    const go = dialog(page).getByRole('button', { name: 'Find hosts' });
    await expect(go).toHaveAccessibleDescription(/No inventory selected/);
    await dialog(page)
      .getByLabel('Inventory file')
      .setInputFiles({ name: 'multinode', mimeType: 'text/plain', buffer: Buffer.from(multinode(outside)) });
    await expect(dialog(page).getByRole('checkbox', { name: /^glance-api/ })).toBeChecked();
    await expect(dialog(page).getByRole('checkbox', { name: /^compute/ })).not.toBeChecked();
    await expectAccessible(page);
    await go.click();
    await expect(dialog(page)).toContainText('24 addresses found in the inventory, 1 already added');
    await expect(row(page, 'glance-01')).toContainText('added as glance-01');
    await expect(dialog(page).getByRole('status')).toContainText('23 of 23 tested, 1 failed');
    // The inventory names 127.0.0.1, which is the console's own machine, so nothing is selected by default.
    await expect(row(page, 'glance-02')).toContainText('this machine');
    await expect(dialog(page).getByRole('button', { name: 'Add hosts' })).toBeVisible();
    await table(page)
      .getByRole('checkbox', { name: /^Select all/ })
      .check();
    await dialog(page).getByRole('searchbox', { name: 'Filter addresses' }).fill('glance-23');
    await row(page, 'glance-23').getByRole('checkbox').uncheck();
    await row(page, 'glance-23')
      .getByText(/^http:[^ ]*$/)
      .click();
    await expect(dialog(page).getByRole('region', { name: 'Details of glance-23' })).toContainText('Reachable');
    await expectAccessible(page);
    await dialog(page).getByLabel('Limit for all').fill('20 GiB');
    await dialog(page).getByRole('button', { name: 'Add 22 hosts' }).click();
    await expect(dialog(page)).toBeHidden();
    await expect(page.getByRole('tab', { name: 'Hosts 23' })).toBeVisible();
    const added = page.getByRole('table', { name: 'Hosts' }).getByRole('row', { name: /glance-02/ });
    await expect(added).toContainText('20.0 GiB');
  });
});

test.describe('hosts that share a database', () => {
  test.use({ place: { hosts: fleet.slice(0, 4), known: ['glance-02'] } });

  test('are found by asking one of them; the endpoint in the catalogue is marked, but can still be added', async ({
    page,
    outside,
    place,
  }) => {
    await toHosts(page, outside, place.known);
    const endpoint = outside.cloud.hosts[0]?.address ?? '';
    await find(page, 'Neighbours of hosts');
    await expect(dialog(page)).toContainText('Asks glance-02 for the nodes that share its cache database.');
    await dialog(page).getByRole('button', { name: 'Find hosts' }).click();
    await expect(dialog(page)).toContainText('4 addresses found beside known hosts, 1 already added');
    await expect(row(page, endpoint)).toContainText('service catalog endpoint');
    await expect(row(page, endpoint).getByRole('checkbox')).not.toBeChecked();
    await expect(dialog(page).getByRole('button', { name: 'Add 2 hosts' })).toBeVisible();

    await dialog(page).getByRole('button', { name: 'Back' }).click();
    await dialog(page).getByRole('radio', { name: 'Service catalog' }).check();
    await dialog(page).getByRole('button', { name: 'Find hosts' }).click();
    await expect(row(page, endpoint)).toContainText(/service catalog: public.*RegionOne/);
    await row(page, endpoint)
      .getByText(/^http:[^ ]*$/)
      .click();
    const details = dialog(page).getByRole('region', { name: /^Details of/ });
    await expect(details).toContainText('Each host has its own cache.');
    await expectAccessible(page);

    await row(page, endpoint).getByRole('checkbox').check();
    await details.getByLabel('Name').fill('the vip');
    await dialog(page).getByRole('button', { name: 'Add 1 host' }).click();
    await expect(page.getByRole('table', { name: 'Hosts' }).getByRole('row', { name: /the vip/ })).toBeVisible();
  });
});

test.describe('a load balancer', () => {
  test.use({ place: { hosts: fleet.slice(0, 3), known: [] } });

  test('in a list pasted at the first start is recognised by its answers, and again when it is tested later', async ({
    page,
    outside,
  }) => {
    await using balancer = await DemoBalancer.start(outside.cloud.control.hosts.slice(1));
    await expect(page.getByRole('radio', { name: 'production' })).toBeChecked();
    await page.getByRole('button', { name: /^Log in to/ }).click();
    await page.getByRole('button', { name: 'Add hosts' }).click();
    await find(page, 'Pasted list');
    const [, second] = outside.cloud.hosts;
    await dialog(page)
      .getByRole('textbox', { name: 'Hosts, one per line' })
      .fill(`${balancer.address} vip\n${second?.address} second 500GiB\nthis is no address\n`);
    await dialog(page).getByRole('button', { name: 'Find hosts' }).click();
    await expect(dialog(page)).toContainText('2 addresses found in the list');
    await expect(dialog(page)).toContainText('Line 3:');
    await row(page, 'vip')
      .getByText(/^http:[^ ]*$/)
      .click();
    const details = dialog(page).getByRole('region', { name: 'Details of vip' });
    // The list of the host is requested with the token, so only when the operator tests it.
    await details.getByRole('button', { name: 'Test again' }).click();
    await expect(row(page, 'vip')).toContainText('several hosts respond');
    await expect(row(page, 'vip').getByRole('checkbox')).not.toBeChecked();
    await expect(row(page, 'second').getByRole('checkbox')).toBeChecked();
    await expect(details).toContainText(
      '6 requests to the address returned different caches. Each host has its own cache.',
    );
    await expectAccessible(page);
    await row(page, 'vip').getByRole('checkbox').check();
    await dialog(page).getByRole('button', { name: 'Add 2 hosts' }).click();
    await expect(page.getByRole('region', { name: 'Hosts added' }).getByRole('listitem')).toHaveCount(2);
    await page.getByRole('button', { name: 'Open the fleet' }).click();
    await chooseInPalette(page, 'find hosts', 'Find hosts…');
    await expect(dialog(page)).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Hosts' }).click();
    await expect(page.getByRole('table', { name: 'Hosts' }).getByRole('row', { name: /second/ })).toContainText(
      '500 GiB',
    );
    await page.getByRole('button', { name: 'Test vip' }).click();
    await expect(page.getByRole('dialog', { name: 'Test vip' })).toContainText('Probably a load balancer');
  });
});
