import { expect, it } from 'vitest';
import { startDemoCloud } from './simulated-cloud.ts';
import { send } from './testing/send.ts';

it('each region has its own images and an address in the catalog, and one image has the same id in both', async () => {
  const cloud = await startDemoCloud({ hosts: 4, regions: 2, images: 20, traffic: false });
  try {
    expect(cloud.hosts.map(({ region }) => region)).toEqual(['RegionOne', 'RegionOne', 'RegionTwo', 'RegionTwo']);
    const one = cloud.control.images();
    const two = cloud.control.images('RegionTwo');
    const copied = two.filter(({ id }) => one.some((image) => image.id === id));
    expect(copied).toHaveLength(1);
    expect(copied[0]?.createdAt).not.toBe(one.find(({ id }) => id === copied[0]?.id)?.createdAt);
    const names = new Set(one.map(({ name }) => name));
    expect(two.filter(({ name }) => names.has(name)).length).toBeGreaterThan(5);
    expect(two.filter(({ name }) => !names.has(name)).length).toBeGreaterThan(3);
    const headers = { 'X-Auth-Token': cloud.control.adminToken() };
    const catalog = await send(new URL(cloud.authUrl).origin, { method: 'GET', path: '/v3/auth/catalog', headers });
    for (const address of [cloud.hosts[0]?.address, cloud.hosts[2]?.address]) expect(catalog.text).toContain(address);
    const own = two.find(({ id }) => id !== copied[0]?.id)?.id;
    const found = (at: number) =>
      send(cloud.hosts[at]?.address ?? '', { method: 'GET', path: `/v2/images/${own}`, headers });
    expect([(await found(0)).status, (await found(3)).status]).toEqual([404, 200]);
  } finally {
    await cloud.close();
  }
});
