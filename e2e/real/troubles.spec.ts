import { expect, expectRow, openHost, rowOf, test } from './fixtures.ts';
import type { RealCloudName } from './real-cloud.ts';

/** What can be wrong with a login or a host, as the affected row shows it. */
const troubles: { cloud: RealCloudName; host: string; what: string; words: RegExp[] }[] = [
  {
    cloud: 'real-member',
    host: 'glance-a',
    what: 'a login without the role admin',
    words: [/member \(roles.*member.*\) is not allowed to list/, /Log in with the admin role/],
  },
  {
    cloud: 'real-wrong-password',
    host: 'glance-a',
    what: 'a wrong password',
    words: [/Keystone rejected .*admin/, /password/],
  },
  {
    cloud: 'real-expired-token',
    host: 'glance-a',
    what: 'an expired token',
    words: [/(Keystone rejected .*token|the token has expired)/, /expired/],
  },
  {
    cloud: 'real',
    host: 'glance-off',
    what: 'a host with caching off',
    words: [/caching is off: image_cache_dir is not set/, /image_cache_dir/],
  },
];

for (const { cloud, host, what, words } of troubles) {
  test.describe(what, () => {
    const clouds: RealCloudName[] = [...new Set<RealCloudName>([cloud, 'real'])];
    const hosts = [
      { cloud, name: host },
      { cloud: 'real' as const, name: 'glance-b' },
    ];
    test.use({ seed: { clouds, hosts } });

    test('is shown on the row of its host, and affects no other host', async ({ page, servers }) => {
      const other = servers.host('glance-b');
      const id = await servers.uploadImage(other, 'elsewhere', 100_000);
      await servers.download(other, id);
      await page.getByRole('button', { name: 'Refresh', exact: true }).click();
      for (const text of words) await expect(rowOf(page, 'Hosts', host)).toContainText(text);
      await expectRow(page, 'Hosts', 'glance-b', { Cached: '1', API: '2.16' });

      await openHost(page, host);
      for (const text of words) await expect(page.getByRole('main')).toContainText(text);
      await expect(page.getByRole('table', { name: 'Cached images' })).toHaveCount(0);
    });
  });
}

test.describe('an application credential', () => {
  const cloud = 'real-application-credential';
  test.use({ seed: { clouds: [cloud], hosts: [{ cloud, name: 'glance-a' }] } });

  test('works as well as a password', async ({ page, servers }) => {
    const host = servers.host('glance-a');
    await servers.download(host, await servers.uploadImage(host, 'by-credential', 100_000));
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expectRow(page, 'Hosts', 'glance-a', { Cached: '1', API: '2.16' });
  });
});

test.describe('tokens that last three seconds', () => {
  const cloud = 'real-short-lived-tokens';
  test.use({ seed: { clouds: [cloud], hosts: [{ cloud, name: 'glance-a' }] } });

  test('are renewed unnoticed', async ({ page, servers }) => {
    const host = servers.host('glance-a');
    await expectRow(page, 'Hosts', 'glance-a', { Cached: '0', API: '2.16' });
    // A token that was issued after the console's first one has expired, so the console's has expired too.
    await servers.expiredToken();
    await servers.download(host, await servers.uploadImage(host, 'later', 100_000));
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expectRow(page, 'Hosts', 'glance-a', { Cached: '1', API: '2.16' });
  });
});
