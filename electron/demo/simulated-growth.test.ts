import { expect, test } from 'vitest';
import { Accounts } from './keystone-accounts.ts';
import { Random } from './random.ts';
import { type Fill, seedImages, seedNode } from './seed-images.ts';
import { Growth } from './simulated-growth.ts';
import { ImageRegister } from './simulated-image.ts';
import { DemoNode } from './simulated-node.ts';

const gib = 1_024 ** 3;
const minute = 60_000;
const fills: Fill[] = ['ordinary', 'ordinary', 'overLimit', 'small'];

/** Hosts whose clock is set by hand, and the growth that changes them. */
function growingHosts(seed: number) {
  const clock = { now: 1_795_000_000_000 };
  const now = () => clock.now;
  const random = new Random(seed);
  const images = new ImageRegister();
  const seeded = seedImages(images, new Accounts(random), 60, random, clock.now);
  const nodes = fills.map((fill, index) => {
    const name = `glance-0${index + 1}`;
    const node = new DemoNode({ name, release: '29', limitBytes: 500 * gib, images, now, bytesPerSecond: 1e9 });
    seedNode(node, seeded, 60, fill, random.fork(name));
    return node;
  });
  const template = seeded[0];
  if (!template) throw new Error('Nothing was seeded');
  const upload: Parameters<typeof hostsOf>[1] = (image) => {
    const made = { ...template, id: random.uuid(), createdAt: now(), ...image };
    images.add(made);
    return made;
  };
  const growth = new Growth(hostsOf(nodes, upload), random.fork('growth'), now);
  /** Simulates this many minutes, and calls back in each of them. */
  const simulate = (minutes: number, each: () => void = () => undefined) => {
    for (let passed = 0; passed < minutes; passed += 1) {
      clock.now += minute;
      growth.tick();
      each();
    }
  };
  return { nodes, images, simulate };
}

function hostsOf(nodes: DemoNode[], upload: ConstructorParameters<typeof Growth>[0][number]['upload']) {
  return nodes.map((node) => ({ node, upload }));
}

const sizes = (nodes: DemoNode[]) => nodes.map(({ cache }) => cache.totalBytes);
const hits = (nodes: DemoNode[]) => nodes.map(({ cache }) => cache.rows(false).reduce((sum, row) => sum + row.hits, 0));

test('over six hours every size changes every 10 minutes, and no cache exceeds its disk', () => {
  const { nodes, images, simulate } = growingHosts(1);
  const first = sizes(nodes);
  const atMost = nodes.map(({ limitBytes }, index) => Math.max(limitBytes, (first[index] ?? 0) * 1.03));
  const hitsBefore = hits(nodes);
  const counted = images.all().length;
  for (let window = 0; window < 36; window += 1) {
    const before = sizes(nodes);
    const changed = nodes.map(() => false);
    simulate(10, () => {
      for (const [index, size] of sizes(nodes).entries()) {
        changed[index] ||= size !== before[index];
        expect(size).toBeLessThanOrEqual(atMost[index] ?? 0);
      }
    });
    expect(changed).toEqual(nodes.map(() => true));
  }
  for (const [index, size] of sizes(nodes).entries()) {
    // The pace of the simulated past: some percent a day.
    expect(size / (first[index] ?? 1)).toBeGreaterThan(0.8);
    expect(size / (first[index] ?? 1)).toBeLessThan(1.15);
    const gained = (hits(nodes)[index] ?? 0) / (hitsBefore[index] ?? 1);
    expect(gained).toBeGreaterThan(0.9);
    expect(gained).toBeLessThan(1.1);
  }
  expect(images.all().length).toBeGreaterThan(counted);
});

test('after days the cloud is in a steady state: as full as before, one host over its limit, few orphans', () => {
  const { nodes, images, simulate } = growingHosts(2);
  const counted = images.all().length;
  simulate(4 * 24 * 60);
  for (const [index, { cache, limitBytes }] of nodes.entries()) {
    if (fills[index] === 'overLimit') expect(cache.totalBytes).toBeGreaterThan(limitBytes);
    else expect(cache.totalBytes).toBeLessThanOrEqual(limitBytes);
    expect(cache.totalBytes).toBeGreaterThan(limitBytes * 0.4);
    const orphans = cache.rows(false).filter(({ imageId }) => !images.get(imageId));
    expect(orphans.length).toBeLessThan(cache.size / 2);
  }
  expect(images.all().length).toBeLessThanOrEqual(counted + 60);
});

test('the same seed creates the same history', () => {
  const history = (seed: number) => {
    const { nodes, simulate } = growingHosts(seed);
    simulate(120);
    return nodes.map(({ cache }) => cache.rows(true).map(({ imageId, hits: each }) => [imageId, each]));
  };
  expect(history(3)).toEqual(history(3));
  expect(history(4)).not.toEqual(history(3));
});
