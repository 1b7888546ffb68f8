import type { Page } from '@playwright/test';
import type { HostImages } from '../electron/contract/fleet.ts';
import type { DemoRegion } from '../electron/demo/regional-services.ts';
import type { HostSpec } from '../electron/demo/simulated-cloud.ts';
import { expectAccessible } from './accessible.ts';
import { call } from './calls.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { hostRow, listButton, openHost, openPalette, palette, paletteField, railLink, tableRow } from './page-parts.ts';

// Regions of one cloud, each with a Glance and images of its own: most names are in both, with different ids.

const hosts: HostSpec[] = [
  { name: 'one-a', release: '33', fill: 'ordinary' },
  { name: 'one-b', release: '25', fill: 'ordinary' },
  { name: 'two-a', release: '33', fill: 'ordinary', region: 'RegionTwo' },
  { name: 'two-b', release: '25', fill: 'ordinary', region: 'RegionTwo' },
];
const regions = ['RegionOne', 'RegionTwo'] as const;
const number = (count: number) => count.toLocaleString('en-US');
const grid = (page: Page) => page.getByRole('grid', { name: 'Coverage' });
const cell = (page: Page, text: RegExp) => grid(page).getByRole('gridcell', { name: text });

/** The image of a name in a region. */
function imageOf({ cloud }: OutsideCloud, name: string, region: DemoRegion): string {
  const found = cloud.control.images(region).filter((image) => image.name === name);
  expect(found).toHaveLength(1);
  return found[0]?.id ?? '';
}

/** The images that a host has cached and its own Glance does not have. */
function orphansOf({ cloud }: OutsideCloud, { name, region }: HostSpec): string[] {
  const own = new Set(cloud.control.images(region).map(({ id }) => id));
  const { cached } = cloud.control.host(name).state();
  return cached.flatMap(({ imageId }) => (own.has(imageId) ? [] : [imageId]));
}

/** Adds the cloud and the hosts of its first region; those of the second are added by each test in its own way. */
async function addFirstRegion(page: Page, { cloud }: OutsideCloud): Promise<string> {
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible();
  const source = { kind: 'cloudsYaml', cloudName: 'production' };
  const { id: cloudId } = await call<{ id: string }>(page, 'clouds/add', { name: 'production', source });
  for (const { name, address, region } of cloud.hosts) {
    if (region === 'RegionOne') await call(page, 'hosts/add', { cloudId, name, address });
  }
  return cloudId;
}

/** Adds the hosts of the second region, and waits until every image of every host was looked up. */
async function addSecondRegion(page: Page, { cloud }: OutsideCloud, cloudId: string): Promise<void> {
  for (const { name, address, region } of cloud.hosts) {
    if (region === 'RegionTwo') await call(page, 'hosts/add', { cloudId, name, address, region });
  }
  await untilRead(page, cloud.hosts.length);
}

async function untilRead(page: Page, count: number): Promise<void> {
  const links = page.getByRole('region', { name: 'Hosts of production' }).getByRole('link');
  await expect(links).toHaveCount(count);
  for (const link of await links.all()) {
    const id = (await link.getAttribute('href'))?.split('/').at(-1);
    await expect(async () => {
      const { cached } = await call<Pick<HostImages, 'cached'>>(page, 'hosts/images', { id });
      expect(cached.length).toBeGreaterThan(0);
      expect(cached.filter(({ catalogStatus }) => catalogStatus === 'unchecked')).toEqual([]);
    }).toPass();
  }
}

test('the page groups hosts by region, shows no false orphan, and finds each image in its region', async ({
  browser,
}) => {
  await using outside = await outsideCloud({ hosts, images: 24 });
  const { control } = outside.cloud;
  const golden = new Map(
    regions.map((region) => [region, control.addImage({ name: 'base-1.0', properties: { role: 'base' } }, region).id]),
  );
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const page = await (await browser.newContext()).newPage();
  await page.goto(served.url);
  const cloudId = await addFirstRegion(page, outside);
  await addSecondRegion(page, outside, cloudId);

  const region = (name: string) => page.getByRole('region', { name: `production, ${name}`, exact: true });
  await expect(region('Login’s region').getByRole('link')).toHaveText([/one-a/, /one-b/]);
  await expect(region('RegionTwo').getByRole('link')).toHaveText([/two-a/, /two-b/]);
  await railLink(page, 'Fleet').click();
  await expect(hostRow(page, 'one-a')).toContainText('Login’s region');
  await expect(hostRow(page, 'two-b')).toContainText('RegionTwo');
  const orphans = hosts.flatMap((host) => orphansOf(outside, host));
  await expect(page.getByText(`in ${orphans.length} orphans`, { exact: true })).toBeVisible();
  await expectAccessible(page);

  // Coverage: a host cannot cache images that only the other region has.
  const [one, two] = regions.map((name) => imageOf(outside, 'ubuntu-24.04-server', name));
  await railLink(page, 'Coverage').click();
  await expect(page.getByRole('combobox', { name: 'Group hosts by' })).toHaveValue('region');
  await expect(grid(page).getByRole('columnheader', { name: /^RegionTwo, 2 hosts/ })).toBeVisible();
  await expect(page.getByRole('button', { name: `Orphans ${new Set(orphans).size}`, exact: true })).toBeVisible();
  const filter = page.getByRole('searchbox', { name: 'Filter images' });
  for (const [id, words] of [
    [one, { 'one-a': 'cached', 'two-a': 'nothing to cache' }],
    [two, { 'one-a': 'nothing to cache', 'two-a': 'cached' }],
  ] as const) {
    await filter.fill(id ?? '');
    for (const [name, word] of Object.entries(words)) {
      await expect(cell(page, new RegExp(`^ubuntu-24\\.04-server, ${name}: ${word}`))).toBeVisible();
    }
  }
  await expectAccessible(page);

  // Waste offers only images that the host's own Glance does not have.
  await page.getByRole('tab', { name: 'Waste' }).click();
  const filters = page.getByRole('group', { name: 'Filters' });
  await filters.getByRole('button', { name: `Orphans ${new Set(orphans).size}`, exact: true }).click();
  const waste = page.getByRole('table', { name: 'Waste' });
  await expect(waste).toHaveAttribute('aria-rowcount', String(new Set(orphans).size + 1));
  await expect(waste.getByRole('columnheader', { name: 'Region' })).toBeVisible();

  // Search: two images of one name, each with its region; the page of each has the hosts of its region only.
  for (const [id, name, there, other] of [
    [one, 'Login’s region', 'one-a', 'two-a'],
    [two, 'RegionTwo', 'two-a', 'one-a'],
  ] as const) {
    await openPalette(page);
    await paletteField(page).fill('ubuntu-24.04-server');
    const found = palette(page).getByRole('button', {
      name: `ubuntu-24.04-server ${id} ${name} cached on 2 of 2 hosts`,
    });
    await found.click();
    await expect(page.getByRole('heading', { name: 'ubuntu-24.04-server', level: 1 })).toBeVisible();
    await expect(page.getByText(`${name} · `)).toBeVisible();
    await page.getByRole('tab', { name: 'Hosts' }).click();
    const table = page.getByRole('table', { name: 'Hosts', exact: true });
    await expect(table.getByRole('row', { name: there })).toBeVisible();
    await expect(table.getByRole('row', { name: other })).toHaveCount(0);
    await page.getByRole('tab', { name: 'In Glance' }).click();
    await expect(page.getByRole('region', { name: `In production, ${name}`, exact: true })).toContainText(id ?? '');
  }

  await test.step('a golden rule gives each host the image of its own region', async () => {
    await railLink(page, 'Coverage').click();
    await page.getByRole('tab', { name: 'Golden sets' }).click();
    await page.getByRole('button', { name: 'New golden set' }).click();
    const editor = page.getByRole('dialog', { name: 'New golden set' });
    await editor.getByRole('textbox', { name: 'Name', exact: true }).fill('base');

    // A name that is in both regions is chosen once, by its name, and means the image of each.
    await editor.getByRole('button', { name: 'Choose…' }).click();
    const chooser = editor.getByRole('region', { name: 'Choose images' });
    await chooser.getByRole('searchbox', { name: 'Search images' }).fill('ubuntu-24.04-server');
    const row = chooser.getByRole('row', {
      name: `ubuntu-24.04-server ${imageOf(outside, 'ubuntu-24.04-server', 'RegionTwo')}`,
    });
    await expect(row).toContainText('RegionTwo');
    await row.click();
    await chooser.getByRole('button', { name: 'Add 1 image' }).click();
    await expect(editor.getByRole('list', { name: 'Named images' })).toContainText(/ubuntu-24\.04-server\s*by name/);
    await editor.getByRole('button', { name: 'Add a rule' }).click();
    const rule = editor.getByRole('group', { name: 'Rule 1' });
    await rule.getByRole('button', { name: 'Add a property' }).click();
    await rule.getByRole('combobox', { name: 'Property 1', exact: true }).fill('role');
    await rule.getByRole('combobox', { name: 'Value of property 1' }).fill('base');
    await expect(rule.getByRole('status')).toContainText('Finds 2 images');
    const members = editor.getByRole('table', { name: 'Images in the set' });
    for (const [region, id] of golden) {
      await expect(members.getByRole('row', { name: `base-1.0 ${id}` })).toContainText(
        region === 'RegionOne' ? 'Login’s region' : region,
      );
    }
    await editor.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: `Sync ${hosts.length} hosts…` }).click();
    const dialog = page.getByRole('dialog', { name: /^Sync/ });
    await dialog.getByRole('button', { name: new RegExp(`^Queue ${hosts.length} images`) }).click();
    await expect(
      dialog.getByRole('status').filter({ hasText: `${hosts.length} of ${hosts.length} done` }),
    ).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    const sets = page.getByRole('table', { name: 'Golden sets' });
    await expect(sets.getByRole('row', { name: /base/ })).toContainText('4 of 4 hosts complete');
    for (const { name, region = 'RegionOne' } of hosts) {
      const cached = control
        .host(name)
        .state()
        .cached.map(({ imageId }) => imageId);
      expect(cached.filter((id) => [...golden.values()].includes(id))).toEqual([golden.get(region as 'RegionOne')]);
    }
  });
});

test('a host of the second region is added with its region, can queue images of it, and cannot be made like a host of the first region', async ({
  browser,
}) => {
  await using outside = await outsideCloud({ hosts, images: 24 });
  const { control } = outside.cloud;
  const own = control.addImage({ name: 'only-here' }, 'RegionTwo');
  const foreign = control.addImage({ name: 'only-there' });
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const page = await (await browser.newContext()).newPage();
  await page.goto(served.url);
  await addFirstRegion(page, outside);

  // The regions of the service catalogue are offered.
  await railLink(page, 'Settings').click();
  await page.getByRole('tab', { name: 'Hosts' }).click();
  for (const { name, address, region } of outside.cloud.hosts.filter((host) => host.region === 'RegionTwo')) {
    await listButton(page, 'Add host…').click();
    const adding = page.getByRole('dialog', { name: 'Add host' });
    const choice = adding.getByRole('combobox', { name: 'Region' });
    await expect(choice.getByRole('option')).toHaveText(['RegionOne (the login’s)', 'RegionTwo']);
    await choice.selectOption(region);
    await adding.getByRole('textbox', { name: 'Address' }).fill(address);
    await adding.getByRole('textbox', { name: 'Name' }).fill(name);
    if (name === 'two-a') await expectAccessible(page);
    await adding.getByRole('button', { name: 'Add host' }).click();
    await expect(adding).toBeHidden();
  }
  await untilRead(page, hosts.length);

  // Its queue dialog has the images of its own region, by name and by id.
  await openHost(page, 'two-a');
  await expect(page.getByText(/^RegionTwo · http/)).toBeVisible();
  await listButton(page, 'Queue images…').click();
  const dialog = page.getByRole('dialog', { name: 'Queue images' });
  await expect(dialog.getByText('from the catalog of production, RegionTwo.')).toBeVisible();
  const offered = dialog.getByRole('table', { name: 'Images to queue' });
  const search = dialog.getByRole('searchbox', { name: 'Search images' });
  await search.fill('only-');
  await expect(tableRow(offered, 0)).toContainText(own.id);
  await expect(offered).toHaveAttribute('aria-rowcount', '2');
  await search.fill(imageOf(outside, 'ubuntu-24.04-server', 'RegionOne'));
  await expect(dialog.getByText('No matching images')).toBeVisible();
  await dialog.getByRole('tab', { name: 'Pasted list' }).click();
  const pasted = dialog.getByRole('textbox', { name: 'Image names or IDs' });
  const unmatched = dialog.getByRole('region', { name: 'Entries not found' });
  await pasted.fill(`${own.id}\n${foreign.id}`);
  await expect(unmatched.getByRole('listitem')).toHaveText([new RegExp(foreign.id)]);
  await pasted.fill(own.id);
  await expect(unmatched).toBeHidden();
  await dialog.getByRole('button', { name: /^Queue 1 image/ }).click();
  await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(
    control
      .host('two-a')
      .state()
      .cached.map(({ imageId }) => imageId),
  ).toContain(own.id);

  // On hosts of both regions the list says which image is where, and queues each on the hosts of its region only.
  await railLink(page, 'Fleet').click();
  await page.getByRole('button', { name: 'Queue images…' }).click();
  await search.fill('only-');
  await expect(tableRow(offered, 0)).toContainText(/only-there.*Login’s region/);
  await expect(tableRow(offered, 1)).toContainText(/only-here.*RegionTwo.*cached 1\/2/);
  await expectAccessible(page);
  await tableRow(offered, 0).click();
  await dialog.getByRole('button', { name: 'Queue 1 image on 2 hosts' }).click();
  await expect(dialog.getByRole('status')).toContainText('2 of 2 done');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const cached = (name: string) =>
    control
      .host(name)
      .state()
      .cached.map(({ imageId }) => imageId);
  expect(['one-a', 'one-b', 'two-a', 'two-b'].map((name) => cached(name).includes(foreign.id))).toEqual([
    true,
    true,
    false,
    false,
  ]);

  // Images of a host in the other region cannot be queued, except those that were copied there.
  await openHost(page, 'two-b');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /^Make like another host…/ }).click();
  const choosing = page.getByRole('dialog', { name: 'Make two-b like another host' });
  await choosing.getByRole('row', { name: /one-a/ }).click();
  const like = page.getByRole('dialog', { name: 'Make two-b like one-a' });
  const ownIds = new Set(control.images('RegionTwo').map(({ id }) => id));
  const left = cached('one-a').filter((id) => !ownIds.has(id));
  await expect(like).toContainText(
    `Skipped: ${number(left.length)} images not in the image catalog of two-b or not visible to this login.`,
  );
});
