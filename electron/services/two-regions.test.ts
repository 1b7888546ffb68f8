import { describe, expect, it } from 'vitest';
import { goldenRule } from '../contract/golden.ts';
import { wasteConditions } from '../contract/waste.ts';
import { type HostSpec, startDemoCloud } from '../demo/simulated-cloud.ts';
import { testServices } from './testing/test-services.ts';

// Two hosts of one region and three of two others, each region with its own Glance database.

const specs: HostSpec[] = [
  { name: 'one-a', release: '33', fill: 'ordinary' },
  { name: 'one-b', release: '25', fill: 'ordinary' },
  { name: 'two-a', release: '33', fill: 'ordinary', region: 'RegionTwo' },
  { name: 'two-b', release: '18', fill: 'small', region: 'RegionTwo' },
  { name: 'three-a', release: '25', fill: 'ordinary', region: 'RegionThree' },
];

async function mixedFleet(stated: boolean) {
  const cloud = await startDemoCloud({ hosts: specs, images: 20, traffic: false, fetchBytesPerSecond: 1e12 });
  const console = await testServices();
  const { client } = console;
  const { password, ...login } = cloud.login.admin;
  const { id: cloudId } = await client.clouds.add({
    name: 'Outside',
    source: { kind: 'typed', login: { kind: 'password', authUrl: cloud.authUrl, ...login }, connection: {} },
    secret: password,
  });
  const ids: Record<string, string> = {};
  for (const { name, address, region } of cloud.hosts) {
    ids[name] = (await client.hosts.add({ cloudId, name, address, ...(stated ? { region } : {}) })).id;
  }
  await client.hosts.refresh({});
  await expect
    .poll(
      async () => {
        const lists = await Promise.all(Object.values(ids).map((id) => client.hosts.images({ id })));
        return lists.flatMap(({ cached }) => cached).filter(({ catalogStatus }) => catalogStatus === 'unchecked')
          .length;
      },
      { timeout: 20_000 },
    )
    .toBe(0);
  const hosts = (await console.state()).hosts;
  return {
    cloud,
    client,
    cloudId,
    hosts,
    id: (name: string) => ids[name] ?? '',
    service: (name: string) => hosts.find((host) => host.name === name)?.imageServiceId ?? '',
    /** The images that a host has cached and its own Glance does not have. */
    orphansOf: ({ name }: { name: string }) => {
      const own = new Set(
        cloud.control.images(specs.find((spec) => spec.name === name)?.region).map((image) => image.id),
      );
      const { cached } = cloud.control.host(name).state();
      return cached.filter(({ imageId }) => !own.has(imageId)).map(({ imageId }) => imageId);
    },
    async [Symbol.asyncDispose]() {
      await console[Symbol.asyncDispose]();
      await cloud.close();
    },
  };
}

describe.each([
  ['nothing stated', false],
  ['the regions stated', true],
])('hosts of three image services in one cloud, %s', (_, stated) => {
  it('are grouped by service, and only what the own Glance does not have is an orphan or waste', async () => {
    await using fleet = await mixedFleet(stated);
    expect(new Set(fleet.hosts.map(({ imageServiceId }) => imageServiceId)).size).toBe(3);
    expect(fleet.service('one-a')).toBe(fleet.service('one-b'));
    expect(fleet.service('two-a')).toBe(fleet.service('two-b'));
    const real: string[] = [];
    for (const host of fleet.hosts) {
      const { cached } = await fleet.client.hosts.images({ id: host.id });
      const orphans = cached.filter(({ catalogStatus }) => catalogStatus === 'orphan').map(({ imageId }) => imageId);
      expect(orphans.sort()).toEqual(fleet.orphansOf(host).sort());
      expect(cached.length).toBeGreaterThan(orphans.length);
      expect(host.totals?.orphans).toBe(orphans.length);
      real.push(...orphans.map((imageId) => `${host.id} ${imageId}`));
    }
    const conditions = wasteConditions.parse({ orphan: true });
    const { targets } = await fleet.client.waste.targets({ conditions, images: null });
    expect(targets.map(({ hostId, imageId }) => `${hostId} ${imageId}`).sort()).toEqual(real.sort());
  });

  it('have nothing to cache of another service, and queue what their own has', async () => {
    await using fleet = await mixedFleet(stated);
    const { client, cloud } = fleet;
    const own = cloud.control.addImage({ name: 'only-in-two' }, 'RegionTwo');
    await client.hosts.refresh({});
    const at = fleet.id('two-a');
    await expect
      .poll(
        async () => {
          const { images } = await client.clouds.catalogue({ imageServiceId: fleet.service('two-a') });
          return images.some(({ id }) => id === own.id);
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    const first = await client.clouds.catalogue({ imageServiceId: fleet.service('one-a') });
    expect(first.images.some(({ id }) => id === own.id)).toBe(false);
    const { hosts, images } = await client.coverage.get({});
    const row = images.find(({ imageId }) => imageId === own.id);
    const cell = (name: string) => row?.cells[hosts.findIndex(({ hostId }) => hostId === fleet.id(name))];
    expect(['one-a', 'two-a', 'two-b', 'three-a'].map(cell)).toEqual(['-', 'm', 'm', '-']);
    const plan = await client.operations.plan({ kind: 'queue', targets: [{ hostId: at, imageId: own.id }] });
    expect(plan.willDo).toBe(1);
    await client.operations.start({ planId: plan.id });
    const host = cloud.control.host('two-a');
    await expect
      .poll(() => host.state().cached.some(({ imageId }) => imageId === own.id), { timeout: 20_000 })
      .toBe(true);
  });

  it('have the members of a golden set by name and by property in their own service', async () => {
    await using fleet = await mixedFleet(stated);
    const { client, cloud, cloudId } = fleet;
    const draft = {
      cloudId,
      name: 'base',
      note: '',
      hosts: { kind: 'all' as const },
      exact: false,
      images: [{ by: 'name' as const, name: 'ubuntu-24.04-server' }],
      rules: [goldenRule.parse({ properties: { os_distro: 'ubuntu' } })],
    };
    const set = await client.golden.save(draft);
    const [drift] = (await client.golden.drift({ cloudId })).sets;
    for (const { hostId, state, present, missing, queued } of drift?.hosts ?? []) {
      const host = fleet.hosts.find(({ id }) => id === hostId);
      const region = specs.find(({ name }) => name === host?.name)?.region;
      const wanted = cloud.control
        .images(region)
        .filter(
          ({ status, hidden, properties }) => status === 'active' && !hidden && properties['os_distro'] === 'ubuntu',
        );
      expect(wanted.length).toBeGreaterThan(0);
      expect([host?.name, state !== 'unknown', present.images + missing.images + queued.images]).toEqual([
        host?.name,
        true,
        wanted.length,
      ]);
    }
    expect(drift?.hosts.map(({ hostId }) => hostId)).toHaveLength(specs.length);
    expect(drift?.problems).toEqual([]);
    expect(set.name).toBe('base');
  });
});
