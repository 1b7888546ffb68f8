import { expect, test } from 'vitest';
import { scheduleDraft } from '../../electron/contract/schedules.ts';
import { testServices, until } from '../../electron/services/testing/test-services.ts';
import { RealServers } from '../real/real-cloud.ts';
import type { RealHost } from '../real/servers/description.ts';

// Two consoles on one real host: what the schedule of the first prunes is a removal by something else for the second. An image
// that is deleted in Glance leaves the cache too, and is none.

const servers = await RealServers.connect();
const share = 0.4;
const [bookworm] = servers.cachingHosts('bookworm');
const [sid] = servers.cachingHosts('sid');
const hosts = [...(sid ? [sid] : []), ...(bookworm ? [bookworm] : [])];

async function consoleOf(host: RealHost, consoleName: string) {
  const console = await testServices({ consoleName, timings: { earlierRequests: 0 }, env: { NO_PROXY: '*' } });
  const { client, services } = console;
  await client.preferences.update({ refreshPaused: true });
  const { authUrl, admin } = servers.description;
  const { username, password, project: projectName } = admin;
  const { id: cloudId } = await client.clouds.add({
    name: 'real',
    source: {
      kind: 'typed',
      login: { kind: 'password', authUrl, username, projectName, userDomain: 'Default', projectDomain: 'Default' },
      connection: { interface: 'public', verify: true, regionName: host.region },
    },
    secret: password,
  });
  const { address, name, limitBytes } = host;
  const { id: hostId } = await client.hosts.add({ cloudId, address, name, limitBytes });
  await client.hosts.refresh({});
  await expect
    .poll(() => services.fleet.images(hostId).cached.map(({ catalogStatus }) => catalogStatus), { timeout: 30_000 })
    .toEqual(['known', 'known', 'known', 'known']);
  const removals = async () => (await client.hostJobs.list({})).removals;
  return Object.assign(console, { hostId, removals });
}

test.for(hosts.map((host) => ({ name: `${host.name} (Glance ${host.release})`, host })))(
  '$name: what one console prunes is a removal by something else for the other one, a deletion in Glance is not',
  { timeout: 120_000 },
  async ({ host }) => {
    await servers.clear(host);
    const images: string[] = [];
    for (let count = 1; count <= 4; count += 1) {
      images.push(await servers.uploadImage(host, `shared-${count}`, Math.round(share * host.limitBytes)));
    }
    for (const imageId of images) await servers.download(host, imageId);
    await using first = await consoleOf(host, 'ops-1');
    await using second = await consoleOf(host, 'ops-2');
    const events = await second.client.events({});
    /** Polls until the second console has read the catalogue again and judged what is gone. */
    const refreshUntil = async (type: 'hostJobs' | 'catalogue') => {
      for (const { client } of [first, first, second, second]) await client.hosts.refresh({});
      for (let seen = ''; seen !== type; ) {
        seen = (await until(events, (event) => event.type === 'catalogue' || event.type === type)).type;
        if (seen === 'catalogue') await second.client.hosts.refresh({});
      }
    };

    const [gone = ''] = images;
    await servers.deleteImage(host, gone);
    await servers.untilCache(host, 'to lack the deleted image', (list) =>
      list.cached_images.every(({ image_id: id }) => id !== gone),
    );
    await refreshUntil('catalogue');
    expect(await second.removals()).toEqual([]);

    const draft = scheduleDraft.parse({
      name: 'Prune',
      action: { kind: 'prune' },
      targets: { hosts: { kind: 'all' } },
      trigger: { kind: 'daily', at: '02:30' },
      limits: { images: null, percent: null },
    });
    const { id } = await first.client.schedules.save({ draft });
    await first.client.schedules.runNow({ id });
    await expect
      .poll(async () => (await first.client.schedules.runs({ limit: 1 })).runs[0]?.outcome, { timeout: 30_000 })
      .toBe('done');
    expect(await servers.cachedIds(host)).toHaveLength(2);
    await refreshUntil('hostJobs');
    expect(await second.removals()).toMatchObject([{ hostId: second.hostId, removed: { images: 1 } }]);
    expect(await first.removals()).toEqual([]);
    for (const imageId of images.slice(1)) await servers.deleteImage(host, imageId);
  },
);
