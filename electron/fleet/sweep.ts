import type { HostId } from '../contract/hosts.ts';
import { imageMatcher } from '../contract/image-match.ts';
import { isIdle, isNeverHit, isOrphan, lastUsed } from '../contract/image-rules.ts';
import type { CachedImage, ImageId } from '../contract/images.ts';
import { asksSomething, type WasteConditions, type WasteList } from '../contract/waste.ts';
import { type Covered, readingOf } from './coverage-reading.ts';

/** What may be true of a copy that could go. */
export type Why = { orphan: boolean; neverHit: boolean; idle: boolean };

export type LeftOut = keyof WasteList['leftOut'];

export type Sweep = {
  conditions: WasteConditions;
  hosts: readonly Covered[];
  /** Epoch milliseconds. */
  now: number;
  /** The images that a golden set wants on a host. */
  golden: (hostId: HostId) => ReadonlySet<ImageId>;
};

/** Days that stand for a condition which was not asked for, so that what is listed still says what else it is. */
const usualDays = { neverHit: 1, idle: 30 };

/** The hosts that the conditions are about. */
export function hostsMeant({ conditions, hosts }: Pick<Sweep, 'conditions' | 'hosts'>): readonly Covered[] {
  const { cloudIds, hostIds, labels } = conditions;
  return hosts.filter(
    ({ summary }) =>
      (cloudIds.length === 0 || cloudIds.includes(summary.cloudId)) &&
      (hostIds.length === 0 || hostIds.includes(summary.id)) &&
      (labels.length === 0 || labels.some((label) => summary.labels.includes(label))),
  );
}

/**
 * Goes through every copy on every host whose list tells anything: `take` hears of each that could go, whether or not a golden set
 * wants it, and `leave` of each that cannot, for a reason that the operator should know.
 */
export function sweep(
  { conditions, hosts, now, golden }: Sweep,
  take: (host: Covered, image: CachedImage, why: Why, golden: boolean) => void,
  leave: (reason: LeftOut) => void = () => {},
): void {
  if (!asksSomething(conditions)) return;
  const { minBytes, maxHits } = conditions;
  const named = nameTest(conditions.text);
  for (const host of hostsMeant({ conditions, hosts })) {
    if (readingOf(host).reading === 'unknown') continue;
    const wanted = golden(host.summary.id);
    for (const image of host.images.cached) {
      if (minBytes !== null && image.sizeBytes < minBytes) continue;
      if (maxHits !== null && image.hits > maxHits) continue;
      if (!named(image)) continue;
      const why = whyOf(image, conditions, now);
      if (!isMeant(why, conditions)) {
        const reason = whyNot(image, conditions, now);
        if (reason) leave(reason);
        continue;
      }
      const isGolden = wanted.has(image.imageId);
      if (isGolden && !conditions.golden) leave('golden');
      else take(host, image, why, isGolden);
    }
  }
}

/** What is true of a copy, by the days that the conditions say. */
export function whyOf(image: CachedImage, { neverHitDays, idleDays }: WasteConditions, now: number): Why {
  return {
    orphan: isOrphan(image),
    neverHit: isNeverHit(image, now, neverHitDays ?? usualDays.neverHit),
    idle: isIdle(image, now, idleDays ?? usualDays.idle),
  };
}

function isMeant(why: Why, { match, orphan, neverHitDays, idleDays }: WasteConditions): boolean {
  const asked = [orphan, neverHitDays !== null, idleDays !== null];
  if (!asked.includes(true)) return true;
  const met = [why.orphan, why.neverHit, why.idle];
  return match === 'all'
    ? asked.every((wanted, at) => !wanted || met[at])
    : asked.some((wanted, at) => wanted && met[at]);
}

/** Why a copy that fulfils everything else is not meant, where that is something to know. */
function whyNot(image: CachedImage, conditions: WasteConditions, now: number): LeftOut | undefined {
  const { orphan, neverHitDays, idleDays } = conditions;
  if (neverHitDays !== null && isNeverHit(image, now) && !isNeverHit(image, now, neverHitDays)) {
    return image.lastModified === null ? 'untimed' : 'tooNew';
  }
  if (idleDays !== null && lastUsed(image) === null) return 'untimed';
  if (orphan && image.standing === 'unchecked') return 'unchecked';
  if (orphan && image.standing === 'notVisible') return 'notVisible';
  return undefined;
}

/** Whether an image is what was typed; each image is looked at once, however many hosts have it. */
function nameTest(text: string): (image: CachedImage) => boolean {
  const matcher = imageMatcher(text);
  if (matcher.empty) return () => true;
  const known = new Map<CachedImage['description'], Map<ImageId, boolean>>();
  return ({ imageId, description }) => {
    // Descriptions are shared by all hosts of a cloud (known-image.ts).
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
