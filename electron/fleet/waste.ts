import { formatCount } from '../contract/counts.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostId } from '../contract/hosts.ts';
import type { CachedImage, ImageId, ImageServiceId } from '../contract/images.ts';
import { imageMatcher, isIdle, isNeverHit, isOrphan, lastUsed } from '../contract/images.ts';
import { type Amount, addImage, type ImageTarget, maxTargets } from '../contract/operations.ts';
import {
  asksSomething,
  type Reclaimed,
  type ServiceImage,
  type WasteConditions,
  type WasteCopy,
  type WasteList,
  type WasteRow,
} from '../contract/waste.ts';
import { BestOf } from '../lib/best-of.ts';
import { stepLength } from '../lib/slices.ts';
import { type HostWithImages, readingOf } from './coverage.ts';

/** Why a cached copy could be removed. */
export type WasteReasons = { orphan: boolean; neverHit: boolean; idle: boolean };

export type LeftOut = keyof WasteList['leftOut'];

export type WasteScan = {
  conditions: WasteConditions;
  hosts: readonly HostWithImages[];
  /** Epoch milliseconds. */
  now: number;
  /** The images that a golden set requires on a host. */
  golden: (hostId: HostId) => ReadonlySet<ImageId>;
};

/** Days used for conditions that were not chosen, so that each row still shows its other reasons. */
const usualDays = { neverHit: 1, idle: 30 };

/** Returns the hosts that the conditions include. */
function hostsInScope({ conditions, hosts }: Pick<WasteScan, 'conditions' | 'hosts'>): readonly HostWithImages[] {
  const { cloudIds, hostIds, labels } = conditions;
  return hosts.filter(
    ({ summary }) =>
      (cloudIds.length === 0 || cloudIds.includes(summary.cloudId)) &&
      (hostIds.length === 0 || hostIds.includes(summary.id)) &&
      (labels.length === 0 || labels.some((label) => summary.labels.includes(label))),
  );
}

/**
 * Visits every cached copy on every host whose list is known. Calls `take` for each copy that could be removed, golden
 * or not, and `leave` for each that is left out for a reason worth showing. Yields while it works (`lib/slices.ts`),
 * like every function here that visits all copies: one host may have 250,000.
 */
function* scanSteps(
  { conditions, hosts, now, golden }: WasteScan,
  take: (host: HostWithImages, image: CachedImage, why: WasteReasons, golden: boolean) => void,
  leave: (reason: LeftOut) => void = () => {},
): Generator<void, void> {
  if (!asksSomething(conditions)) return;
  const { minBytes, maxHits } = conditions;
  const named = nameTest(conditions.text);
  for (const host of hostsInScope({ conditions, hosts })) {
    if (readingOf(host).reading === 'unknown') continue;
    const wanted = golden(host.summary.id);
    for (const [index, image] of host.images.cached.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      if (minBytes !== null && image.sizeBytes !== null && image.sizeBytes < minBytes) continue;
      if (maxHits !== null && image.hits > maxHits) continue;
      if (!named(image)) continue;
      const why = wasteReasonsOf(image, conditions, now);
      if (!isMeant(why, conditions)) {
        const reason = whyNot(image, conditions, now);
        if (reason) leave(reason);
        continue;
      }
      if (minBytes !== null && image.sizeBytes === null) {
        leave('unsized');
        continue;
      }
      const isGolden = wanted.has(image.imageId);
      if (isGolden && !conditions.golden) leave('golden');
      else take(host, image, why, isGolden);
    }
  }
}

/** Which reasons apply to a copy, by the days of the conditions. */
function wasteReasonsOf(image: CachedImage, { neverHitDays, idleDays }: WasteConditions, now: number): WasteReasons {
  return {
    orphan: isOrphan(image),
    neverHit: isNeverHit(image, now, neverHitDays ?? usualDays.neverHit),
    idle: isIdle(image, now, idleDays ?? usualDays.idle),
  };
}

function isMeant(why: WasteReasons, { match, orphan, neverHitDays, idleDays }: WasteConditions): boolean {
  const asked = [orphan, neverHitDays !== null, idleDays !== null];
  if (!asked.includes(true)) return true;
  const met = [why.orphan, why.neverHit, why.idle];
  return match === 'all'
    ? asked.every((wanted, at) => !wanted || met[at])
    : asked.some((wanted, at) => wanted && met[at]);
}

/** The reason why a copy that matches everything else is left out, if the operator should know it. */
function whyNot(image: CachedImage, conditions: WasteConditions, now: number): LeftOut | undefined {
  const { orphan, neverHitDays, idleDays } = conditions;
  if (neverHitDays !== null && isNeverHit(image, now) && !isNeverHit(image, now, neverHitDays)) {
    return image.lastModified === null ? 'untimed' : 'tooNew';
  }
  if (idleDays !== null && lastUsed(image) === null) return 'untimed';
  if (orphan && image.catalogStatus === 'unchecked') return 'unchecked';
  if (orphan && image.catalogStatus === 'notVisible') return 'notVisible';
  return undefined;
}

/** Whether an image matches the typed text. Each image is matched once, however many hosts have it. */
function nameTest(text: string): (image: CachedImage) => boolean {
  const matcher = imageMatcher(text);
  if (matcher.empty) return () => true;
  const known = new Map<CachedImage['description'], Map<ImageId, boolean>>();
  return ({ imageId, description }) => {
    // All hosts of an image service share these objects (glance/orphan-detection.ts).
    let answers = known.get(description);
    if (!answers) {
      answers = new Map();
      known.set(description, answers);
    }
    let answer = answers.get(imageId);
    if (answer === undefined) {
      answer = matcher.rank(imageId, description?.name ?? null) !== undefined;
      answers.set(imageId, answer);
    }
    return answer;
  };
}

/** Returns the images with removable copies, largest first and at most `most`, with totals over all of them. */
export function* listSteps(found: WasteScan, limit: number): Generator<void, Omit<WasteList, 'goldenUnknown'>> {
  const rows = new ImageMap<WasteRow>();
  const leftOut = { golden: 0, tooNew: 0, untimed: 0, unsized: 0, unchecked: 0, notVisible: 0 };
  const sum: Amount = { images: 0, bytes: 0 };
  yield* scanSteps(
    found,
    ({ summary: { cloudId, imageServiceId } }, image, why, golden) => {
      addImage(sum, image.sizeBytes);
      const row = rows.get(imageServiceId, image.imageId, () => ({
        imageServiceId,
        cloudId,
        imageId: image.imageId,
        catalogStatus: image.catalogStatus,
        description: image.description,
        hosts: 0,
        cachedOn: 0,
        bytes: 0,
        unsized: 0,
        hits: 0,
        lastUsed: null,
        why: { orphan: 0, neverHit: 0, idle: 0, golden: 0 },
      }));
      row.hosts += 1;
      row.bytes += image.sizeBytes ?? 0;
      if (image.sizeBytes === null) row.unsized += 1;
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
  const largest = new BestOf<WasteRow>(
    limit,
    (one, other) => other.bytes - one.bytes || (one.imageId < other.imageId ? -1 : one.imageId > other.imageId ? 1 : 0),
  );
  for (const row of rows.all()) {
    largest.add(row);
    if (largest.offered % stepLength === 0) yield;
  }
  const listed = [...largest.list];
  yield* countSteps(found, rows);
  for (const row of listed) for (const sum of ['bytes', 'hits'] as const) row[sum] = bounded(row[sum]);
  const { images: copies, bytes, unsized = 0 } = sum;
  return { rows: listed, images: largest.offered, copies, bytes, unsized, leftOut, hosts: hostsOf(found) };
}

/** Returns the space that each host would free: by all matching copies, or by those of some images. */
export function* reclaimSteps(found: WasteScan, images: readonly ServiceImage[] | null): Generator<void, Reclaimed> {
  const isChosen = chosenOf(images);
  const hosts = new Map<HostId, Amount & { hostId: HostId }>();
  yield* scanSteps(found, ({ summary: { id, imageServiceId } }, { imageId, sizeBytes }) => {
    if (!isChosen(imageServiceId, imageId)) return;
    const sum = hosts.get(id) ?? { hostId: id, images: 0, bytes: 0 };
    hosts.set(id, sum);
    addImage(sum, sizeBytes);
  });
  return { hosts: [...hosts.values()] };
}

/**
 * Returns the matching copies, all or those of some images. Throws `invalidInput` when there are more than one action
 * may have.
 */
export function* targetSteps(found: WasteScan, images: readonly ServiceImage[] | null): Generator<void, ImageTarget[]> {
  const isChosen = chosenOf(images);
  const targets: ImageTarget[] = [];
  yield* scanSteps(found, ({ summary: { id, imageServiceId } }, { imageId }) => {
    if (isChosen(imageServiceId, imageId)) targets.push({ hostId: id, imageId });
  });
  if (targets.length <= maxTargets) return targets;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: `This action has ${formatCount(targets.length)} copies; the maximum is ${formatCount(maxTargets)}.`,
    remedy: 'Select fewer images or narrow the conditions, and repeat the action for the rest.',
  });
}

/** Returns the matching copies of one image. */
export function* copySteps(found: WasteScan, { imageServiceId, imageId }: ServiceImage): Generator<void, WasteCopy[]> {
  const copies: WasteCopy[] = [];
  yield* scanSteps(found, ({ summary }, image, why) => {
    if (image.imageId !== imageId || summary.imageServiceId !== imageServiceId) return;
    const { sizeBytes, hits, lastAccessed, lastModified } = image;
    copies.push({ hostId: summary.id, sizeBytes, hits, lastAccessed, lastModified, why });
  });
  return copies;
}

/** Counts the hosts that have each image cached, whether or not the conditions include these copies and hosts. */
function* countSteps({ hosts }: WasteScan, rows: ImageMap<WasteRow>): Generator<void, void> {
  for (const { summary, images } of hosts) {
    const ofService = rows.of(summary.imageServiceId);
    if (!ofService) continue;
    for (const [index, { imageId }] of images.cached.entries()) {
      const row = ofService.get(imageId);
      if (row) row.cachedOn += 1;
      if (index % stepLength === stepLength - 1) yield;
    }
  }
}

function hostsOf({ conditions, hosts }: WasteScan): WasteList['hosts'] {
  const told: WasteList['hosts'] = { looked: 0, unknown: [], down: [], shifted: [], oldest: null };
  for (const host of hostsInScope({ conditions, hosts })) {
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

function chosenOf(
  images: readonly ServiceImage[] | null,
): (imageServiceId: ImageServiceId, imageId: ImageId) => boolean {
  if (images === null) return () => true;
  const chosen = new ImageMap<true>();
  for (const { imageServiceId, imageId } of images) chosen.get(imageServiceId, imageId, () => true);
  return (imageServiceId, imageId) => chosen.of(imageServiceId)?.has(imageId) ?? false;
}

/** A value for each image of each image service. */
class ImageMap<Value> {
  readonly #services = new Map<ImageServiceId, Map<ImageId, Value>>();

  of(imageServiceId: ImageServiceId): ReadonlyMap<ImageId, Value> | undefined {
    return this.#services.get(imageServiceId);
  }

  /** Returns the value of an image, created if there is none yet. */
  get(imageServiceId: ImageServiceId, imageId: ImageId, make: () => Value): Value {
    let ofService = this.#services.get(imageServiceId);
    if (!ofService) {
      ofService = new Map();
      this.#services.set(imageServiceId, ofService);
    }
    let value = ofService.get(imageId);
    if (value === undefined) {
      value = make();
      ofService.set(imageId, value);
    }
    return value;
  }

  *all(): Generator<Value, void> {
    for (const ofService of this.#services.values()) yield* ofService.values();
  }
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** A misbehaving host may list sizes whose sum is no safe integer. */
function bounded(sum: number): number {
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}
