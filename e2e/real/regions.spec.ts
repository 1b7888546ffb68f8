import type { Page } from '@playwright/test';
import type { Coverage } from '../../electron/contract/coverage.ts';
import type { HostImages } from '../../electron/contract/fleet.ts';
import { call } from '../calls.ts';
import { hostRow, listButton, openPalette, palette, railLink } from '../page-parts.ts';
import { test as base, expect, expectRow, openHost } from './fixtures.ts';
import type { RealServers } from './real-cloud.ts';
import type { RealHost } from './servers/description.ts';
import { startThirdRegion, type ThirdRegion } from './servers/third-region.ts';

// One cloud of three regions, each with an image database of its own, on five real hosts. The third began as a dump of the
// first, so that their older images are the same. Whether the operator stated the regions or not, each host has the images
// of its own region, and only of that.

const test = base.extend<{ fleet: Fleet }, { third: ThirdRegion }>({
  third: [
    async ({ servers }, use) => {
      const third = await startThirdRegion(servers.description, servers.host('glance-a'));
      await use(third);
      await third.stop();
    },
    { scope: 'worker' },
  ],
  // Runs before the console is started, so that the console finds the images in the catalogues.
  fleet: async ({ servers, third, emptied: _ }, use) => {
    for (const host of third.hosts) await servers.clear(host);
    await use(await fill(servers, third));
  },
  console: async ({ fleet: _, console }, use) => use(console),
});
test.use({ seed: { clouds: ['real'], hosts: [] } });
test.beforeEach(({ servers }) => {
  test.skip(servers.cachingHosts('sid').length === 0, JSON.stringify(servers.description.skipped));
});

type Region = { name: string; hosts: RealHost[]; images: Record<'cached' | 'picked' | 'pasted' | 'golden', string> };
type Fleet = Awaited<ReturnType<typeof fill>>;

const bytes = 50_000;
const sizeText = '48.8 KiB';

/**
 * Gives each region images of the same names, one of them cached by its hosts. The first and the third region also get
 * one image with the same id, which three of their hosts have cached and which the third region has lost.
 */
async function fill(servers: RealServers, third: ThirdRegion) {
  const run = `regions-${Date.now()}`;
  const region = async (hosts: RealHost[]): Promise<Region> => {
    const [first] = hosts;
    if (!first) throw new Error('Hosts are missing');
    const upload = (name: string) =>
      servers.uploadImage(first, `${run}-${name}`, bytes, { os_distro: `${run}-${name}` });
    const images = {
      cached: await upload('cached'),
      picked: await upload('picked'),
      pasted: await upload('pasted'),
      golden: await upload('golden'),
    };
    for (const host of hosts) await servers.download(host, images.cached);
    return { name: first.region, hosts, images };
  };
  const regions = [
    await region(servers.cachingHosts('bookworm')),
    await region(servers.cachingHosts('sid')),
    await region(third.hosts),
  ];
  const [ofFirst] = servers.cachingHosts('bookworm');
  const [deleting, orphaned] = third.hosts;
  if (!ofFirst || !deleting || !orphaned) throw new Error('Hosts are missing');
  const copied = await servers.uploadImage(ofFirst, `${run}-copied`, bytes);
  await servers.uploadImage(deleting, `${run}-copied`, bytes, { id: copied });
  for (const host of [ofFirst, deleting, orphaned]) await servers.download(host, copied);
  // Glance removes a deleted image from the cache of the host that receives the request, not from others.
  await servers.deleteImage(deleting, copied);
  return { run, regions, hosts: regions.flatMap(({ hosts }) => hosts), copied, ofFirst, orphaned };
}

/** Adds hosts in the settings, in a region that the operator chooses or in that of the login. */
async function paste(page: Page, hosts: RealHost[], region?: string): Promise<void> {
  await railLink(page, 'Settings').click();
  await page.getByRole('tab', { name: 'Hosts' }).click();
  await listButton(page, 'Paste several…').click();
  const dialog = page.getByRole('dialog', { name: 'Paste hosts' });
  if (region) await dialog.getByRole('combobox', { name: 'Region' }).selectOption({ label: region });
  const lines = hosts.map(({ address, name }) => `${address} ${name}`);
  await dialog.getByRole('textbox', { name: 'Hosts, one per line' }).fill(lines.join('\n'));
  await dialog.getByRole('button', { name: /^Add \d hosts?$/ }).click();
  await expect(dialog).toBeHidden();
}

/** The ids of the hosts in the console, by name. */
async function idsOf(page: Page, hosts: RealHost[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { name } of hosts) {
    ids.set(name, (await railLink(page, name).getAttribute('href'))?.split('/').at(-1) ?? '');
  }
  return ids;
}

/**
 * Waits until every cached image was looked up in Glance, and returns those that it does not have, by the names of the
 * hosts.
 */
async function unknownImages(page: Page, hosts: RealHost[]): Promise<Record<string, string[]>> {
  const unknown: Record<string, string[]> = {};
  for (const [name, id] of await idsOf(page, hosts)) {
    await expect(async () => {
      const { cached } = await call<Pick<HostImages, 'cached'>>(page, 'hosts/images', { id });
      expect(cached.length).toBeGreaterThan(0);
      expect(cached.filter(({ catalogStatus }) => catalogStatus === 'unchecked')).toEqual([]);
      unknown[name] = cached
        .filter(({ catalogStatus }) => catalogStatus !== 'known')
        .map(({ imageId, catalogStatus }) => `${catalogStatus} ${imageId}`);
    }).toPass();
  }
  return unknown;
}

/** The navigation groups the hosts by region. */
async function expectGroups(page: Page, groups: Record<string, RealHost[]>): Promise<void> {
  const rail = page.getByRole('navigation', { name: 'Console' });
  for (const [name, hosts] of Object.entries(groups)) {
    const links = rail.getByRole('region', { name: `real, ${name}`, exact: true }).getByRole('link');
    await expect(links).toHaveText(hosts.map((host) => new RegExp(`^${host.name}`)));
  }
}

/** What the coverage says of each image on each host: cached, missing, or nothing to cache in that region. */
async function expectCoverage(page: Page, { regions, hosts, copied, ofFirst, orphaned }: Fleet): Promise<void> {
  const ids = await idsOf(page, hosts);
  const expected = new Map<string, ('c' | 'm' | '-')[]>(
    regions.flatMap(({ name, images }) => [
      [images.cached, hosts.map(({ region }) => (region === name ? 'c' : '-'))],
      [images.picked, hosts.map(({ region }) => (region === name ? 'm' : '-'))],
    ]),
  );
  const cellOfCopied = (host: RealHost) => {
    if (host === ofFirst || host === orphaned) return 'c';
    return host.region === ofFirst.region ? 'm' : '-';
  };
  expected.set(copied, hosts.map(cellOfCopied));
  await expect(async () => {
    const coverage = await call<Coverage>(page, 'coverage/get', {});
    const at = hosts.map(({ name }) => coverage.hosts.findIndex(({ hostId }) => hostId === ids.get(name)));
    const shownCells = coverage.images.flatMap(({ imageId, cells }) =>
      expected.has(imageId) ? [[imageId, at.map((index) => cells[index])] as const] : [],
    );
    expect(Object.fromEntries(shownCells)).toEqual(Object.fromEntries(expected));
  }).toPass();
}

/** The search finds images of the same name in each region, with the hosts of that region. */
async function expectFound(page: Page, { regions, run }: Fleet): Promise<void> {
  await openPalette(page);
  await page.keyboard.type(`${run}-cached`);
  for (const { images, hosts } of regions) {
    await expect(palette(page).getByRole('button', { name: new RegExp(images.cached) })).toContainText(
      `cached on ${hosts.length} of ${hosts.length} host`,
    );
  }
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();
}

/** Compares the marks, the sums and the actions of the page with the one image that its own region has lost. */
async function expectOneOrphan(page: Page, { hosts, copied, orphaned, ofFirst, run }: Fleet): Promise<void> {
  const expected = Object.fromEntries(
    hosts.map(({ name }) => [name, name === orphaned.name ? [`orphan ${copied}`] : []]),
  );
  expect(await unknownImages(page, hosts)).toEqual(expected);
  await railLink(page, 'Fleet').click();
  await expect(page.getByRole('list', { name: 'Fleet totals' })).toContainText(`${sizeText}in 1 orphan`);
  await openHost(page, ofFirst.name);
  await expectRow(page, 'Cached images', `${run}-copied`, { Status: '' });
  await openHost(page, orphaned.name);
  await expectRow(page, 'Cached images', `${run}-cached`, { Status: '' });
  await expectRow(page, 'Cached images', copied, { Status: 'orphan' });
  await railLink(page, 'Coverage').click();
  await page.getByRole('tab', { name: 'Waste' }).click();
  await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Orphans' }).click();
  const rows = page.getByRole('table', { name: 'Waste' }).locator('tbody tr[data-index]');
  await expect(rows).toHaveText([new RegExp(copied)]);
  const byHost = page.getByRole('table', { name: 'Reclaimed by host' }).locator('tbody tr[data-index]');
  await expect(byHost).toHaveText([new RegExp(`${orphaned.name}.*${sizeText}`)]);
}

/** A host cannot be made like one of another region: its own has none of those images. */
async function expectNothingAlike(page: Page, { ofFirst, orphaned }: Fleet): Promise<void> {
  await openHost(page, orphaned.name);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /^Make like another host…/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: ofFirst.name }).click();
  const dialog = page.getByRole('dialog', { name: `Make ${orphaned.name} like ${ofFirst.name}` });
  await expect(dialog).toContainText(`Nothing of ${ofFirst.name} can be queued on ${orphaned.name}.`);
  await expect(dialog).toContainText(`Skipped: 1 image not in the image catalog of ${orphaned.name}`);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

/** The queue dialog of a host: what it lists, what a pasted list matches, and that it queues an image. */
async function queueOn(page: Page, servers: RealServers, host: RealHost, { regions, run }: Fleet): Promise<void> {
  const own = regions.find(({ name }) => name === host.region)?.images;
  const other = regions.find(({ name }) => name !== host.region)?.images;
  if (!own || !other) throw new Error(`${host.name} has no images`);
  await openHost(page, host.name);
  await listButton(page, 'Queue images…').click();
  const dialog = page.getByRole('dialog', { name: 'Queue images' });
  await dialog.getByRole('searchbox', { name: 'Search images' }).fill(`${run}-picked`);
  const offered = dialog.getByRole('table', { name: 'Images to queue' }).locator('tbody tr[data-index]');
  await expect(offered).toHaveText([new RegExp(own.picked)]);
  await dialog.getByRole('tab', { name: 'Pasted list' }).click();
  const field = dialog.getByRole('textbox', { name: 'Image names or IDs' });
  const unmatched = dialog.getByRole('region', { name: 'Entries not found' });
  await field.fill(`${own.pasted}\n${other.pasted}`);
  await expect(unmatched.getByRole('listitem')).toHaveText([new RegExp(`line 2.*${other.pasted}`)]);
  await field.fill(own.pasted);
  await expect(unmatched).toBeHidden();
  await dialog.getByRole('button', { name: /^Queue 1 image/ }).click();
  await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expectRow(page, 'Cached images', `${run}-pasted`, { Status: '' });
  expect(await servers.cachedIds(host)).toContain(own.pasted);
}

/** A golden set with one rule for all hosts, of which each gets the image of its own region. */
async function applyGoldenSet(
  page: Page,
  servers: RealServers,
  { regions, hosts, run }: Fleet,
  by: 'name' | 'property',
): Promise<void> {
  await railLink(page, 'Coverage').click();
  await page.getByRole('tab', { name: 'Golden sets' }).click();
  await page.getByRole('button', { name: 'New golden set' }).click();
  const editor = page.getByRole('dialog', { name: 'New golden set' });
  await editor.getByRole('textbox', { name: 'Name', exact: true }).fill('everywhere');
  await editor.getByRole('button', { name: 'Add a rule' }).click();
  const rule = editor.getByRole('group', { name: 'Rule 1' });
  if (by === 'name') {
    await rule.getByRole('textbox', { name: 'Name' }).fill(`${run}-gold*`);
  } else {
    await rule.getByRole('button', { name: 'Add a property' }).click();
    await rule.getByRole('combobox', { name: 'Property 1', exact: true }).fill('os_distro');
    await rule.getByRole('combobox', { name: 'Value of property 1' }).fill(`${run}-golden`);
  }
  await expect(rule.getByRole('status')).toContainText('Finds 3 images');
  await editor.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: `Sync ${hosts.length} hosts…` }).click();
  const dialog = page.getByRole('dialog', { name: 'Sync' });
  await dialog.getByRole('button', { name: /^Queue / }).click();
  await expect(dialog.getByRole('status').filter({ hasText: `${hosts.length} of ${hosts.length} done` })).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const sets = page.getByRole('table', { name: 'Golden sets' });
  await expect(sets.getByRole('row', { name: /everywhere/ })).toContainText('5 of 5 hosts complete');
  for (const { hosts: members, images } of regions) {
    for (const host of members) expect(await servers.cachedIds(host), host.name).toContain(images.golden);
  }
}

test('five hosts in three regions, without a stated region', async ({ page, servers, fleet }) => {
  await paste(page, fleet.hosts);
  await expectOneOrphan(page, fleet);
  await expectGroups(
    page,
    Object.fromEntries(fleet.regions.map(({ hosts }) => [`Region of ${hosts[0]?.name}`, hosts])),
  );
  await expectCoverage(page, fleet);
  for (const host of fleet.hosts) await queueOn(page, servers, host, fleet);
  await applyGoldenSet(page, servers, fleet, 'name');
});

test('five hosts in three regions, each with the region that the service catalogue names', async ({
  page,
  servers,
  fleet,
}) => {
  const [own, ...others] = fleet.regions;
  if (!own) throw new Error('There is no region');
  await paste(page, own.hosts);
  for (const { hosts, name } of others) await paste(page, hosts, name);
  await railLink(page, 'Fleet').click();
  for (const { name, region } of others.flatMap(({ hosts }) => hosts)) {
    await expect(hostRow(page, name)).toContainText(region);
  }
  await expectOneOrphan(page, fleet);
  await expectGroups(page, {
    'Login’s region': own.hosts,
    ...Object.fromEntries(others.map(({ hosts, name }) => [name, hosts])),
  });
  await expectCoverage(page, fleet);
  await expectFound(page, fleet);
  await expectNothingAlike(page, fleet);
  const lastOfEach = fleet.regions.flatMap(({ hosts }) => hosts.slice(-1));
  for (const host of lastOfEach) await queueOn(page, servers, host, fleet);
  await applyGoldenSet(page, servers, fleet, 'property');
});
