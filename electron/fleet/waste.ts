import type { CloudId } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostId } from '../contract/hosts.ts';
import { lastUsed } from '../contract/image-rules.ts';
import type { ImageId } from '../contract/images.ts';
import { type Amount, type ImageTarget, mostTargets } from '../contract/operations.ts';
import type { CloudImage, Reclaimed, WasteCopy, WasteList, WasteRow } from '../contract/waste.ts';
import { formatCount } from '../lib/text.ts';
import { readingOf } from './coverage-reading.ts';
import { hostsMeant, type Sweep, sweep } from './sweep.ts';

/** The images of which copies could go, the largest first and no more than `most`, with the sums over all of them. */
export function listWaste(found: Sweep, most: number): Omit<WasteList, 'goldenUnknown'> {
  const rows = new ImageMap<WasteRow>();
  const leftOut = { golden: 0, tooNew: 0, untimed: 0, unchecked: 0, notVisible: 0 };
  let copies = 0;
  let bytes = 0;
  sweep(
    found,
    ({ summary: { cloudId } }, image, why, golden) => {
      copies += 1;
      bytes += image.sizeBytes;
      const row = rows.get(cloudId, image.imageId, () => ({
        cloudId,
        imageId: image.imageId,
        standing: image.standing,
        description: image.description,
        hosts: 0,
        cachedOn: 0,
        bytes: 0,
        hits: 0,
        lastUsed: null,
        why: { orphan: 0, neverHit: 0, idle: 0, golden: 0 },
      }));
      row.hosts += 1;
      row.bytes += image.sizeBytes;
      row.hits += image.hits;
      row.lastUsed = latest(row.lastUsed, lastUsed(image));
      if (why.orphan) row.why.orphan += 1;
      if (why.neverHit) row.why.neverHit += 1;
      if (why.idle) row.why.idle += 1;
      if (golden) row.why.golden += 1;
    },
    (reason) => {
      leftOut[reason] += 1;
    },
  );
  const all = rows.all().sort((one, other) => other.bytes - one.bytes || (one.imageId < other.imageId ? -1 : 1));
  const listed = all.slice(0, most);
  countCopies(found, rows);
  for (const row of listed) for (const sum of ['bytes', 'hits'] as const) row[sum] = bounded(row[sum]);
  return { rows: listed, images: all.length, copies, bytes: bounded(bytes), leftOut, hosts: hostsOf(found) };
}

/** What each host would be rid of: all that matches, or some images of it. */
export function reclaimable(found: Sweep, images: readonly CloudImage[] | null): Reclaimed {
  const isChosen = chosenOf(images);
  const hosts = new Map<HostId, Amount & { hostId: HostId }>();
  sweep(found, ({ summary: { id, cloudId } }, { imageId, sizeBytes }) => {
    if (!isChosen(cloudId, imageId)) return;
    const sum = hosts.get(id) ?? { hostId: id, images: 0, bytes: 0 };
    hosts.set(id, sum);
    sum.images += 1;
    sum.bytes = bounded(sum.bytes + sizeBytes);
  });
  return { hosts: [...hosts.values()] };
}

/** The copies that match, all of them or of some images. Throws `invalidInput` when one action may not have so many. */
export function wasteTargets(found: Sweep, images: readonly CloudImage[] | null): ImageTarget[] {
  const isChosen = chosenOf(images);
  const targets: ImageTarget[] = [];
  sweep(found, ({ summary: { id, cloudId } }, { imageId }) => {
    if (isChosen(cloudId, imageId)) targets.push({ hostId: id, imageId });
  });
  if (targets.length <= mostTargets) return targets;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: `This comes to ${formatCount(targets.length)} copies; one action may have ${formatCount(mostTargets)}.`,
    remedy: 'Choose fewer images, or narrow the conditions, one part after the other.',
  });
}

/** The copies of one image that match. */
export function wasteCopies(found: Sweep, { cloudId, imageId }: CloudImage): WasteCopy[] {
  const copies: WasteCopy[] = [];
  sweep(found, ({ summary }, image, why) => {
    if (image.imageId !== imageId || summary.cloudId !== cloudId) return;
    const { sizeBytes, hits, lastAccessed, lastModified } = image;
    copies.push({ hostId: summary.id, sizeBytes, hits, lastAccessed, lastModified, why });
  });
  return copies;
}

/** On how many hosts the images are cached at all, whether or not the conditions mean these copies and hosts. */
function countCopies({ hosts }: Sweep, rows: ImageMap<WasteRow>): void {
  for (const { summary, images } of hosts) {
    const ofCloud = rows.of(summary.cloudId);
    if (!ofCloud) continue;
    for (const { imageId } of images.cached) {
      const row = ofCloud.get(imageId);
      if (row) row.cachedOn += 1;
    }
  }
}

function hostsOf({ conditions, hosts }: Sweep): WasteList['hosts'] {
  const told: WasteList['hosts'] = { looked: 0, unknown: [], down: [], shifted: [], oldest: null };
  for (const host of hostsMeant({ conditions, hosts })) {
    const { summary } = host;
    const { reading, takenAt } = readingOf(host);
    if (reading === 'unknown') {
      told.unknown.push(summary.id);
      continue;
    }
    told.looked += 1;
    told.oldest = earliest(told.oldest, takenAt);
    if (reading === 'stale') told.down.push(summary.id);
    if (summary.warnings.some(({ kind }) => kind === 'clockShifted')) told.shifted.push(summary.id);
  }
  return told;
}

function chosenOf(images: readonly CloudImage[] | null): (cloudId: CloudId, imageId: ImageId) => boolean {
  if (images === null) return () => true;
  const chosen = new ImageMap<true>();
  for (const { cloudId, imageId } of images) chosen.get(cloudId, imageId, () => true);
  return (cloudId, imageId) => chosen.of(cloudId)?.has(imageId) ?? false;
}

/** Something for each image of each cloud. */
class ImageMap<Value> {
  readonly #clouds = new Map<CloudId, Map<ImageId, Value>>();

  of(cloudId: CloudId): ReadonlyMap<ImageId, Value> | undefined {
    return this.#clouds.get(cloudId);
  }

  /** What is there for an image, made where nothing was. */
  get(cloudId: CloudId, imageId: ImageId, make: () => Value): Value {
    let ofCloud = this.#clouds.get(cloudId);
    if (!ofCloud) {
      ofCloud = new Map();
      this.#clouds.set(cloudId, ofCloud);
    }
    let value = ofCloud.get(imageId);
    if (value === undefined) {
      value = make();
      ofCloud.set(imageId, value);
    }
    return value;
  }

  all(): Value[] {
    return [...this.#clouds.values()].flatMap((ofCloud) => [...ofCloud.values()]);
  }
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** A lying host may tell sizes whose sum is no number any more. */
function bounded(sum: number): number {
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}
