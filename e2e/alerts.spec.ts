import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from './accessible.ts';
import { call } from './calls.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';
import { openHost, railLink } from './page-parts.ts';

// Alerts of the demo from the bell to the host, and the jobs of a host. An ssh that runs commands on this machine, which has
// no job for a Glance cache, stands in for the host's own.

const localSsh = '#!/bin/sh\nfor last; do [ "$last" = -N ] && exit 0; done\nexec sh -c "$last"\n';

const test = base.extend<{ console: ServedConsole }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it so
  console: async ({}, use) => {
    const bin = await mkdtemp(join(tmpdir(), 'console-ssh-'));
    await writeFile(join(bin, 'ssh'), localSsh, { mode: 0o700 });
    await using served = await serveConsole({ mode: 'demo', env: { PATH: `${bin}:${process.env['PATH']}` } });
    await use(served);
    await rm(bin, { recursive: true });
  },
});

test('an alert in the bell links to its host, is acknowledged, muted and turned off, and a host that nothing prunes is named', async ({
  page,
}) => {
  // Whether a host reaches its limit soon depends on the time of day.
  await call(page, 'preferences/update', { alerts: { timeToLimit: { enabled: false } } });
  const bell = (count: number | 'none') => page.getByRole('button', { name: `Alerts: ${count}`, exact: true });
  const alerts = page.getByRole('list', { name: 'Firing alerts' });
  const alert = (title: string) =>
    alerts.getByRole('listitem').filter({ has: page.getByRole('link', { name: title, exact: true }) });
  const over = 'glance-03 is over its limit';
  const stalled = 'glance-04: 1 queued image is stalled';

  // The bell counts what fires, and says since when and what to do.
  await bell(2).click();
  await expect(alert(over).locator('time')).toHaveText(/ ago$|^just now$/);
  await expect(alert(over)).toContainText('Prune the host, or schedule a prune.');
  await expectAccessible(page);
  await alert(over).getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'glance-03', level: 1 })).toBeVisible();

  // What was acknowledged or muted is still listed, and not counted.
  await bell(2).click();
  await page.getByRole('button', { name: `Acknowledge: ${over}` }).click();
  await expect(alert(over)).toContainText('Acknowledged');
  await page.getByRole('button', { name: `Mute: ${stalled}` }).click();
  await page.getByRole('menuitem', { name: 'For a day' }).click();
  await expect(alert(stalled)).toContainText('Muted until');
  await expect(page.getByRole('heading', { name: 'No alerts · 2 acknowledged or muted' })).toBeVisible();

  // A rule that is off clears its alerts.
  await page.getByRole('dialog', { name: 'Alerts' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('switch', { name: 'Queue stalled' }).press('Space');
  await bell('none').click();
  await expect(alerts.getByRole('listitem')).toHaveCount(1);
  await page.keyboard.press('Escape');

  // The jobs on a host say whether anything prunes it, and the Fleet page counts the hosts that nothing does.
  const id = (await railLink(page, 'glance-03').getAttribute('href'))?.split('/').at(-1);
  await call(page, 'hosts/update', { id, remote: { destination: 'glance-03' } });
  await openHost(page, 'glance-03');
  await page.getByRole('tab', { name: 'Schedules' }).click();
  await page.getByRole('button', { name: 'Read jobs' }).click();
  await expect(page.getByText('No job on this host prunes its cache.')).toBeVisible();
  await expectAccessible(page);
  await railLink(page, 'Fleet').click();
  await page.getByRole('link', { name: 'nothing prunes 1 host' }).click();
  await expect(page.getByRole('heading', { name: 'Schedules', level: 1 })).toBeVisible();
});
