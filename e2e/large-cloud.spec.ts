import type { HostTrend, ImageTrend } from '../electron/contract/trends.ts';
import { addHosts, call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { compare, coverage, grid, isDown, scrolledThrough, truthOf, words } from './coverage-cells.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { hostRow, openPalette, palette, paletteField, paletteSelection, railLink } from './page-parts.ts';

// Trends, the search and the coverage over 64 hosts with 120 images each. `npm run bench` has 2,000 on each host.

test('on 64 hosts every access is counted, an image is found by any part of its id, and every cell of the coverage shows what its host lists', async ({
  browser,
}) => {
  await using outside = await outsideCloud({ hosts: 64, images: 120 });
  const { control } = outside.cloud;
  for (const host of control.hosts) host.holdFetches();
  await using served = await serveConsole({ mode: 'serve', env: outside.env });
  await using context = await browser.newContext({ viewport: { width: 1680, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(served.url);
  const ids = await addHosts(page, outside);
  await railLink(page, 'Fleet').click();

  await test.step('counts every access and shows it in the fleet', async () => {
    const reachable = control.hosts.filter((host) => host.state().cached.length > 50);
    const seen = new Set<string>();
    for (const host of reachable) {
      const trend = await call<HostTrend>(page, 'trends/host', { id: ids[host.name], span: '6h' });
      if (trend.points.length > 0) seen.add(host.name);
    }
    expect(seen.size).toBeGreaterThan(55);

    // Each image of each host is read once, twice or three times.
    const byHost = new Map<string, number>();
    const byImage = new Map<string, number>();
    for (const host of reachable.filter(({ name }) => seen.has(name))) {
      let sum = 0;
      for (const [index, { imageId }] of host.state().cached.entries()) {
        const times = 1 + (index % 3);
        for (let count = 0; count < times; count += 1) host.node.cache.hit(imageId);
        sum += times;
        byImage.set(imageId, (byImage.get(imageId) ?? 0) + times);
      }
      byHost.set(host.name, sum);
    }
    await call(page, 'hosts/refresh', {});
    const hitsOnPage = new Map<string, number>();
    for (const name of seen) {
      const { bars } = await call<HostTrend>(page, 'trends/host', { id: ids[name], span: '24h' });
      hitsOnPage.set(
        name,
        bars.reduce((sum, { hits }) => sum + (hits ?? 0), 0),
      );
    }
    expect(hitsOnPage).toEqual(byHost);
    for (const [imageId, sum] of [...byImage].slice(0, 5)) {
      const { hosts } = await call<ImageTrend>(page, 'trends/image', { imageId, span: '24h' });
      expect(hosts.reduce((all, { hits }) => all + hits, 0)).toBe(sum);
    }
    await page.reload();
    const [name = ''] = seen;
    await expect(hostRow(page, name).getByRole('img', { name: /[1-9][\d,]* hits since/ })).toBeVisible();
    const { bytes } = await call<{ bytes: number }>(page, 'trends/retention', {});
    expect(bytes).toBeLessThan(40 * 2 ** 20);
  });

  await test.step('finds an image by its name and by any part of its id, and its page agrees with the hosts', async () => {
    const hosts = control.hosts.map((host) => host.state());
    const image = control.images().find(({ id }) => {
      const on = hosts.filter(({ cached }) => cached.some(({ imageId }) => imageId === id)).length;
      return on > 5 && on < 40;
    });
    if (!image) throw new Error('No image is on some of the hosts only');
    await openPalette(page);
    const [start, middle] = [image.id.slice(0, 8), image.id.slice(9, 23)];
    for (const typed of [image.id, start, middle, image.id.replaceAll('-', ''), `"${image.id.toUpperCase()}"`]) {
      await paletteField(page).fill(typed);
      const found = palette(page).getByRole('button', { name: new RegExp(image.id) });
      await expect(found).toContainText(/cached on \d+(, queued on \d+)? of 64 hosts/);
    }
    await expect(paletteSelection(page)).toContainText(image.id);
    await page.keyboard.press('Enter');

    const table = page.getByRole('table', { name: 'Hosts', exact: true });
    await expect(table).toHaveAttribute('aria-rowcount', '65');
    const filter = page.getByRole('searchbox', { name: 'Filter hosts', exact: true });
    await filter.fill('zzz');
    await expect(page.getByRole('heading', { name: 'No matching hosts', exact: true })).toBeVisible();
    const having = control.hosts.filter((_, at) => hosts[at]?.cached.some(({ imageId }) => imageId === image.id));
    for (const { name } of having.slice(0, 5)) {
      await filter.fill(name);
      await expect(table.getByRole('row', { name: new RegExp(`\\b${name}\\b`) })).toContainText(/cached|unknown/);
    }
  });

  await test.step('every cell of the coverage shows what its host lists, and what is missing is queued', async () => {
    await railLink(page, 'Coverage').click();
    await expect(page.getByRole('heading', { name: 'Coverage' })).toBeVisible();
    await expect(grid(page)).toHaveAttribute('aria-colcount', String(64 + 5));

    // All cells, as the page receives them.
    const truth = truthOf(outside.cloud, ids);
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
    expect(held).toBe(control.host('glance-01').state().cached.length);
    await expect(
      grid(page).getByRole('gridcell', {
        name: `glance-01: ${held.toLocaleString('en-US')} cached, ${lacks.toLocaleString('en-US')} missing`,
      }),
    ).toBeVisible();

    // A host goes down: its cells show the last known state in the past tense, and are not counted.
    const down = control.host('glance-02');
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
    const image = control.images().find(({ id }) => {
      const missing = answer.hosts.filter(({ hostId }) => truth.letter(hostId, id) === 'm');
      return missing.length > 4 && missing.length < 40;
    });
    if (!image) throw new Error('The cloud has no image that is missing somewhere');
    const missingOn = () =>
      control.hosts.filter((host) => {
        const { cached, queued } = host.state();
        return (
          ids[host.name] !== undefined && !queued.includes(image.id) && !cached.some((c) => c.imageId === image.id)
        );
      });
    const wanted = missingOn().filter((host) => !isDown(host.name)).length;
    await page.getByRole('searchbox', { name: 'Filter images' }).fill(image.id);
    const head = grid(page).getByRole('rowheader', { name: image.name ?? image.id });
    await head.click({ modifiers: ['ControlOrMeta'] });
    await expect(page.getByText('64 cells selected')).toBeVisible();
    for (const host of control.hosts) host.releaseFetches();
    await page.getByRole('button', { name: `Queue ${wanted} missing…` }).click();
    const dialog = page.getByRole('dialog', { name: 'Queue images' });
    await dialog.getByRole('button', { name: `Queue 1 image on ${wanted} hosts` }).click();
    await expect.poll(() => missingOn().filter((host) => !isDown(host.name)).length).toBe(0);
    await dialog.getByRole('button', { name: /Done|background/ }).click();
  });
});
