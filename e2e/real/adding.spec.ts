import { expect, expectRow, openHost, rowOf, test } from './fixtures.ts';

const mebibyte = 1024 * 1024;

test('adds a cloud from clouds.yaml, pastes its hosts, and shows what real downloads left in their caches', async ({
  page,
  servers,
}) => {
  const [first, second, off] = ['glance-a', 'glance-b', 'glance-off'].map((name) => servers.host(name));
  if (!first || !second || !off) throw new Error('Hosts are missing');
  const [often, once] = [
    await servers.uploadImage(first, 'downloaded-often', 2 * mebibyte),
    await servers.uploadImage(first, 'downloaded-once', mebibyte),
  ];
  for (let time = 0; time < 3; time += 1) await servers.download(first, often);
  await servers.download(second, once);

  await page.getByRole('radio', { name: 'real', exact: true }).check();
  await page.getByRole('button', { name: 'Log in to real' }).click();
  await expect(page.getByRole('region', { name: 'Log in' }).getByRole('status')).toContainText('admin');
  await page.getByRole('button', { name: 'Add hosts' }).click();

  await page.getByRole('button', { name: 'Paste several…' }).click();
  const lines = [`${first.address} glance-a 5MiB`, `${second.address}, glance-b`, `${off.address} glance-off`];
  await page.getByRole('textbox', { name: 'Hosts, one per line' }).fill(lines.join('\n'));
  await page.getByRole('button', { name: 'Add 3 hosts' }).click();
  await page.getByRole('button', { name: 'Open the fleet' }).click();

  const glanceA = { API: '2.16', Cached: '1', Hits: '2', Size: '2.00 MiB', Queued: '0' };
  await expectRow(page, 'Hosts', 'glance-a', glanceA);
  // The column of the limit is hidden when space is short.
  await expect(rowOf(page, 'Hosts', 'glance-a').getByRole('img', { name: '40 % of 5.00 MiB' })).toBeVisible();
  await expectRow(page, 'Hosts', 'glance-b', { API: '2.16', Cached: '1', Hits: '0', Size: '1.00 MiB' });
  await expect(rowOf(page, 'Hosts', 'glance-off')).toContainText('aching');

  await openHost(page, 'glance-a');
  await expectRow(page, 'Cached images', 'downloaded-often', { Size: '2.00 MiB', Hits: '2', Status: '' });
  await openHost(page, 'glance-b');
  await expectRow(page, 'Cached images', 'downloaded-once', { Size: '1.00 MiB', Hits: '0' });
});
