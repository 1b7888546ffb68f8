import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';
import { openHost } from '../page-parts.ts';
import { expect, test } from './fixtures.ts';
import type { RealHost } from './servers/description.ts';

// Schedules of real hosts: written, previewed and run on the page, then by a console without a page. Glance 33 prunes by its own
// API, one Glance 25.1 by glance-cache-pruner over a real sshd, the other by deletion.

const share = 0.4;
const schedules = (page: Page) => page.getByRole('table', { name: 'Schedules', exact: true });
const rail = (page: Page) => page.getByRole('navigation', { name: 'Console' });

test.use({
  seed: async ({ servers }, use) => {
    const [overSsh, byDeletion] = servers.cachingHosts('bookworm');
    const [native] = servers.cachingHosts('sid');
    const seedOf = (host: RealHost | undefined, cloud: 'real' | 'real-sid', ssh: boolean) =>
      host ? [{ cloud, name: host.name, limit: true, ssh }] : [];
    const hosts = [
      ...seedOf(overSsh, 'real', servers.description.ssh !== null),
      ...seedOf(byDeletion, 'real', false),
      ...seedOf(native, 'real-sid', false),
    ];
    await use({ clouds: [...new Set(hosts.map(({ cloud }) => cloud))], hosts });
  },
});

test('a schedule from the page prunes every host and ends the alerts, and a headless console continues it', async ({
  page,
  console,
  servers,
  seed,
  cloudsYaml,
}) => {
  const hosts = seed.hosts.map(({ name }) => servers.host(name));
  const images = new Map<string, string[]>();
  for (const host of hosts) {
    // Hosts of one region share their images.
    const ids = images.get(host.region) ?? [];
    while (ids.length < 4) {
      ids.push(await servers.uploadImage(host, `scheduled-${ids.length}`, Math.round(share * host.limitBytes)));
    }
    images.set(host.region, ids);
  }
  const fill = async () => {
    for (const host of hosts) for (const id of images.get(host.region) ?? []) await servers.download(host, id);
  };
  // A console without a page prunes at the next full minute.
  const isPruned = (host: RealHost) =>
    expect.poll(async () => (await servers.cachedIds(host)).length, { message: host.name, timeout: 120_000 }).toBe(2);
  await fill();

  // Every host is over its limit, and the bell says so.
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  const bell = page.getByRole('button', { name: /^Alerts: / });
  await expect(bell).toHaveAccessibleName(`Alerts: ${hosts.length}`);
  await bell.click();
  const alerts = page.getByRole('dialog', { name: 'Alerts' });
  for (const { name } of hosts) await expect(alerts).toContainText(name);
  await page.keyboard.press('Escape');

  // From a template, saved, and a dry run that names the method of each host.
  await rail(page).getByRole('link', { name: 'Schedules' }).click();
  await page.getByRole('button', { name: /^Prune nightly/ }).click();
  const editor = page.getByRole('dialog', { name: 'New schedule' });
  await expect(editor.getByRole('table', { name: 'Next runs' }).getByRole('row')).toHaveCount(6);
  await editor.getByRole('button', { name: 'Save' }).click();
  await schedules(page).getByRole('link', { name: 'Prune nightly' }).click();
  await page.getByRole('button', { name: 'Dry run…' }).click();
  const dry = page.getByRole('dialog', { name: 'Dry run of Prune nightly' });
  const planned = dry.getByRole('table', { name: 'What will be done' });
  for (const { name } of hosts) await expect(planned).toContainText(name);
  await page.keyboard.press('Escape');
  for (const host of hosts) expect(await servers.cachedIds(host)).toHaveLength(4);

  // The run prunes all of them, and no alert is left.
  await page.getByRole('button', { name: 'Run now…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run Prune nightly now' });
  await dialog.getByRole('button', { name: 'Run now', exact: true }).click();
  const runs = page.getByRole('table', { name: 'Runs', exact: true });
  await expect(runs.getByRole('row', { name: /run now/ })).toContainText('Done');
  for (const host of hosts) await isPruned(host);
  await expect(bell).toHaveAccessibleName('Alerts: none');

  // Every minute instead of at night, for the console without a page.
  await page.getByRole('button', { name: 'Edit…' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit Prune nightly' });
  await edit.getByRole('group', { name: 'When' }).getByRole('button', { name: 'Every N minutes' }).click();
  await edit.getByRole('textbox', { name: 'Every', exact: true }).fill('1');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toHaveCount(0);
  const [first] = hosts;
  await openHost(page, first?.name ?? '');
  await page.getByRole('tab', { name: 'Schedules' }).click();
  await expect(page.getByRole('table', { name: 'Schedules of this host' })).toContainText('Prune nightly');
  await console.end();

  const { PATH = '' } = process.env;
  const { ssh } = servers.description;
  const serve = join(import.meta.dirname, '../../dist/main/serve.js');
  const headless = spawn(
    process.execPath,
    [serve, 'serve', '--headless', '--metrics', '0', '--data', console.dataDirectory],
    {
      env: {
        ...process.env,
        OS_CLIENT_CONFIG_FILE: cloudsYaml,
        NO_PROXY: '*',
        PATH: ssh ? `${ssh.path.good}:${PATH}` : PATH,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const lines: string[] = [];
    for await (const [line] of on(createInterface(headless.stdout), 'line', { close: ['close'] })) {
      lines.push(line);
      if (/is running without a page/.test(line)) break;
    }
    expect(lines).toHaveLength(2);
    await fill();
    for (const host of hosts) await isPruned(host);
    headless.kill('SIGTERM');
    expect(await once(headless, 'exit')).toEqual([0, null]);
  } finally {
    headless.kill('SIGKILL');
  }
});
