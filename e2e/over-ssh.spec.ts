import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonWithoutSshd, TestSshd } from '../electron/ssh/testing/sshd.ts';
import { expectAccessible } from './accessible.ts';
import { addHosts } from './calls.ts';
import { type OutsideCloud, outsideCloud } from './clouds-file.ts';
import { test as base, expect, type ServedConsole, serveConsole } from './fixtures.ts';

// The programs of a host, run from the pages over a real sshd on the loopback interface.

const test = base.extend<{ outside: OutsideCloud; sshd: TestSshd; console: ServedConsole }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it so
  outside: async ({}, use) => {
    await using outside = await outsideCloud();
    await use(outside);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it so
  sshd: async ({}, use) => {
    const why = reasonWithoutSshd();
    test.skip(why !== undefined, why);
    const sshd = await TestSshd.start();
    await use(sshd);
    await sshd.stop();
  },
  console: async ({ outside, sshd }, use) => {
    const { PATH = '' } = sshd.env;
    await using served = await serveConsole({ mode: 'serve', env: { ...outside.env, PATH } });
    await use(served);
  },
});

test('ssh access is set up and tested, the host key is confirmed, and a clean lists its files and the program’s output', async ({
  page,
  outside,
  sshd,
}) => {
  const cache = join(sshd.directory, 'cache');
  for (const name of ['invalid', 'incomplete']) await mkdir(join(cache, name), { recursive: true });
  const configuration = join(sshd.directory, 'glance-api.conf');
  await writeFile(configuration, `[DEFAULT]\nimage_cache_dir = ${cache}\nimage_cache_max_size = 5000\n`);
  await writeFile(join(cache, 'invalid', 'bad'), 'xxxx');
  await writeFile(join(cache, 'incomplete', 'fresh'), 'x');
  await writeFile(join(cache, 'incomplete', 'stalled'), 'xx');
  const old = Date.now() / 1_000 - 2 * 86_400;
  await utimes(join(cache, 'incomplete', 'stalled'), old, old);
  const version = 'if [ "$1" = --version ]; then echo 25.1.0; exit 0; fi\n';
  for (const name of ['pruner', 'prefetcher']) await sshd.program(`glance-cache-${name}`, version);
  await sshd.program(
    'glance-cache-cleaner',
    `${version}echo Looking through ${cache}\nrm ${cache}/invalid/bad ${cache}/incomplete/stalled\necho Removed 2 files >&2`,
  );
  await sshd.configureClient({ knownKey: null });

  await addHosts(page, outside);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Hosts' }).click();
  await page.getByRole('button', { name: /^Edit glance-03/ }).click();
  const edit = page.getByRole('dialog', { name: 'Edit glance-03' });
  await edit.getByRole('radio', { name: 'Custom' }).check();
  await edit.getByLabel('Destination').fill('127.0.0.1');
  await edit.getByLabel('Port').fill(String(sshd.port));
  await edit.getByLabel('Become').fill('');
  await edit.getByLabel('Configuration files').fill(configuration);
  await edit.getByRole('button', { name: 'Test ssh' }).click();
  const question = page.getByRole('dialog', { name: 'Is this the right host?' });
  await expect(question).toContainText('SHA256:');
  await expectAccessible(page);
  await question.getByRole('button', { name: 'Trust this host' }).click();
  await expect(question).toBeHidden();
  await expect(edit).toContainText('Its configured limit is 4.88 KiB');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toBeHidden();

  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'glance-03' }).click();
  await expect(page.getByText('prune and clean over SSH')).toBeVisible();
  await page.getByRole('button', { name: 'Clean…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clean' });
  await expect(dialog.getByRole('radio', { name: /over SSH/ })).toBeChecked();
  const files = dialog.getByRole('table', { name: 'Files to delete' });
  await expect(files.locator('tbody').getByRole('row')).toHaveCount(2);
  await expect(files.getByRole('row', { name: /stalled/ })).toContainText('2 d ago');
  await expectAccessible(page);
  expect(await readdir(join(cache, 'invalid'))).toEqual(['bad']);
  await dialog.getByRole('button', { name: 'Clean glance-03' }).click();
  // The console lists the files of the host before and after the clean.
  await expect(dialog.getByRole('status')).toContainText('1 of 1 done');
  const output = dialog.getByRole('log', { name: 'Output of glance-03' });
  await expect(output).toContainText('Looking through');
  await expect(output).toContainText('Removed 2 files');
  await expectAccessible(page);
  expect(await readdir(join(cache, 'invalid'))).toEqual([]);
  expect(await readdir(join(cache, 'incomplete'))).toEqual(['fresh']);
  await dialog.getByRole('button', { name: 'Done' }).click();

  // The files on disk, and where they differ from the list of the host.
  await page.getByRole('tab', { name: 'On disk' }).click();
  await expect(page.getByRole('tabpanel')).toContainText(cache);
  await expect(page.getByRole('tabpanel')).toContainText(/\d+ records without a file/);
  await expect(page.getByRole('table', { name: 'Files on disk' })).toContainText('fresh');
  await expectAccessible(page);
});

test('ssh access of a cloud applies to all of its hosts', async ({ page, outside, sshd }) => {
  await addHosts(page, outside);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Clouds' }).click();
  await page.getByRole('button', { name: 'Change the remote access of production' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remote access of production' });
  await dialog.getByRole('radio', { name: 'Over SSH' }).check();
  await dialog.getByLabel('Port').fill('a port');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toContainText('A number from 1 to 65535.');
  await dialog.getByLabel('Port').fill(String(sshd.port));
  await dialog.getByLabel('Become').fill('');
  await dialog.getByRole('button', { name: 'Test ssh' }).click();
  await expect(dialog.getByRole('list', { name: 'Steps' })).toContainText('Login');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'glance-03' }).click();
  await expect(page.getByText('prune and clean over SSH')).toBeVisible();
});
