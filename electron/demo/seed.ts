import type { Accounts } from './accounts.ts';
import { unixSeconds } from './cache.ts';
import type { DemoImage, ImageRegister } from './image.ts';
import { type ImageKind, imageKinds } from './names.ts';
import type { DemoNode } from './node.ts';
import type { Random } from './random.ts';
import { traitsOf } from './traits.ts';

const gib = 1_024 ** 3;
const day = 86_400_000;
/** From this many images on a demo is a test of load: every host then holds exactly as many as asked for. */
const loadTest = 200;
/** This many of the most popular images are public, and on every host. */
const goldenImages = 12;

/** How full a host is, and of what. */
export type Fill = 'ordinary' | 'overLimit' | 'small';

/** Fills the register: `images` and some more, so that no host has them all. Most popular first. */
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

/** Fills one node: what it has cached, what is queued, which of it Glance no longer has. */
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
    putRow(node, image.id, image.size ?? 0, rank / cached.length, random);
  });
  for (let count = 0; count < orphans; count += 1) {
    putRow(node, random.uuid(), Math.round(random.between(0.6, 12.7) * gib), random.between(0.7, 1), random);
  }
  node.limitBytes = stateLimit(node.cache.totalBytes, fill);
  for (const [place, image] of queued.entries()) {
    if (place === 0 && fill === 'overLimit') node.worker.slow(image.id, 240_000);
    node.queue(image.id, true);
  }
}

/** A node with a backlog: something big that takes its time, small ones behind it. */
function chooseQueued(seeded: readonly DemoImage[], fill: Fill, random: Random): DemoImage[] {
  if (fill === 'ordinary') return [];
  const bySize = [...seeded].sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
  const small = random.shuffle(bySize.slice(Math.floor(bySize.length / 2)));
  if (fill === 'small') return small.slice(0, 1);
  const big = bySize[Math.min(3, bySize.length - 1)];
  return [...(big ? [big] : []), ...small.filter((image) => image !== big).slice(0, 5)];
}

/** Most popular first. An ordinary node lacks the biggest images, a small one all but the popular. */
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
  const count = Math.max(1, Math.round(images >= loadTest ? images - orphans : images * share - orphans));
  if (fill === 'small' && images < loadTest) return available.slice(0, count);
  const surplus = Math.max(0, available.length - count);
  const bySize = available.slice(goldenImages).sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
  const without =
    fill === 'overLimit' ? bySize.slice(bySize.length - surplus) : bySize.slice(0, Math.ceil(surplus * 0.3));
  const rest = random.shuffle(available.slice(goldenImages).filter((image) => !without.includes(image)));
  const left = new Set([...without, ...rest.slice(0, surplus - without.length)]);
  return available.filter((image) => !left.has(image));
}

/**
 * Hits fall off with the rank as Zipf has it, and the last sixth was never hit; the popular were accessed just now, the
 * others long ago. `place`: 0 is the most popular image of the host, 1 the least.
 */
function putRow(node: DemoNode, imageId: string, size: number, place: number, random: Random): void {
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

/** A limit as an operator would set it, so that the node is as full as its fill says. */
function stateLimit(total: number, fill: Fill): number {
  const wanted = { ordinary: total / 0.71, overLimit: total / 1.12, small: total / 0.6 }[fill];
  const fitting = fill === 'overLimit' ? round.filter((size) => size < total) : round.filter((size) => size > total);
  const sorted = fitting.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
  return sorted[0] ?? 500 * gib;
}
