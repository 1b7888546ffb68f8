import type { Page } from '@playwright/test';

import { CacheState, overLimit } from './cache-state.ts';
import { expect, expectRow, openHost, test } from './fixtures.ts';

// The three methods of a prune, from the same state of the same host: the host's own API, its own program over a real
// sshd, and deletion by the console. All leave the same images and remove exactly the previewed ones.

const labels = {
  native: 'Cache API',
  ssh: 'glance-cache-pruner over SSH',
  delete: 'Delete individually',
};
const leastRecentlyAccessed = ['second', 'fourth', 'fifth', 'first', 'third'];
const goes = leastRecentlyAccessed.slice(0, 2);
const stays = leastRecentlyAccessed.slice(2);

/** Prunes the host by one method, from its page. Returns the images that the preview named, in its order. */
async function prune(page: Page, host: string, method: keyof typeof labels): Promise<string[]> {
  await openHost(page, host);
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  for (const name of goes) await expectRow(page, 'Cached images', `state-${name}`, { Hits: '0' });
  for (const name of stays) await expectRow(page, 'Cached images', `state-${name}`, { Hits: '1' });
  await page.getByRole('button', { name: 'Prune…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Prune' });
  const radio = dialog.getByRole('radio', { name: labels[method] });
  // Not `check`: the method is selected only once it has a plan.
  await radio.click();
  await expect(radio).toBeChecked();
  // The number is exact, because the host's own limit is known over ssh, whichever method is used.
  const confirm = dialog.getByRole('button', { name: `Prune ${goes.length} images from ${host}`, exact: true });
  await expect(confirm).toBeEnabled();
  const rows = dialog.getByRole('table', { name: 'Images to delete' }).locator('tbody').getByRole('row');
  const previewed = (await rows.allInnerTexts()).map((text) => /state-(\w+)/.exec(text)?.[1] ?? text);
  await confirm.click();
  await expect(dialog).toContainText(`Result matches the preview: ${goes.length} images deleted.`);
  if (method === 'ssh') {
    await expect(dialog.getByRole('log', { name: `Output of ${host}` })).toContainText('Pruned 2 and ');
  }
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  return previewed;
}

test.use({
  seed: async ({ servers }, use) => {
    const hosts = [...servers.cachingHosts('bookworm').slice(0, 1), ...servers.cachingHosts('sid')];
    const cloudOf = { bookworm: 'real', sid: 'real-sid' } as const;
    await use({
      clouds: [...new Set(hosts.map(({ glance }) => cloudOf[glance]))],
      hosts: hosts.map(({ name, glance }) => ({ cloud: cloudOf[glance], name, limit: true, ssh: true })),
    });
  },
});

for (const { glance, name, methods } of [
  { glance: 'sid', name: 'glance-sid', methods: ['native', 'ssh', 'delete'] },
  // Its API has no prune.
  { glance: 'bookworm', name: 'glance-a', methods: ['ssh', 'delete'] },
] as const) {
  test(`${name}: ${methods.join(', ')} leave the same images in the same state, and remove exactly the previewed ones`, async ({
    page,
    servers,
  }) => {
    test.skip(servers.description.ssh === null, JSON.stringify(servers.description.skipped));
    test.skip(servers.cachingHosts(glance).length === 0, JSON.stringify(servers.description.skipped));
    const state = new CacheState(servers, servers.host(name), overLimit);
    for (const method of methods) {
      await test.step(method, async () => {
        await state.bring();
        expect(await state.names()).toEqual(leastRecentlyAccessed);
        expect(await prune(page, name, method)).toEqual(goes);
        expect(await state.names()).toEqual(stays);
        expect(await state.onDisk()).toEqual([...stays].sort());
      });
    }
  });
}
