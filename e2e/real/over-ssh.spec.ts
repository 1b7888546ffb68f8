import { execFile } from 'node:child_process';
import { access, appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from '../accessible.ts';
import { CacheState, overLimit } from './cache-state.ts';
import { expect, expectRow, openHost, rowOf, test } from './fixtures.ts';
import type { RealServers } from './real-cloud.ts';
import type { SshOperator } from './servers/description.ts';

// The programs of real Glance over a real sshd, driven from the pages.

const day = 24 * 60 * 60;
const stray = '11111111-2222-4333-8444-555555555555';
const gone = { code: 'ENOENT' };

test.beforeEach(({ servers }) => {
  test.skip(servers.description.ssh === null, JSON.stringify(servers.description.skipped));
});

async function openDialog(page: Page, host: string, name: 'Prune' | 'Clean'): Promise<Locator> {
  await openHost(page, host);
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await page.getByRole('button', { name: `${name}…` }).click();
  return page.getByRole('dialog', { name });
}

test.describe('glance-a', () => {
  test.use({ seed: { clouds: ['real'], hosts: [{ cloud: 'real', name: 'glance-a' }] } });

  test('ssh access is set up in the settings; the cleaner removes the files that were shown, and the disk is shown by state', async ({
    page,
    servers,
  }) => {
    const host = servers.host('glance-a');
    const cached = await servers.uploadImage(host, 'over-ssh-stays', 100_000);
    await servers.download(host, cached);
    const lost = await servers.uploadImage(host, 'over-ssh-lost', 50_000);
    await servers.download(host, lost);
    await rm(path.join(host.cacheDir ?? '', lost));
    await servers.createCacheFile(host, 'cached', stray, { bytes: 30_000 });
    const invalid = await servers.createCacheFile(host, 'invalid', 'e2e-invalid', { bytes: 2_000 });
    const stalled = await servers.createCacheFile(host, 'incomplete', 'e2e-stalled', { ageSeconds: 2 * day });
    const fresh = await servers.createCacheFile(host, 'incomplete', 'e2e-fresh');

    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Hosts' }).click();
    await page.getByRole('button', { name: /^Edit glance-a/ }).click();
    const edit = page.getByRole('dialog', { name: 'Edit glance-a' });
    await edit.getByRole('radio', { name: 'Custom' }).check();
    const { destination, port, configFiles } = servers.remoteOf(host);
    await edit.getByLabel('Destination').fill(destination);
    await edit.getByLabel('Port').fill(String(port));
    await edit.getByLabel('Become').fill('');
    await edit.getByLabel('Configuration files').fill(configFiles.join('\n'));
    await edit.getByRole('button', { name: 'Test ssh' }).click();
    await expect(edit).toContainText(`Its configured limit is 5.00 MiB; its programs are of Glance ${host.release}.`);
    await edit.getByRole('button', { name: 'Save' }).click();
    await expect(edit).toBeHidden();

    const dialog = await openDialog(page, 'glance-a', 'Clean');
    await expect(dialog.getByRole('radio', { name: /over SSH/ })).toBeChecked();
    const files = dialog.getByRole('table', { name: 'Files to delete' });
    await expect(files.locator('tbody').getByRole('row')).toHaveCount(2);
    await expect(files.getByRole('row', { name: /e2e-invalid/ })).toContainText('1.95 KiB');
    await expect(files.getByRole('row', { name: /e2e-stalled/ })).toContainText('2 d ago');
    for (const file of [invalid, stalled, fresh]) await access(file);
    await dialog.getByRole('button', { name: 'Clean glance-a' }).click();
    await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
    await expect(dialog.getByRole('log')).toContainText('Removed invalid cache file');
    await expectAccessible(page);
    for (const file of [invalid, stalled]) await expect(access(file)).rejects.toMatchObject(gone);
    await access(fresh);
    expect(await servers.filesOf(host)).toEqual([cached, stray].sort());
    await dialog.getByRole('button', { name: 'Done' }).click();

    await page.getByRole('tab', { name: 'On disk' }).click();
    const panel = page.getByRole('tabpanel');
    await expect(panel).toContainText(host.cacheDir ?? '');
    await expect(panel).toContainText(/File system.*free of/);
    await expect(panel).toContainText('Removable by clean');
    await expect(panel).toContainText(`1 file without a record, 29.3 KiB. They count towards the limit`);
    await expect(panel).toContainText(stray);
    await expect(panel).toContainText('1 record without a file.');
    await expect(panel).toContainText(lost);
    const disk = page.getByRole('table', { name: 'Files on disk' });
    await expect(disk.getByRole('row', { name: cached })).toContainText('cached');
    await panel.getByRole('button', { name: /^incomplete 1/ }).click();
    await expect(disk.locator('tbody').getByRole('row')).toHaveCount(1);
    await expect(disk.locator('tbody').getByRole('row')).toContainText('e2e-fresh');
    await expectAccessible(page);
  });
});

/** Plans a clean of glance-a that is refused: the dialog shows the reason and the remedy. */
async function refused(page: Page, servers: RealServers, why: RegExp, remedy: RegExp): Promise<void> {
  const host = servers.host('glance-a');
  const file = await servers.createCacheFile(host, 'invalid', 'e2e-invalid');
  const dialog = await openDialog(page, 'glance-a', 'Clean');
  await expect(dialog).toContainText('Nothing to do.');
  await expect(dialog).toContainText(why);
  await expect(dialog).toContainText(remedy);
  await expect(dialog.getByRole('button', { name: /^Clean/ })).toBeDisabled();
  await access(file);
}

const troubles: { what: string; operator: SshOperator; why: RegExp; remedy: RegExp }[] = [
  {
    what: 'a key that is refused',
    operator: 'keyRefused',
    why: /login rejected. The host accepted no key or password from ssh/,
    remedy: /ssh-add/,
  },
  {
    what: 'a host key that changed',
    operator: 'hostKeyChanged',
    why: /the host key has changed\. Nothing was sent/,
    remedy: /ssh-keygen -R/,
  },
];

for (const { what, operator, why, remedy } of troubles) {
  test.describe(`an operator with ${what}`, () => {
    test.use({ operator, seed: { clouds: ['real'], hosts: [{ cloud: 'real', name: 'glance-a', ssh: true }] } });
    test('gets an explanation and the remedy, and nothing is changed', ({ page, servers }) =>
      refused(page, servers, why, remedy));
  });
}

test.describe('a host that accepts and never answers, a host whose sudo asks for a password, and a healthy host', () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket));
  test.use({
    seed: async ({ servers }, use) => {
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      const { ssh } = servers.description;
      const [sid] = servers.cachingHosts('sid');
      await use({
        clouds: ['real', ...(sid ? ['real-sid' as const] : [])],
        hosts: [
          { cloud: 'real', name: 'glance-a', ssh: ssh ? { port } : false },
          { cloud: 'real', name: 'glance-b', ssh: ssh ? { become: ssh.becomeWantsPassword } : false },
          ...(sid ? [{ cloud: 'real-sid' as const, name: sid.name, ssh: ssh !== null }] : []),
        ],
      });
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    },
  });
  test.beforeEach(({ servers }) => {
    test.skip(servers.cachingHosts('sid').length === 0, JSON.stringify(servers.description.skipped));
  });

  test('are cleaned from the fleet: the failures of two are shown, and the third is cleaned', async ({
    page,
    servers,
  }) => {
    const names = ['glance-a', 'glance-b', 'glance-sid'];
    const files = await Promise.all(
      names.map((name) => servers.createCacheFile(servers.host(name), 'invalid', `e2e-invalid-${name}`)),
    );
    for (const name of names) await expect(rowOf(page, 'Hosts', name)).toContainText('reachable');
    await page.getByRole('button', { name: 'Clean…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clean' });
    const row = (name: string) => dialog.getByRole('row').filter({ hasText: name });
    // ssh itself waits 15 s for a host that does not answer.
    await expect(row('glance-a')).toContainText('sshd did not respond in time');
    await expect(row('glance-a')).toContainText('Check the network');
    await expect(row('glance-b')).toContainText('requires a password, which the console cannot enter');
    await expect(row('glance-b')).toContainText('NOPASSWD');
    await expect(row('glance-sid')).toContainText('1 file:');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Clean glance-sid' }).click();
    await expect(dialog.getByRole('status')).toContainText(/1 of \d done/);
    const [ofA = '', ofB = '', ofSid = ''] = files;
    for (const file of [ofA, ofB]) await access(file);
    await expect(access(ofSid)).rejects.toMatchObject(gone);
  });
});

test.describe('a key with a passphrase', () => {
  test.use({
    operator: 'passphrase',
    seed: { clouds: ['real'], hosts: [{ cloud: 'real', name: 'glance-a', ssh: true }] },
  });
  test('is asked for in the console, and is stored nowhere', async ({ page, servers, console }) => {
    const host = servers.host('glance-a');
    await servers.createCacheFile(host, 'invalid', 'e2e-invalid');
    const dialog = await openDialog(page, 'glance-a', 'Clean');
    const question = page.getByRole('dialog', { name: 'ssh asks for a passphrase' });
    await expect(question).toContainText('locked-id');
    await question.getByRole('textbox', { name: 'Passphrase' }).fill(servers.ssh.passphrase);
    await question.getByRole('button', { name: 'Answer' }).click();
    await expect(question).toBeHidden();
    await expect(dialog.getByRole('table', { name: 'Files to delete' })).toContainText('e2e-invalid');
    for (const name of await readdir(console.dataDirectory)) {
      const { stdout } = await promisify(execFile)('grep', ['-c', '-F', '-e', servers.ssh.passphrase, name], {
        cwd: console.dataDirectory,
      }).catch((error: { stdout: string }) => error);
      expect(stdout.trim(), name).toBe('0');
    }
  });
});

test.describe('a pruner that fails', () => {
  let extra = '';
  test.use({
    seed: async ({ servers }, use) => {
      const directory = await mkdtemp(path.join(tmpdir(), 'glance-cache-console-extra-'));
      extra = path.join(directory, 'extra.conf');
      await writeFile(extra, '[DEFAULT]\n');
      const { configFiles } = servers.host('glance-a').programs;
      const ssh = servers.description.ssh ? { configFiles: [...configFiles, extra] } : false;
      await use({ clouds: ['real'], hosts: [{ cloud: 'real', name: 'glance-a', ssh }] });
      await rm(directory, { recursive: true, force: true });
    },
  });
  test('is explained by its output, and its images stay', async ({ page, servers }) => {
    const host = servers.host('glance-a');
    const state = new CacheState(servers, host, overLimit);
    await state.bring();
    const before = await state.names();
    const dialog = await openDialog(page, 'glance-a', 'Prune');
    const confirm = dialog.getByRole('button', { name: 'Prune 2 images from glance-a' });
    await expect(confirm).toBeEnabled();
    await appendFile(extra, `image_cache_dir = ${extra}/nowhere\n`);
    await confirm.click();
    await expect(dialog.getByRole('status')).toContainText('1 failed');
    await expect(dialog.getByRole('log')).toContainText('Traceback');
    expect(await state.names()).toEqual(before);
  });
});

test.describe('a pruner of Glance 33 that loops for ever', () => {
  test.use({ seed: { clouds: ['real-sid'], hosts: [{ cloud: 'real-sid', name: 'glance-sid', ssh: true }] } });
  test.beforeEach(({ servers }) => {
    test.skip(servers.cachingHosts('sid').length === 0, JSON.stringify(servers.description.skipped));
  });

  test('is cancelled from the page, and ends on the host', async ({ page, servers }) => {
    const host = servers.host('glance-sid');
    const state = new CacheState(servers, host, overLimit);
    await state.bring();
    const dialog = await openDialog(page, 'glance-sid', 'Prune');
    await dialog.getByRole('radio', { name: /^glance-cache-\w+ over SSH/ }).click();
    const confirm = dialog.getByRole('button', { name: 'Prune 2 images from glance-sid' });
    await expect(confirm).toBeEnabled();
    // Added only after the plan, which would refuse otherwise: no prune can bring the cache within its limit any more.
    await servers.createCacheFile(host, 'cached', stray, { bytes: 1.2 * host.limitBytes });
    await confirm.click();
    const log = dialog.getByRole('log', { name: 'Output of glance-sid' });
    await expect(log).toContainText("Pruning 'None' to free 0 bytes");
    expect(await pruners(host.programs.configFiles[0] ?? '')).toHaveLength(1);
    await dialog.getByRole('button', { name: 'Cancel operation' }).click();
    await expect(dialog.getByRole('status')).toContainText('1 cancelled');
    await expect(dialog).toContainText('glance-cache-pruner was cancelled and was stopped on the host.');
    await expect(dialog).toContainText('Deleted until then: 5 images (7.50 MiB).');
    expect(await pruners(host.programs.configFiles[0] ?? '')).toEqual([]);
  });
});

/** The processes of this machine that are pruners with that configuration. */
async function pruners(configFile: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => /^ *\d+ \S*python\S* \S*glance-cache-pruner /.test(line) && line.includes(configFile));
}

test.describe('a queue that nothing fetches', () => {
  test.use({
    env: { NODE_OPTIONS: `--import=${path.join(import.meta.dirname, 'clock-ahead.ts')}` },
    seed: { clouds: ['real'], hosts: [{ cloud: 'real', name: 'glance-a', ssh: true }] },
  });
  test('becomes stalled; the page says that the prefetcher of Glance 25.1 cannot fetch it, which is true', async ({
    page,
    servers,
    console,
  }) => {
    const host = servers.host('glance-a');
    const image = await servers.uploadImage(host, 'over-ssh-queued', 50_000);
    await servers.queueForNobody(host, image);
    await openHost(page, 'glance-a');
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await page.getByRole('tab', { name: 'Queued' }).click();
    await expect(rowOf(page, 'Queued images', image)).toBeVisible();
    console.process.kill('SIGUSR2');
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expectRow(page, 'Queued images', image, { State: /stalled/ });
    await page.getByRole('button', { name: 'Prefetch…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prefetch' });
    await expect(dialog).toContainText(
      'glance-cache-prefetcher of Glance 25.1 fails with an AssertionError when an image is queued, and fetches nothing.',
    );
    await expectAccessible(page);
    const [file = ''] = host.programs.configFiles;
    const ending = await promisify(execFile)('glance-cache-prefetcher', ['--config-file', file]).catch(
      (error: { code: number; stderr: string }) => error,
    );
    expect(ending).toMatchObject({ code: 1, stderr: expect.stringContaining('AssertionError') });
    expect((await servers.cacheList(host)).cached_images).toEqual([]);
  });
});
