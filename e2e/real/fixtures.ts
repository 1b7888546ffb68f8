import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import type { RemoteAccess } from '../../electron/contract/remote.ts';
import { type SettingsFile, settingsFile } from '../../electron/contract/settings.ts';
import { test as base, serveConsole } from '../fixtures.ts';
import { type RealCloudName, RealServers } from './real-cloud.ts';
import type { SshOperator } from './servers/description.ts';

/** The settings with which a test's console starts. Hosts are named as in the real cloud. */
export type Seed = {
  clouds: RealCloudName[];
  hosts: {
    cloud: RealCloudName;
    name: string;
    limit?: boolean;
    /** Whether the host's programs can be run over ssh; or the access, if it is not the usual one. */
    ssh?: boolean | Partial<RemoteAccess>;
  }[];
};

type WorkerFixtures = { servers: RealServers; cloudsYaml: string };
type TestFixtures = {
  seed: Seed;
  /** Which ~/.ssh the operator has; none if there is no sshd. */
  operator: SshOperator;
  /** Additional environment variables of the console. */
  env: Record<string, string>;
  emptied: undefined;
};

/** Tests with a console each, against real servers whose caches are empty at the start of each test. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its first parameter.
    async ({}, use) => {
      await use(await RealServers.connect());
    },
    { scope: 'worker' },
  ],
  cloudsYaml: [
    async ({ servers }, use) => {
      const directory = await mkdtemp(path.join(tmpdir(), 'glance-cache-console-clouds-'));
      await use(await servers.writeCloudsYaml(directory));
      await rm(directory, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  seed: [{ clouds: [], hosts: [] }, { option: true }],
  operator: ['good', { option: true }],
  env: [{}, { option: true }],
  emptied: [
    async ({ servers }, use) => {
      for (const host of servers.cachingHosts()) {
        await servers.clear(host);
        await servers.removeLeftFiles(host);
      }
      await use(undefined);
    },
    { auto: true },
  ],
  console: async ({ servers, cloudsYaml, seed, operator, env, emptied: _ }, use) => {
    const dataDirectory = await mkdtemp(path.join(tmpdir(), 'glance-cache-console-data-'));
    const settings = JSON.stringify(settingsOf(seed, servers));
    await writeFile(path.join(dataDirectory, 'settings.json'), settings, { mode: 0o600 });
    try {
      await using served = await serveConsole({
        mode: 'serve',
        dataDirectory,
        env: { OS_CLIENT_CONFIG_FILE: cloudsYaml, NO_PROXY: '*', ...sshOf(servers, operator), ...env },
      });
      await use(served);
    } finally {
      await rm(dataDirectory, { recursive: true, force: true });
    }
  },
});

function sshOf({ description }: RealServers, operator: SshOperator): Record<string, string> {
  const { PATH = '' } = process.env;
  return description.ssh ? { PATH: `${description.ssh.path[operator]}:${PATH}` } : {};
}

function settingsOf(seed: Seed, servers: RealServers): SettingsFile {
  return settingsFile.parse({
    clouds: seed.clouds.map((name) => ({ id: name, name, source: { kind: 'cloudsYaml', cloudName: name } })),
    hosts: seed.hosts.map(({ cloud, name, limit = false, ssh = false }) => {
      const host = servers.host(name);
      const { address, limitBytes } = host;
      const remote = ssh === false ? null : { ...servers.remoteOf(host), ...(ssh === true ? {} : ssh) };
      return { id: name, cloudId: cloud, name, address, limitBytes: limit ? limitBytes : null, note: '', remote };
    }),
  });
}

/** The row of a table with a cell of exactly this text, such as a name or an id. */
export function rowOf(page: Page, table: string, text: string): Locator {
  return page
    .getByRole('table', { name: table })
    .getByRole('row')
    .filter({ has: page.getByText(text, { exact: true }) });
}

/** Waits until the row with this text has these cells, by the headings of their columns. */
export async function expectRow(
  page: Page,
  table: string,
  text: string,
  cells: Record<string, string | RegExp>,
): Promise<void> {
  const row = rowOf(page, table, text);
  await expect(row).toBeVisible();
  const headings = await page.getByRole('table', { name: table }).getByRole('columnheader').allInnerTexts();
  // The heading of the sorted column has an arrow on a second line.
  const names = headings.map((heading) => (heading.split('\n')[0] ?? '').trim().toLowerCase());
  for (const [heading, content] of Object.entries(cells)) {
    const index = names.indexOf(heading.toLowerCase());
    if (index < 0) throw new Error(`No column ${heading} among ${names.join(', ')}`);
    await expect(row.getByRole('cell').nth(index), `${text}: ${heading}`).toHaveText(content);
  }
}

/** Opens a host's page by its link in the navigation. */
export async function openHost(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

export { expect };
