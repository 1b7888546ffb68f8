import type { Accounts } from './keystone-accounts.ts';
import type { Random } from './random.ts';
import { unixSeconds } from './simulated-cache.ts';
import type { DemoImage, ImageRegister } from './simulated-image.ts';
import type { DemoNode } from './simulated-node.ts';

/** An image before it has an id: its name, size in GiB and format. */
export type ImageKind = { name: string; gib: number; format: 'qcow2' | 'raw' | 'vhd' | 'vmdk' | 'ari' };

const mib = 1 / 1_024;

/** Most popular first. Names and sizes are modelled on what clouds usually offer. */
const knownKinds: readonly ImageKind[] = [
  { name: 'ubuntu-24.04-server', gib: 2.41, format: 'qcow2' },
  { name: 'rocky-9.4-golden', gib: 8.9, format: 'qcow2' },
  { name: 'windows-2022-std', gib: 41.2, format: 'qcow2' },
  { name: 'debian-12-genericcloud', gib: 0.32, format: 'qcow2' },
  { name: 'k8s-node-1.33.4', gib: 6.2, format: 'qcow2' },
  { name: 'cirros-0.6.2', gib: 20.4 * mib, format: 'qcow2' },
  { name: 'ubuntu-22.04-server', gib: 2.2, format: 'qcow2' },
  { name: 'ci-runner-2026-11', gib: 18.9, format: 'raw' },
  { name: 'amphora-haproxy-2026.1', gib: 0.82, format: 'qcow2' },
  { name: 'almalinux-9.4', gib: 0.61, format: 'qcow2' },
  { name: 'gitlab-runner-17.4', gib: 9.8, format: 'qcow2' },
  { name: 'debian-13-genericcloud', gib: 0.34, format: 'qcow2' },
  { name: 'cuda-13.0-ubuntu-24.04', gib: 24.6, format: 'raw' },
  { name: 'bastion-hardened', gib: 1.9, format: 'qcow2' },
  { name: 'rhel-9.4-server', gib: 3.8, format: 'qcow2' },
  { name: 'postgres-17-appliance', gib: 4.6, format: 'qcow2' },
  { name: 'k8s-node-1.32.8', gib: 6, format: 'qcow2' },
  { name: 'windows-2019-std', gib: 36.8, format: 'qcow2' },
  { name: 'jenkins-agent-jdk21', gib: 7.3, format: 'qcow2' },
  { name: 'rocky-8.10-golden', gib: 8.1, format: 'qcow2' },
  { name: 'flatcar-stable', gib: 0.45, format: 'qcow2' },
  { name: 'fedora-cloud-42', gib: 0.51, format: 'qcow2' },
  { name: 'windows-2022-core', gib: 17.6, format: 'vhd' },
  { name: 'opensuse-leap-15.6', gib: 0.72, format: 'qcow2' },
  { name: 'jupyterhub-node', gib: 12.2, format: 'qcow2' },
  { name: 'haproxy-3.0', gib: 0.7, format: 'qcow2' },
  { name: 'centos-stream-9', gib: 1.1, format: 'qcow2' },
  { name: 'mariadb-11.4-appliance', gib: 3.9, format: 'qcow2' },
  { name: 'ubuntu-26.04-server', gib: 2.6, format: 'qcow2' },
  { name: 'ci-runner-2026-07', gib: 18.3, format: 'raw' },
  { name: 'alpine-3.22', gib: 0.16, format: 'qcow2' },
  { name: 'pytorch-2.8-cuda', gib: 27.9, format: 'raw' },
  { name: 'vyos-1.4-lts', gib: 0.55, format: 'qcow2' },
  { name: 'desktop-ubuntu-24.04-vdi', gib: 14.2, format: 'qcow2' },
  { name: 'trove-mysql-8.4', gib: 2.7, format: 'qcow2' },
  { name: 'elastic-9-node', gib: 5.2, format: 'qcow2' },
  { name: 'redis-8', gib: 1.1, format: 'qcow2' },
  { name: 'windows-2025-std', gib: 44.5, format: 'qcow2' },
  { name: 'sles-15-sp6', gib: 2.9, format: 'qcow2' },
  { name: 'nginx-1.28', gib: 0.52, format: 'qcow2' },
  { name: 'kafka-4.0', gib: 3.4, format: 'qcow2' },
  { name: 'fedora-coreos-42', gib: 0.73, format: 'qcow2' },
  { name: 'oracle-db-19c', gib: 38.1, format: 'raw' },
  { name: 'fortigate-7.6', gib: 2.3, format: 'qcow2' },
  { name: 'manila-service-image', gib: 0.5, format: 'qcow2' },
  { name: 'k8s-node-1.31.12', gib: 5.8, format: 'qcow2' },
  { name: 'windows-11-ltsc-vdi', gib: 52.3, format: 'vhd' },
  { name: 'mongodb-8', gib: 4.2, format: 'qcow2' },
  { name: 'oracle-linux-9', gib: 1.4, format: 'qcow2' },
  { name: 'pfsense-2.8', gib: 1.2, format: 'qcow2' },
  { name: 'ci-runner-2026-06', gib: 18.1, format: 'raw' },
  { name: 'freebsd-14.3', gib: 0.62, format: 'qcow2' },
  { name: 'ironic-deploy-ramdisk', gib: 0.41, format: 'ari' },
  { name: 'sap-hana-sles15', gib: 60, format: 'raw' },
  { name: 'csr1000v-17.15', gib: 1.6, format: 'vmdk' },
  { name: 'rescue-system-12', gib: 0.9, format: 'qcow2' },
  { name: 'rocky-10.1', gib: 1.1, format: 'qcow2' },
  { name: 'rhel-8.10-server', gib: 3.2, format: 'qcow2' },
  { name: 'cirros-0.6.3', gib: 20.7 * mib, format: 'qcow2' },
  { name: 'cuda-12.6-ubuntu-22.04', gib: 21.4, format: 'raw' },
  { name: 'legacy-erp-2016', gib: 57.5, format: 'vmdk' },
  { name: 'wordpress-6-appliance', gib: 1.3, format: 'qcow2' },
  { name: 'tempest-test-image', gib: 40 * mib, format: 'raw' },
  { name: 'prometheus-3-node', gib: 1.7, format: 'qcow2' },
  { name: 'vault-1.18', gib: 0.8, format: 'qcow2' },
  { name: 'debian-11-genericcloud', gib: 0.29, format: 'qcow2' },
  { name: 'ubuntu-20.04-server', gib: 1.9, format: 'qcow2' },
  { name: 'netbox-4', gib: 1.5, format: 'qcow2' },
  { name: 'gitea-1.23', gib: 1.2, format: 'qcow2' },
  { name: 'harbor-2.12', gib: 2.8, format: 'qcow2' },
];

const teams = ['web', 'data', 'build', 'mail', 'edge', 'billing', 'search', 'media', 'auth', 'metrics'];

/** Returns `count` kinds of image with different names: the known ones first, then dated builds of several teams. */
function imageKinds(count: number, random: Random): ImageKind[] {
  const kinds = knownKinds.slice(0, count);
  for (let index = kinds.length; index < count; index += 1) {
    const base = random.pick(knownKinds);
    const serial = index - knownKinds.length;
    const week = String(1 + (serial % 52)).padStart(2, '0');
    const team = teams[Math.floor(serial / 52) % teams.length] ?? 'web';
    const round = Math.floor(serial / (52 * teams.length));
    const name = `${team}-${base.name}-2026w${week}${round > 0 ? `-r${round}` : ''}`;
    kinds.push({ name, gib: Math.max(20 * mib, base.gib * random.between(0.7, 1.3)), format: base.format });
  }
  return kinds;
}

/** Tags and custom properties, as clouds commonly set them. */
export type Traits = { tags: string[]; properties: Record<string, string> };

const distributions: readonly [RegExp, string][] = [
  [/ubuntu-(\d\d\.\d\d)/, 'ubuntu'],
  [/debian-(\d+)/, 'debian'],
  [/rocky-([\d.]+)/, 'rocky'],
  [/rhel-([\d.]+)/, 'rhel'],
  [/almalinux-([\d.]+)/, 'almalinux'],
  [/fedora-(?:cloud|coreos)-(\d+)/, 'fedora'],
  [/opensuse-leap-([\d.]+)/, 'opensuse'],
  [/(?:sles-|sles)(\d+)/, 'sles'],
  [/centos-stream-(\d+)/, 'centos'],
  [/oracle-linux-(\d+)/, 'oraclelinux'],
  [/alpine-([\d.]+)/, 'alpine'],
  [/freebsd-([\d.]+)/, 'freebsd'],
  [/cirros-([\d.]+)/, 'cirros'],
  [/windows-(\d+)/, 'windows'],
];

const tagged: readonly [RegExp, string][] = [
  [/server|genericcloud|almalinux|rocky-\d+\.\d+$/, 'base'],
  [/^(ubuntu-2[024]\.04|vyos.*lts|windows-11-ltsc)/, 'lts'],
  [/k8s-node|flatcar/, 'kubernetes'],
  [/ci-runner|gitlab-runner|jenkins/, 'ci'],
  [/cuda|pytorch/, 'gpu'],
  [/appliance|amphora|trove|manila/, 'appliance'],
  [/ubuntu-20\.04|debian-11|windows-2016|legacy/, 'end-of-life'],
];

const teamPrefix = new RegExp(`^(${teams.join('|')})-`);

/** Derives the traits from an image's name and format. */
function traitsOf(name: string, format: string, golden: boolean): Traits {
  const tags = tagged.filter(([pattern]) => pattern.test(name)).map(([, tag]) => tag);
  return { tags: golden ? ['golden', ...tags] : tags, properties: propertiesOf(name, format) };
}

function propertiesOf(name: string, format: string): Record<string, string> {
  const team = teamPrefix.exec(name)?.[1];
  const owned: Record<string, string> = team === undefined ? {} : { team };
  for (const [pattern, distribution] of distributions) {
    const version = pattern.exec(name)?.[1];
    if (version === undefined) continue;
    const windows = distribution === 'windows';
    return {
      os_type: windows ? 'windows' : 'linux',
      os_distro: distribution,
      os_version: version,
      ...(windows ? { hw_firmware_type: 'uefi', hw_machine_type: 'q35' } : {}),
      ...(format === 'qcow2' ? { hw_disk_bus: 'scsi', hw_scsi_model: 'virtio-scsi', hw_qemu_guest_agent: 'yes' } : {}),
      ...owned,
    };
  }
  return owned;
}

const gib = 1_024 ** 3;
const day = 86_400_000;
/** With this many images or more, the demo is a load test: every host has exactly the requested number. */
const minLoadTestImages = 200;
/** The number of most popular images that are public and cached on every host. */
const goldenImages = 12;

/** How full a host is, and with which images. */
export type Fill = 'ordinary' | 'overLimit' | 'small';

/** Fills the register with `images` images and some more, so that no host has all of them. Most popular first. */
export function seedImages(register: ImageRegister, accounts: Accounts, images: number, random: Random, now: number) {
  const kinds = imageKinds(images === 0 ? 0 : Math.ceil(images * 1.12) + 2, random);
  const seeded = kinds.map((kind, rank) => {
    const image = makeImage(kind, rank, accounts, random, now);
    register.add(image);
    return image;
  });
  if (images === 0) return seeded;
  for (const [name, status] of [
    ['ubuntu-24.04-server-next', 'queued'],
    ['windows-2016-std', 'deactivated'],
    ['upload-in-progress', 'saving'],
  ] as const) {
    const image = makeImage({ name, gib: 4, format: 'qcow2' }, 20, accounts, random, now);
    const noData = status === 'deactivated' ? {} : { size: null, checksum: null };
    register.add({ ...image, status, hidden: false, ...noData });
  }
  return seeded;
}

function makeImage(kind: ImageKind, rank: number, accounts: Accounts, random: Random, now: number): DemoImage {
  const [operations, research, billing] = accounts.projects.map((project) => project.id);
  const golden = rank < goldenImages;
  const visibility = golden
    ? 'public'
    : random.pick(['public', 'public', 'public', 'private', 'private', 'shared', 'community'] as const);
  const owner = visibility === 'public' ? operations : random.pick([operations, research, billing]);
  const createdAt = now - Math.floor(random.between(golden ? 12 : 20, golden ? 90 : 420) * day);
  const size = Math.round(kind.gib * gib);
  return {
    id: random.uuid(),
    name: kind.name,
    status: 'active',
    size: kind.format === 'raw' ? Math.ceil(size / 512) * 512 : size,
    diskFormat: kind.format,
    containerFormat: kind.format === 'ari' ? 'ari' : 'bare',
    owner: owner ?? '',
    visibility,
    hidden: !golden && random.chance(0.06),
    protected: golden && random.chance(0.5),
    checksum: random.hex(32),
    createdAt,
    updatedAt: createdAt + Math.floor(random.between(20, 4_000)) * 1_000,
    ...traitsOf(kind.name, kind.format, golden),
  };
}

/** Fills one node: cached images, queued images, and orphans. */
export function seedNode(
  node: DemoNode,
  seeded: readonly DemoImage[],
  images: number,
  fill: Fill,
  random: Random,
): void {
  if (images === 0) return;
  const queued = chooseQueued(seeded, fill, random);
  const cached = chooseCached(seeded, queued, images, fill, random);
  const orphans = fill === 'small' ? 1 : 2;
  cached.forEach((image, rank) => {
    addRow(node, image.id, image.size ?? 0, rank / cached.length, random);
  });
  for (let count = 0; count < orphans; count += 1) {
    addRow(node, random.uuid(), Math.round(random.between(0.6, 12.7) * gib), random.between(0.7, 1), random);
  }
  node.limitBytes = stateLimit(node.cache.totalBytes, fill);
  for (const [place, image] of queued.entries()) {
    if (place === 0 && fill === 'overLimit') node.worker.slow(image.id, 240_000);
    node.queue(image.id, true);
  }
}

/** The queue of a node with a backlog: a large image first, small ones behind it. */
function chooseQueued(seeded: readonly DemoImage[], fill: Fill, random: Random): DemoImage[] {
  if (fill === 'ordinary') return [];
  const bySize = [...seeded].sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
  const small = random.shuffle(bySize.slice(Math.floor(bySize.length / 2)));
  if (fill === 'small') return small.slice(0, 1);
  const big = bySize[Math.min(3, bySize.length - 1)];
  return [...(big ? [big] : []), ...small.filter((image) => image !== big).slice(0, 5)];
}

/** Most popular first. An ordinary node lacks the largest images; a small one has only the popular ones. */
function chooseCached(
  seeded: readonly DemoImage[],
  queued: DemoImage[],
  images: number,
  fill: Fill,
  random: Random,
): DemoImage[] {
  const available = seeded.filter((image) => !queued.includes(image));
  const orphans = fill === 'small' ? 1 : 2;
  const share = { ordinary: random.between(0.94, 0.98), overLimit: 1.05, small: 0.6 }[fill];
  const count = Math.max(1, Math.round(images >= minLoadTestImages ? images - orphans : images * share - orphans));
  if (fill === 'small' && images < minLoadTestImages) return available.slice(0, count);
  const surplus = Math.max(0, available.length - count);
  const bySize = available.slice(goldenImages).sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
  const without =
    fill === 'overLimit' ? bySize.slice(bySize.length - surplus) : bySize.slice(0, Math.ceil(surplus * 0.3));
  const rest = random.shuffle(available.slice(goldenImages).filter((image) => !without.includes(image)));
  const left = new Set([...without, ...rest.slice(0, surplus - without.length)]);
  return available.filter((image) => !left.has(image));
}

/**
 * Adds a cache record. Hits fall with the rank (Zipf), and the last sixth has none. Popular images were accessed
 * recently, the others long ago.
 *
 * @param place 0 for the most popular image of the host, 1 for the least popular
 */
function addRow(node: DemoNode, imageId: string, size: number, place: number, random: Random): void {
  const now = node.now();
  const rank = 1 + 60 * place;
  const hits = place > 5 / 6 ? 0 : Math.max(1, Math.floor((4_600 * random.between(0.8, 1.2)) / rank ** 1.25));
  const modified = now - random.between(place < 0.2 ? 10 : 5, place < 0.2 ? 60 : 140) * day;
  const idle = Math.min(now - modified, 8_000 * rank ** 3.1 * random.between(0.3, 1.7));
  node.cache.put({
    imageId,
    size,
    hits,
    lastAccessed: unixSeconds(hits > 0 ? now - idle : modified),
    lastModified: unixSeconds(node.driver === 'centralized_db' ? modified + 0.006 : modified),
  });
}

const round = [10, 20, 50, 100, 150, 200, 250, 300, 400, 500, 600, 750].map((size) => size * gib);
for (let tebi = 1; tebi <= 4_096; tebi *= 2) round.push(tebi * 1_024 * gib, tebi * 1_536 * gib);

/** A limit as an operator would set it, which makes the node as full as `fill` says. */
function stateLimit(total: number, fill: Fill): number {
  const wanted = { ordinary: total / 0.71, overLimit: total / 1.12, small: total / 0.6 }[fill];
  const fitting = fill === 'overLimit' ? round.filter((size) => size < total) : round.filter((size) => size > total);
  const sorted = fitting.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
  return sorted[0] ?? 500 * gib;
}
