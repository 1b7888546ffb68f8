import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron as electron, expect, test } from '@playwright/test';
import { electronVersion, findElectron } from '../../scripts/electron-binary.ts';

const repository = join(import.meta.dirname, '../..');
const executablePath = findElectron(process.env);

test.skip(
  executablePath === undefined,
  `Electron ${electronVersion} is not on this machine: its window is not tried here`,
);

/** The desktop console on fresh data, with its first window. */
async function launch() {
  const data = await mkdtemp(join(tmpdir(), 'console-electron-'));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await electron.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...asRoot, repository, '--data', data],
  });
  const page = await app.firstWindow();
  return {
    app,
    page,
    async [Symbol.asyncDispose]() {
      await app.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

test('the window shows the console, over its own origin and a message port', async () => {
  await using desktop = await launch();
  await expect(desktop.page).toHaveURL(/^app:\/\/console\//);
  await expect(desktop.page.getByRole('navigation', { name: 'Console' })).toBeVisible();
  await desktop.page.reload();
  await expect(desktop.page.getByRole('navigation', { name: 'Console' })).toBeVisible();
});

test('the page has no access to Node and cannot navigate elsewhere', async () => {
  await using desktop = await launch();
  const { page } = desktop;
  const found = await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis));
  expect(found).toEqual([]);
  await page.evaluate(() => {
    location.href = 'https://example.org/';
    window.open('https://example.org/');
  });
  await expect(page).toHaveURL(/^app:\/\/console\//);
  expect(desktop.app.windows()).toHaveLength(1);
});
