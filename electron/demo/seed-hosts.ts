import type { CacheDriver, Release } from './glance-releases.ts';
import type { Random } from './random.ts';
import type { Fill } from './seed-images.ts';

/** A host to simulate. */
export type HostSpec = {
  name: string;
  release: Release;
  fill: Fill;
  /** Nothing listens on its port until the host is started. */
  down?: boolean;
  driver?: CacheDriver;
  /** The number of cached images; by default the number of the cloud. */
  images?: number;
  limitBytes?: number;
};

const defaultHosts: readonly HostSpec[] = [
  { name: 'glance-01', release: '33', fill: 'ordinary' },
  { name: 'glance-02', release: '33', fill: 'ordinary' },
  { name: 'glance-03', release: '25', fill: 'overLimit' },
  { name: 'glance-04', release: '18', fill: 'small' },
];
const sites = ['lyon', 'turin', 'graz', 'porto', 'bergen', 'ghent', 'split', 'tartu'];

/**
 * A fleet of `count` hosts in the middle of an upgrade: mostly the newest release, some over their limit, some old, and
 * one or two that are down.
 */
export function createFleet(count: number, random: Random): HostSpec[] {
  if (count <= defaultHosts.length) return defaultHosts.slice(0, count);
  const edges = Math.max(1, Math.min(sites.length, Math.round(count / 10)));
  const down = count < 40 ? 1 : 2;
  const specs = [...defaultHosts];
  for (let number = defaultHosts.length + 1; number <= count - edges; number += 1) {
    const name = `glance-${String(number).padStart(2, '0')}`;
    const release = random.pick(['33', '33', '33', '33', '33', '29', '29', '25', '25', '24.2', '24.0', '23'] as const);
    const fill = release === '23' ? 'small' : random.chance(0.08) ? 'overLimit' : 'ordinary';
    specs.push({ name, release, fill });
  }
  for (let index = 0; index < edges; index += 1) {
    const name = `edge-${sites[index]}-1`;
    specs.push({ name, release: index % 2 ? '33' : '25', fill: 'small', ...(index < down ? { down: true } : {}) });
  }
  return specs;
}
