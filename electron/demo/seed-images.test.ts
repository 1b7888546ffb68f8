import { expect, test } from 'vitest';
import { Random } from './random.ts';
import { createFleet, type DemoOptions, startDemoCloud } from './simulated-cloud.ts';

const gib = 1_024 ** 3;
const start = (options: DemoOptions) => startDemoCloud({ traffic: false, now: () => 1_795_000_000_000, ...options });

async function withCloud<T>(options: DemoOptions, look: (cloud: Awaited<ReturnType<typeof start>>) => T): Promise<T> {
  const cloud = await start(options);
  try {
    return look(cloud);
  } finally {
    await cloud.close();
  }
}

test('the same seed creates the same cloud, another seed a different one', async () => {
  const look = (seed: number) =>
    withCloud({ seed }, ({ control }) => ({
      images: control.images(),
      states: control.hosts.map((host) => host.state()),
    }));
  const first = await look(7);
  expect(await look(7)).toEqual(first);
  expect((await look(8)).states).not.toEqual(first.states);
});

test('the default fleet: two new hosts, one over its limit with a backlog, an old one, one that is down', async () => {
  await withCloud({}, ({ control, hosts }) => {
    expect(hosts.map((host) => host.name)).toEqual(['glance-01', 'glance-02', 'glance-03', 'glance-04', 'edge-lyon-1']);
    expect(control.hosts.map((host) => host.node.release)).toEqual(['33', '33', '25', '18', '25']);
    expect(hosts.map((host) => host.limitBytes)).toEqual(hosts.map(() => 500 * gib));
    const states = control.hosts.map((host) => host.state());
    expect(states.map((state) => state.totalBytes > 500 * gib)).toEqual([false, false, true, false, false]);
    expect(states.map((state) => state.queued.length)).toEqual([0, 0, 6, 1, 1]);
    expect(states[2]?.fetching).toBe(states[2]?.queued[0]);
    for (const { cached } of states) {
      expect(cached.some((row) => row.hits === 0)).toBe(true);
      expect(Math.max(...cached.map((row) => row.hits))).toBeGreaterThan(1_000);
    }
  });
});

test('every host has orphans, and the catalog has private, hidden and inactive images', async () => {
  await withCloud({}, ({ control }) => {
    const known = new Set(control.images().map((image) => image.id));
    for (const host of control.hosts) {
      const orphans = host.state().cached.filter((row) => !known.has(row.imageId));
      expect(orphans.length, host.name).toBeGreaterThan(0);
    }
    const images = control.images();
    expect(new Set(images.map((image) => image.name)).size).toBe(images.length);
    expect(images.some((image) => image.hidden)).toBe(true);
    expect(new Set(images.map((image) => image.visibility)).size).toBe(4);
    expect(images.filter((image) => image.status !== 'active')).toHaveLength(3);
    for (const { size, name } of images) {
      if (size !== null) expect(size, name ?? '').toBeGreaterThanOrEqual(20 * 1_024 ** 2);
      if (size !== null) expect(size, name ?? '').toBeLessThanOrEqual(60 * gib);
    }
  });
});

test('times are in the past, and the last access is never before the caching', async () => {
  await withCloud({}, ({ control }) => {
    for (const row of control.hosts.flatMap((host) => host.state().cached)) {
      expect(row.lastAccessed).toBeLessThanOrEqual(1_795_000_000);
      // The centralized driver sets the second time some microseconds after the first.
      expect(row.lastAccessed).toBeGreaterThan(row.lastModified - 0.001);
    }
  });
});

test('a load test has exactly the requested number of cached images on each host', async () => {
  await withCloud({ hosts: 64, images: 2_000 }, ({ control }) => {
    expect(control.hosts.map((host) => host.state().cached.length)).toEqual(control.hosts.map(() => 2_000));
  });
});

test('a cloud with few or no images is possible', async () => {
  for (const images of [0, 1, 2, 5, 199]) {
    const counts = await withCloud({ images }, ({ control }) =>
      control.hosts.map((host) => host.state().cached.length),
    );
    for (const count of counts) expect(Math.sign(count)).toBe(Math.sign(images));
  }
});

test('a fleet of any size is mostly up, and its names differ', () => {
  for (const count of [1, 2, 4, 5, 6, 20, 64, 200]) {
    const fleet = createFleet(count, new Random(1));
    expect(fleet).toHaveLength(count);
    expect(new Set(fleet.map((spec) => spec.name)).size).toBe(count);
    expect(fleet.filter((spec) => spec.down).length).toBeLessThanOrEqual(2);
  }
  const down = createFleet(64, new Random(1)).filter((spec) => spec.down);
  expect(down.length).toBeGreaterThan(0);
  expect(createFleet(64, new Random(1)).filter((spec) => spec.release === '23').length).toBeGreaterThan(1);
});

test('traffic increases the hits of cached images that are in use', async () => {
  await withCloud({}, ({ control }) => {
    const sum = () => control.hosts.map((host) => host.state().cached.reduce((hits, row) => hits + row.hits, 0));
    const unused = () =>
      control
        .host('glance-01')
        .state()
        .cached.filter((row) => row.hits === 0).length;
    const [before, idle] = [sum(), unused()];
    for (let second = 0; second < 60; second += 1) control.tick();
    const after = sum();
    expect(after.map((hits, index) => hits > (before[index] ?? 0))).toEqual([true, true, true, true, false]);
    expect(unused()).toBe(idle);
  });
});
