import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import type { Coverage } from '../electron/contract/coverage.ts';
import type { DemoCloud } from '../electron/demo/simulated-cloud.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts, call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { railLink } from './page-parts.ts';

// On 64 hosts the grid agrees cell by cell with what each host really has. Missing images of a selection are queued and
// cached ones deleted, with the mouse and with the keyboard. `npm run bench` has 2,000 images on each host.

const words = { c: 'cached', q: 'queued', m: 'missing', '-': 'nothing to cache', '?': 'unknown' } as const;
type Letter = keyof typeof words;

/** The two hosts of the edge that are down from the start. */
const isDown = (name: string) => /lyon|turin/.test(name);

/** The expected cell of the grid, from the true state of the simulated cloud. */
function truthOf({ control }: DemoCloud, ids: Record<string, string>) {
  const active = new Set(control.images().flatMap(({ id, status }) => (status === 'active' ? [id] : [])));
  const byHost = new Map(
    control.hosts.map((host) => {
      const { cached, queued } = host.state();
      const sets = { cached: new Set(cached.map(({ imageId }) => imageId)), queued: new Set(queued) };
      return [ids[host.name] ?? '', sets] as const;
    }),
  );
  const images = new Set(control.images().map(({ id }) => id));
  const answering = control.hosts.filter(({ name }) => !isDown(name)).map(({ name }) => ids[name] ?? '');
  const lists = answering.flatMap((hostId) => byHost.get(hostId) ?? []);
  for (const { cached, queued } of lists) for (const id of [...cached, ...queued]) images.add(id);
  const letter = (hostId: string, imageId: string): Letter => {
    const host = byHost.get(hostId);
    if (!host) return '?';
    if (host.cached.has(imageId)) return 'c';
    if (host.queued.has(imageId)) return 'q';
    return active.has(imageId) ? 'm' : '-';
  };
  return { images, letter };
}

const coverage = (page: Page) => call<Coverage>(page, 'coverage/get', {});
const grid = (page: Page) => page.getByRole('grid', { name: 'Coverage' });

/** The cells that differ from the expected ones, and the number of cells compared. */
function compare(answer: Coverage, truth: ReturnType<typeof truthOf>) {
  const wrong: string[] = [];
  let cells = 0;
  for (const image of answer.images) {
    for (const [at, { hostId, reading }] of answer.hosts.entries()) {
      cells += 1;
      const wanted = reading === 'unknown' ? '?' : truth.letter(hostId, image.imageId);
      if (image.cells[at] !== wanted) wrong.push(`${image.imageId} on ${hostId}: ${image.cells[at]}, not ${wanted}`);
    }
  }
  return { wrong, cells };
}

/** The cells as they are drawn while the grid is scrolled in both directions, with their names. */
function scrolledThrough(page: Page, downs: readonly number[], rights: readonly number[]) {
  return grid(page).evaluate(
    async (element, [downs, rights]) => {
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const go = async (down: number, right: number) => {
        element.scrollTop = down * (element.scrollHeight - element.clientHeight);
        element.scrollLeft = right * (element.scrollWidth - element.clientWidth);
        await drawn();
      };
      const cells: { imageId: string; hostId: string; label: string }[] = [];
      for (const down of downs) {
        for (const right of rights) {
          await go(down, right);
          for (const cell of element.querySelectorAll('[role=gridcell][data-cell]')) {
            cells.push({
              imageId: (cell.getAttribute('data-row') ?? '').replace(/^image /, ''),
              hostId: (cell.getAttribute('data-col') ?? '').replace(/^host /, ''),
              label: cell.getAttribute('aria-label') ?? '',
            });
          }
        }
      }
      await go(0, 0);
      return cells;
    },
    [downs, rights] as const,
  );
}

const focused = (page: Page): Locator => page.locator('*:focus');

test('every cell shows what its host lists, on 64 hosts', async ({ browser }) => {
  await using outside = await outsideCloud({ hosts: 64, images: 120 });
  const { cloud } = outside;
  for (const host of cloud.control.hosts) host.holdFetches();
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(served.url);
  const ids = await addHosts(page, outside);
  await railLink(page, 'Coverage').click();
  await expect(page.getByRole('heading', { name: 'Coverage' })).toBeVisible();
  await expect(grid(page)).toHaveAttribute('aria-colcount', String(64 + 5));

  // All cells, as the page receives them.
  const truth = truthOf(cloud, ids);
  await expect.poll(async () => (await coverage(page)).images.length).toBe(truth.images.size);
  await expect.poll(async () => compare(await coverage(page), truth).wrong.length).toBe(0);
  const answer = await coverage(page);
  expect(answer.hosts.map(({ hostId }) => hostId).sort()).toEqual(Object.values(ids).sort());
  expect(answer.hosts.filter(({ reading }) => reading === 'unknown')).toHaveLength(2);
  const { cells, wrong } = compare(answer, truth);
  expect(wrong).toEqual([]);
  expect(cells).toBeGreaterThan(7_680);
  const letters = new Set(answer.images.flatMap((image) => [...image.cells]));
  expect([...letters].sort()).toEqual(['-', '?', 'c', 'm', 'q']);
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(truth.images.size + 2));

  // A large sample of the drawn cells, by scrolling in both directions.
  const names = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]));
  const readings = new Map(answer.hosts.map(({ hostId, reading }) => [hostId, reading]));
  const seen = new Set<string>();
  const misdrawn: string[] = [];
  const sample = await scrolledThrough(page, [0, 0.31, 0.77, 1], [0, 0.5, 1]);
  for (const { imageId, hostId, label } of sample) {
    const wanted = words[readings.get(hostId) === 'unknown' ? '?' : truth.letter(hostId, imageId)];
    const ageText = wanted === 'unknown' ? '' : ', as of (.* ago|just now)';
    if (!new RegExp(`, ${names[hostId]}: ${wanted}${ageText}$`).test(label)) misdrawn.push(`${label}, not ${wanted}`);
    seen.add(hostId);
  }
  expect(misdrawn).toEqual([]);
  expect(seen.size).toBe(64);

  // Sums of a host, over all images.
  const first = answer.hosts.findIndex(({ hostId }) => hostId === ids['glance-01']);
  const held = answer.images.filter((image) => image.cells[first] === 'c').length;
  const lacks = answer.images.filter((image) => image.cells[first] === 'm').length;
  expect(held).toBe(cloud.control.host('glance-01').state().cached.length);
  await expect(
    grid(page).getByRole('gridcell', {
      name: `glance-01: ${held.toLocaleString('en-US')} cached, ${lacks.toLocaleString('en-US')} missing`,
    }),
  ).toBeVisible();

  // A host goes down: its cells show the last known state in the past tense, and are not counted.
  const down = cloud.control.host('glance-02');
  await down.down();
  await call(page, 'hosts/refresh', { ids: [ids['glance-02']] });
  const past = grid(page).getByRole('gridcell', { name: /glance-02: unknown, was (cached|missing) .* ago/ });
  await expect(past).not.toHaveCount(0);
  await expect(page.getByText(/glance-02: as last seen/)).toBeVisible();
  expect((await coverage(page)).hosts.find(({ hostId }) => hostId === ids['glance-02'])?.reading).toBe('stale');
  await down.up();
  await call(page, 'hosts/refresh', { ids: [ids['glance-02']] });
  await expect(past).toHaveCount(0);

  // Sorted and filtered: the images that most hosts lack come first.
  await grid(page).getByRole('columnheader', { name: 'Missing', exact: true }).click();
  await expect(grid(page).getByRole('columnheader', { name: 'Missing', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  const most = Math.max(...answer.images.map((image) => [...image.cells].filter((cell) => cell === 'm').length));
  await expect(grid(page).getByRole('row').nth(2).getByRole('gridcell').nth(-3)).toHaveText(String(most));
  await page.getByRole('combobox', { name: 'Tag' }).selectOption('golden');
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(12 + 2));
  await page.getByRole('button', { name: 'Show all' }).click();

  // An image is queued wherever it is missing, and only there.
  const image = cloud.control.images().find(({ id }) => {
    const missing = answer.hosts.filter(({ hostId }) => truth.letter(hostId, id) === 'm');
    return missing.length > 4 && missing.length < 40;
  });
  if (!image) throw new Error('The cloud has no image that is missing somewhere');
  const missingOn = () =>
    cloud.control.hosts.filter((host) => {
      const { cached, queued } = host.state();
      return ids[host.name] !== undefined && !queued.includes(image.id) && !cached.some((c) => c.imageId === image.id);
    });
  const wanted = missingOn().filter((host) => !isDown(host.name)).length;
  await page.getByRole('searchbox', { name: 'Filter images' }).fill(image.id);
  const head = grid(page).getByRole('rowheader', { name: image.name ?? image.id });
  await head.click({ modifiers: ['ControlOrMeta'] });
  await expect(page.getByText('64 cells selected')).toBeVisible();
  for (const host of cloud.control.hosts) host.releaseFetches();
  await page.getByRole('button', { name: `Queue ${wanted} missing…` }).click();
  const dialog = page.getByRole('dialog', { name: 'Queue images' });
  await dialog.getByRole('button', { name: `Queue 1 image on ${wanted} hosts` }).click();
  await expect.poll(() => missingOn().filter((host) => !isDown(host.name)).length).toBe(0);
  await dialog.getByRole('button', { name: /Done|background/ }).click();
  await context.close();
});

test.describe('on a few hosts', () => {
  test('cells can be reached, selected and deleted with the keyboard alone', async ({ browser }) => {
    await using outside = await outsideCloud({ hosts: 4, images: 40 });
    const { cloud } = outside;
    await using served = await serveConsole({ mode: 'serve', env: outside.env });
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(served.url);
    const ids = await addHosts(page, outside);
    for (const name of ['glance-01', 'glance-02']) {
      await call(page, 'hosts/update', { id: ids[name], labels: ['core'] });
    }
    await railLink(page, 'Coverage').click();
    await expect(grid(page).getByRole('gridcell', { name: /glance-01: cached/ })).not.toHaveCount(0);
    const rows = Number(await grid(page).getAttribute('aria-rowcount'));

    // The focus moves from the filter into the grid, and to both of its ends.
    await page.getByRole('searchbox', { name: 'Filter images' }).focus();
    await page.keyboard.press('ArrowDown');
    await expect(focused(page)).toHaveRole('rowheader');
    await page.keyboard.press('Control+End');
    await expect(page.locator('[role=row]', { has: focused(page) })).toHaveAttribute('aria-rowindex', String(rows));
    await expect(focused(page)).toBeInViewport();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('PageDown');
    await expect(focused(page)).toBeInViewport();
    await page.keyboard.press('Control+Home');

    // A heading sorts, a host's heading opens it.
    for (const key of ['ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    await expect(grid(page).getByRole('columnheader', { name: 'Image' })).toHaveAttribute('aria-sort', 'ascending');
    await page.keyboard.press('Control+Home');

    // A range of two images on two hosts is announced, summed up and deleted, and nothing else is.
    await page.getByRole('searchbox', { name: 'Filter images' }).fill('ubuntu-2');
    await expect(grid(page)).not.toHaveAttribute('aria-rowcount', String(rows));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(page.getByText('4 cells selected')).toBeVisible();
    await expect(grid(page).locator('[aria-selected=true]')).toHaveCount(4);
    const chosen = await grid(page)
      .locator('[aria-selected=true][data-cell=c]')
      .evaluateAll((cells) =>
        cells.map((cell) => `${cell.getAttribute('data-col')} ${cell.getAttribute('data-row')}`.replace('host ', '')),
      );
    const cachedNow = () =>
      cloud.control.hosts.flatMap((host) =>
        host.state().cached.map(({ imageId }) => `${ids[host.name]} image ${imageId}`),
      );
    const before = cachedNow();
    expect(chosen.length).toBeGreaterThan(0);
    await page.getByRole('button', { name: `Delete ${chosen.length}…` }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete from cache' });
    await dialog.getByRole('button', { name: new RegExp(`^Delete ${chosen.length} (copies|images?)`) }).click();
    await expect(dialog.getByRole('status')).toContainText(`${chosen.length} of ${chosen.length} done.`);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const gone = before.filter((cell) => !cachedNow().includes(cell));
    expect(gone.sort()).toEqual(chosen.sort());

    // The grid updates by itself and keeps the selection.
    await expect(grid(page).locator('[aria-selected=true][data-cell=m]')).toHaveCount(4);
    await expect(page.getByRole('button', { name: 'Queue 4 missing…' })).toBeVisible();
    await page.getByRole('button', { name: 'Deselect' }).click();
    await expect(page.getByText('cells selected')).toHaveCount(0);

    // Hosts by their labels; a group is folded into one column.
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Group hosts by').selectOption('label');
    const group = (expanded: boolean) => grid(page).getByRole('columnheader', { name: /^core, 2 hosts/, expanded });
    await expect(group(true)).toBeVisible();
    await expectAccessible(page);
    await group(true).focus();
    await page.keyboard.press('Enter');
    await expect(group(false)).toBeVisible();
    await expect(grid(page)).toHaveAttribute('aria-colcount', '8');
    await expect(grid(page).getByRole('gridcell', { name: /, core: cached on \d of 2/ })).not.toHaveCount(0);

    // The whole grid is exported as a file.
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'JSON file' }).click();
    const file: Record<string, unknown>[] = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
    const answer = await coverage(page);
    expect(file).toHaveLength(answer.images.length);
    const at = answer.hosts.findIndex(({ hostId }) => hostId === ids['glance-03']);
    for (const { imageId, cells } of answer.images) {
      const line = file.find((each) => each['image_id'] === imageId);
      expect(line?.['glance-03']).toBe(words[cells[at] as Letter]);
    }
    await context.close();
  });

  test('hosts without data are shown as unknown, and a filter without matches says so', async ({ page }) => {
    await railLink(page, 'Coverage').click();
    await expect(grid(page)).toBeVisible();
    await expect(page.getByText('edge-lyon-1: unknown')).not.toHaveCount(0);
    await page.getByRole('searchbox', { name: 'Filter images' }).fill('no such image');
    await expect(page.getByRole('heading', { name: 'No matching images' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Show all images' }).click();
    await expect(grid(page).getByRole('gridcell', { name: /glance-01: cached, as of/ })).not.toHaveCount(0);
    await expectAccessible(page);
  });
});
