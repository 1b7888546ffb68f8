import type { HostTrend, ImageTrend } from '../electron/contract/trends.ts';
import { addHosts, call } from './calls.ts';
import { outsideCloud } from './clouds-file.ts';
import { expect, serveConsole, test } from './fixtures.ts';
import { hostRow, openPalette, palette, paletteField, paletteSelection, railLink } from './page-parts.ts';

// Trends and the search over 64 hosts with 120 images each. `npm run bench` has 2,000 on each host.

test('counts every access on 64 hosts, and finds an image by any part of its id', async ({ browser }) => {
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
});
