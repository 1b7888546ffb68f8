import type { Page } from '@playwright/test';
import { DemoBalancer } from '../../electron/demo/simulated-balancer.ts';
import { listButton } from '../page-parts.ts';
import { expect, expectRow, test } from './fixtures.ts';

// Hosts found with real servers: the endpoint of the catalogue, the neighbours that a Glance 33 with the central driver
// names, the answer of an older release to that request, and a load balancer in front of two real hosts.

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Find hosts' });
const row = (page: Page, text: string) => dialog(page).getByRole('table').getByRole('row').filter({ hasText: text });

async function find(page: Page, place: string): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Hosts' }).click();
  await listButton(page, 'Find hosts…').click();
  await dialog(page).getByRole('radio', { name: place }).check();
  await dialog(page).getByRole('button', { name: 'Find hosts' }).click();
}

test.describe('hosts of Glance 33 with the central driver', () => {
  test.use({ seed: { clouds: ['real-sid'], hosts: [] } });
  test.beforeEach(({ servers }) => {
    test.skip(servers.cachingHosts('sid').length === 0, JSON.stringify(servers.description.skipped));
  });

  test('are found by asking the catalogue’s endpoint, which can be added although it is marked', async ({
    page,
    servers,
  }) => {
    const host = servers.host('glance-sid');
    const image = await servers.uploadImage(host, 'found-by', 100_000);
    await servers.download(host, image);
    const nodes = await servers.send('GET', host, `/v2/cache/nodes/${image}`);
    expect([nodes.status, JSON.parse(nodes.text)]).toEqual([200, [host.address]]);

    await find(page, 'Neighbours of hosts');
    await expect(dialog(page)).toContainText('1 address found beside known hosts');
    await expect(row(page, host.address)).toContainText('service catalog endpoint');
    await row(page, host.address)
      .getByText(/^http:[^ ]*$/)
      .click();
    // Only now does the address receive the token.
    await dialog(page)
      .getByRole('region', { name: /^Details of/ })
      .getByRole('button', { name: 'Test again' })
      .click();
    await expect(row(page, host.address)).toContainText('API 2.18');
    await expect(row(page, host.address)).not.toContainText('several hosts respond');
    await row(page, host.address).getByRole('checkbox').check();
    await dialog(page).getByRole('button', { name: 'Add 1 host' }).click();
    await expect(page.getByRole('table', { name: 'Hosts' })).toContainText(host.address);
  });
});

test.describe('a known host of Glance 33', () => {
  test.use({ seed: { clouds: ['real-sid'], hosts: [{ cloud: 'real-sid', name: 'glance-sid' }] } });
  test.beforeEach(({ servers }) => {
    test.skip(servers.cachingHosts('sid').length === 0, JSON.stringify(servers.description.skipped));
  });

  test('identifies itself by its cached images, and cannot be identified while it has none', async ({
    page,
    servers,
  }) => {
    const host = servers.host('glance-sid');
    const rail = page.getByRole('navigation', { name: 'Console' });
    await expect(rail.getByRole('link', { name: 'glance-sid' })).toHaveAccessibleDescription('reachable');
    await find(page, 'Neighbours of hosts');
    await expect(dialog(page)).toContainText('glance-sid has no cached images');
    await page.keyboard.press('Escape');

    const image = await servers.uploadImage(host, 'neighbour', 100_000);
    await servers.download(host, image);
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Refresh', exact: true })).not.toHaveAttribute('aria-busy', 'true');
    await find(page, 'Neighbours of hosts');
    await expect(row(page, host.address)).toContainText('added as glance-sid');
  });
});

test.describe('hosts of Glance 25.1', () => {
  test.use({ seed: { clouds: ['real'], hosts: [] } });

  test('are not found by their neighbours: the catalogue names only the endpoint, with its region', async ({
    page,
    servers,
  }) => {
    const host = servers.host('glance-a');
    await find(page, 'Service catalog');
    await expect(row(page, host.region)).toContainText('public');
    await expect(row(page, host.region)).toContainText('service catalog endpoint');
    await dialog(page).getByRole('button', { name: 'Back' }).click();
    await dialog(page).getByRole('radio', { name: 'Neighbours of hosts' }).check();
    await dialog(page).getByRole('button', { name: 'Find hosts' }).click();
    await expect(dialog(page)).toContainText('cannot list its neighbours');
  });

  test('are found in an Ansible inventory, tested, added and read', async ({ page, servers }) => {
    const hosts = servers.cachingHosts('bookworm');
    const [first] = hosts;
    if (!first) throw new Error('Hosts are missing');
    await servers.download(first, await servers.uploadImage(first, 'in-an-inventory', 100_000));
    const lines = hosts.map(
      ({ name, address }) =>
        `    ${name}:\n      ansible_host: 127.0.0.1\n      glance_api_port: ${new URL(address).port}`,
    );
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Hosts' }).click();
    await listButton(page, 'Find hosts…').click();
    await dialog(page).getByRole('radio', { name: 'Ansible inventory' }).check();
    const buffer = Buffer.from(`glance-api:\n  hosts:\n${lines.join('\n')}\n`);
    await dialog(page)
      .getByLabel('Inventory file')
      .setInputFiles({ name: 'hosts.yaml', mimeType: 'application/yaml', buffer });
    await expect(dialog(page).getByRole('checkbox', { name: /^glance-api/ })).toBeChecked();
    await dialog(page).getByRole('button', { name: 'Find hosts' }).click();
    const count = hosts.length;
    await expect(dialog(page).getByText(`${count} of ${count} tested`)).toBeVisible({ timeout: 30_000 });
    // The catalogue's own endpoint is marked, and not selected by default.
    for (const { address } of hosts) await row(page, address).getByRole('checkbox').check();
    await dialog(page)
      .getByRole('button', { name: `Add ${count} hosts` })
      .click();
    await page.getByRole('link', { name: 'Fleet' }).click();
    await expectRow(page, 'Hosts', first.name, { API: '2.16', Cached: '1' });
  });

  test('are not marked as load balancers, but a load balancer in front of two of them is', async ({
    page,
    servers,
  }) => {
    const [first, second] = servers.cachingHosts('bookworm');
    if (!first || !second) throw new Error('Hosts are missing');
    await servers.download(first, await servers.uploadImage(first, 'only-here', 100_000));
    await using balancer = await DemoBalancer.start([first, second], { per: 'connection' });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Hosts' }).click();
    await listButton(page, 'Find hosts…').click();
    await dialog(page).getByRole('radio', { name: 'Pasted list' }).check();
    await dialog(page)
      .getByRole('textbox', { name: 'Hosts, one per line' })
      .fill(`${balancer.address} vip\n${first.address} first\n${second.address} second\n`);
    await dialog(page).getByRole('button', { name: 'Find hosts' }).click();
    await expect(dialog(page).getByRole('status')).toContainText('3 of 3 tested');
    // The list of a host is requested with the token, so only for selected hosts.
    for (const name of ['vip', 'first', 'second']) await row(page, name).getByRole('checkbox').check();
    await dialog(page).getByRole('button', { name: 'Test 3 selected' }).click();
    await expect(row(page, 'vip')).toContainText('several hosts respond');
    for (const name of ['first', 'second']) {
      await expect(row(page, name)).toContainText('API 2.16');
      await expect(row(page, name)).not.toContainText('several hosts respond');
    }
  });
});
