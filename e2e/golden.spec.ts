import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { formatSize } from '../electron/contract/sizes.ts';
import type { DemoCloud, HostSpec } from '../electron/demo/simulated-cloud.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts, call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { railLink, tableRow } from './page-parts.ts';

// Golden sets, from the first one to hosts that are up to date. The page has to agree with what the hosts have.

/** Images of the simulated catalogue that a rule can find. */
function found({ control }: DemoCloud, is: (name: string, tags: readonly string[]) => boolean) {
  return control
    .images()
    .filter(({ name, tags, status, hidden }) => status === 'active' && !hidden && is(name ?? '', tags));
}

/** What each host lacks of some images, by the name of the host. */
function lacking({ control }: DemoCloud, wanted: readonly { id: string; size: number | null }[]) {
  return new Map(
    control.hosts.map((host) => {
      const { cached, queued } = host.state();
      const there = new Set([...cached.map(({ imageId }) => imageId), ...queued]);
      const missing = wanted.filter(({ id }) => !there.has(id));
      return [host.name, { images: missing.length, bytes: missing.reduce((sum, { size }) => sum + (size ?? 0), 0) }];
    }),
  );
}

async function openGolden(page: Page) {
  await railLink(page, 'Coverage').click();
  await page.getByRole('tab', { name: 'Golden sets' }).click();
}

const sets = (page: Page) => page.getByRole('table', { name: 'Golden sets' });
const drift = (page: Page) => page.getByRole('table', { name: 'Drift per host' });

test('a golden set of 16 hosts is written by rule, shows their drift, and is synced', async ({ browser }) => {
  const hosts: HostSpec[] = Array.from({ length: 16 }, (_, index) => ({
    name: `glance-${String(index + 1).padStart(2, '0')}`,
    release: (['33', '25', '29'] as const)[index % 3] ?? '33',
    fill: 'ordinary',
    images: 250,
  }));
  await using outside = await outsideCloud({ hosts, images: 250 });
  const { cloud } = outside;
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(served.url);
  const ids = await addHosts(page, outside);
  await openGolden(page);
  await expect(page.getByRole('heading', { name: 'No golden sets yet' })).toBeVisible();
  await page.getByRole('button', { name: 'New golden set' }).click();

  // Writes a set, with the selected images beside it.
  const editor = page.getByRole('dialog', { name: 'New golden set' });
  await editor.getByRole('textbox', { name: 'Name', exact: true }).fill('weekly builds');
  await editor.getByRole('button', { name: 'Add a rule' }).click();
  const rule = editor.getByRole('group', { name: 'Rule 1' });
  await rule.getByRole('textbox', { name: 'Name' }).fill('BUILD-*-2026w1?');
  const wanted = found(cloud, (name) => /^build-.*-2026w1.$/.test(name));
  expect(wanted.length).toBeGreaterThan(4);
  const bytes = wanted.reduce((sum, { size }) => sum + (size ?? 0), 0);
  await expect(rule.getByRole('status')).toContainText(`Finds ${wanted.length} images, ${formatSize(bytes)}`);
  const preview = editor.getByRole('region', { name: 'Preview' });
  await expect(preview.getByRole('status')).toHaveText(
    `${wanted.length} images, ${formatSize(bytes)}, on ${hosts.length} hosts`,
  );
  await expect(preview.getByRole('table', { name: 'Images in the set' })).toHaveAttribute(
    'aria-rowcount',
    String(wanted.length + 1),
  );
  await editor.getByRole('button', { name: 'Save' }).click();

  // The drift of the set is what the hosts lack.
  const missing = lacking(cloud, wanted);
  const lack = [...missing].filter(([, { images }]) => images > 0);
  const total = lack.reduce((sum, [, { images }]) => sum + images, 0);
  expect(lack.length).toBeGreaterThan(2);
  await expect(sets(page).getByRole('row', { name: /weekly builds/ })).toContainText(
    `${hosts.length - lack.length} of ${hosts.length} hosts`,
  );
  const answer = await call<{ sets: { hosts: { hostId: string; missing: object }[] }[] }>(page, 'golden/drift', {
    cloudId: await cloudId(page),
  });
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const shownDrift = new Map(answer.sets[0]?.hosts.map(({ hostId, missing }) => [names.get(hostId), missing]));
  expect(Object.fromEntries(shownDrift)).toEqual(Object.fromEntries(missing));

  // Opening a row shows which images these are.
  const [[first, { images: count }] = ['', { images: 0 }]] = lack;
  await drift(page).getByRole('button', { name: 'Missing' }).click();
  await drift(page)
    .getByRole('row', { name: new RegExp(first) })
    .getByText('drifted')
    .click();
  const drawer = page.getByRole('dialog', { name: `${first} and weekly builds` });
  await expect(drawer.getByRole('table', { name: 'Images that differ' })).toHaveAttribute(
    'aria-rowcount',
    String(count + 1),
  );
  await page.keyboard.press('Escape');

  // Syncs all of them in one operation.
  await page.getByRole('button', { name: `Sync ${lack.length} hosts…` }).click();
  const dialog = page.getByRole('dialog', { name: 'Sync' });
  await expect(dialog).toContainText(`${total} images`);
  expect(lacking(cloud, wanted)).toEqual(missing);
  await dialog.getByRole('button', { name: new RegExp(`${total} images`) }).click();
  await expect(dialog.getByRole('status').filter({ hasText: `${total} of ${total} done` })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sets(page).getByRole('row', { name: /weekly builds/ })).toContainText('16 of 16 hosts complete');
  for (const { images } of lacking(cloud, wanted).values()) expect(images).toBe(0);
  for (const host of cloud.control.hosts) expect(host.doubleQueued).toEqual([]);
});

test.describe('over a small cloud', () => {
  test('an exact set lists extra images, and a sync deletes them from its hosts', async ({ browser }) => {
    await using outside = await outsideCloud({ hosts: 2, images: 12 });
    const { cloud } = outside;
    await using served = await serveConsole({ mode: 'serve', env: outside.env });
    const page = await (await browser.newContext()).newPage();
    await page.goto(served.url);
    await addHosts(page, outside);
    await openGolden(page);
    await page.getByRole('button', { name: 'New golden set' }).click();
    const editor = page.getByRole('dialog', { name: 'New golden set' });
    await editor.getByRole('textbox', { name: 'Name', exact: true }).fill('only these');
    await editor.getByRole('checkbox', { name: 'Exact' }).check();
    await editor.getByRole('textbox', { name: 'Name or id of an image' }).fill('no-such-image');
    await page.keyboard.press('Enter');
    await expect(editor.getByRole('list', { name: 'Named images' })).toContainText(
      'No image is named “no-such-image”.',
    );
    await editor.getByRole('button', { name: 'Remove no-such-image' }).click();
    await editor.getByRole('button', { name: 'Choose…' }).click();
    const chooser = editor.getByRole('region', { name: 'Choose images' });
    await expect(chooser.getByRole('searchbox', { name: 'Search images' })).toBeFocused();
    await chooser.getByRole('searchbox', { name: 'Search images' }).fill('ubuntu-24.04-server');
    const image = tableRow(chooser.getByRole('table'), 0);
    await expect(image).toContainText('ubuntu-24.04-server');
    await image.click();
    await expectAccessible(page);
    await chooser.getByRole('button', { name: 'Add 1 image' }).click();
    await editor.getByRole('button', { name: 'Save' }).click();
    const keep = found(cloud, (name) => name === 'ubuntu-24.04-server').map(({ id }) => id);
    const extra = cloud.control.hosts.map((host) =>
      host.state().cached.filter(({ imageId }) => !keep.includes(imageId)),
    );
    const count = extra.flat().length;
    await expect(sets(page).getByRole('row', { name: /only these/ })).toContainText(
      `${count} ${formatSize(extra.flat().reduce((sum, { size }) => sum + size, 0))}`,
    );
    await page.getByRole('button', { name: 'Sync 2 hosts…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sync' });
    await expect(dialog).toContainText(`${count} copies`);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: new RegExp(`${count} copies`) }).click();
    await expect(dialog.getByRole('status').filter({ hasText: `${count} of ${count} done` })).toBeVisible();
    for (const host of cloud.control.hosts) {
      expect(host.state().cached.every(({ imageId }) => keep.includes(imageId))).toBe(true);
    }
  });

  test('a set that is exported, removed and imported is the same; another is edited and closed with the keyboard alone', async ({
    page,
  }, info) => {
    await openGolden(page);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'New golden set' }).click();
    const editor = page.getByRole('dialog', { name: 'New golden set' });
    await editor.getByRole('textbox', { name: 'Name', exact: true }).fill('base images');
    await editor.getByRole('textbox', { name: 'Note' }).fill('What every node needs: see the wiki');
    await editor.getByRole('radio', { name: /^These hosts/ }).check();
    await editor.getByRole('button', { name: 'glance-02' }).click();
    await editor.getByRole('textbox', { name: 'Name or id of an image' }).fill('cirros-0.6.2');
    await editor.getByRole('button', { name: 'Add', exact: true }).click();
    await editor.getByRole('button', { name: 'Add a rule' }).click();
    const rule = editor.getByRole('group', { name: 'Rule 1' });
    await rule.getByRole('button', { name: /^Tag golden,/ }).click();
    await rule.getByRole('button', { name: 'Add a property' }).click();
    await rule.getByRole('combobox', { name: 'Property 1', exact: true }).fill('os_type');
    await rule.getByRole('combobox', { name: 'Value of property 1' }).fill('linux');
    await rule.getByRole('combobox', { name: 'Take' }).selectOption('the newest of each name family');
    await rule.getByRole('textbox', { name: 'Number of images' }).fill('1');
    await expect(rule.getByRole('status')).toContainText(/Finds [1-9]\d* images of [1-9]\d* families/);
    await expectAccessible(page);
    await editor.getByRole('button', { name: 'Save' }).click();
    await expect(drift(page).getByRole('row', { name: /glance-02/ })).toContainText(/complete|drifted|in progress/);
    await expectAccessible(page);

    const before = await call<{ sets: { id: string }[] }>(page, 'golden/list', {});
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'YAML file' }).click();
    const path = info.outputPath('golden.yaml');
    await (await saving).saveAs(path);
    const text = await readFile(path, 'utf8');
    expect(text).toBe(`golden_sets:
  - name: base images
    note: "What every node needs: see the wiki"
    cloud: Demo cloud
    hosts:
      names:
        - glance-02
    images:
      - name: cirros-0.6.2
    rules:
      - tags:
          - golden
        properties:
          os_type: linux
        newest: 1
        per: family
`);

    await page.getByRole('button', { name: 'Remove…' }).click();
    await page
      .getByRole('dialog', { name: 'Remove golden set' })
      .getByRole('button', { name: 'Remove', exact: true })
      .click();
    await expect(page.getByRole('heading', { name: 'No golden sets yet' })).toBeVisible();

    // A problem is reported with its line, and nothing is imported.
    await page.getByRole('button', { name: 'Import…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import golden sets' });
    const pasted = dialog.getByRole('textbox', { name: 'Golden sets as YAML' });
    await pasted.fill(text.replace('- glance-02', '- glance-2'));
    await expect(dialog.getByRole('table', { name: 'Problems in the file' })).toContainText('7“glance-2”: no host');
    await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toHaveAttribute('aria-disabled', 'true');
    await expectAccessible(page);

    await dialog.getByLabel('Choose a file…').setInputFiles(path);
    await expect(dialog.getByRole('table', { name: 'Changes' })).toContainText('base images');
    await dialog.getByRole('button', { name: 'Import 1 golden set' }).click();
    await expect(sets(page).getByRole('row', { name: /base images/ })).toBeVisible();
    const after = await call<{ sets: { id: string }[] }>(page, 'golden/list', {});
    expect(after.sets.map(({ id: _, ...rest }) => rest)).toEqual(before.sets.map(({ id: _, ...rest }) => rest));

    // Another one is written, edited and closed with the keyboard alone.
    await page.getByRole('button', { name: 'New golden set' }).focus();
    await page.keyboard.press('Enter');
    await expect(editor.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
    await page.keyboard.type('by hand');
    await editor.getByRole('textbox', { name: 'Name or id of an image' }).focus();
    await page.keyboard.type('debian-12-genericcloud');
    await page.keyboard.press('Enter');
    await editor.getByRole('button', { name: 'Save' }).focus();
    await page.keyboard.press('Enter');
    const row = sets(page).getByRole('row', { name: /by hand/ });
    await expect(row).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await expect(sets(page).getByRole('button', { name: 'base images' })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(row.getByRole('button', { name: 'by hand' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'by hand' })).toBeVisible();
    await page.getByRole('button', { name: 'Edit…' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: 'Edit by hand' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
});

async function cloudId(page: Page): Promise<string> {
  const { sets } = await call<{ sets: { cloudId: string }[] }>(page, 'golden/list', {});
  return sets[0]?.cloudId ?? '';
}
