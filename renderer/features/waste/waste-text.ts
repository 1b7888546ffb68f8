import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSize, formatSizeSum } from '../../../electron/contract/sizes.ts';
import type { WasteConditions, WasteList, WasteRow } from '../../../electron/contract/waste.ts';

/** The hosts that the conditions cover: `All hosts`, `edge`, `3 hosts`. */
export function describeScope(
  { cloudIds, labels, hostIds }: Pick<WasteConditions, 'cloudIds' | 'labels' | 'hostIds'>,
  names: ReadonlyMap<string, string>,
): string {
  const some = (ids: readonly string[], what: string) => {
    const [only] = ids;
    if (only === undefined) return [];
    return [ids.length === 1 ? (names.get(only) ?? only) : plural(ids.length, what)];
  };
  const parts = [...some(cloudIds, 'cloud'), ...some(labels, 'label'), ...some(hostIds, 'host')];
  return parts.length === 0 ? 'All hosts' : parts.join(', ');
}

export type ReasonTag = { key: keyof WasteRow['why'] | 'large' | 'fewHits'; text: string; title: string };

/** The reasons why an image is listed, as tags. */
export function reasonTags({ why, hosts }: WasteRow, conditions: WasteConditions): ReasonTag[] {
  const { neverHitDays, idleDays, minBytes, maxHits } = conditions;
  const tags: ReasonTag[] = [];
  const add = (key: keyof WasteRow['why'], text: string, title: string) => {
    const count = why[key];
    if (count === 0) return;
    const some = count < hosts;
    tags.push({
      key,
      text: some ? `${text} ${formatCount(count)} of ${formatCount(hosts)}` : text,
      title: some ? `${title} True of ${formatCount(count)} of these ${formatCount(hosts)} copies.` : title,
    });
  };
  add('golden', 'golden', 'Required by a golden set on this host.');
  add('orphan', 'orphan', 'Deleted from Glance: this image can no longer be downloaded.');
  add('neverHit', 'never hit', `Never read from the cache; cached ${neverHitDays ?? 1} days ago or earlier.`);
  add('idle', 'idle', `Not read for ${idleDays ?? 30} days or longer.`);
  if (minBytes !== null) tags.push({ key: 'large', text: 'large', title: `At least ${formatSize(minBytes)}.` });
  if (maxHits !== null && tags.length === 0) {
    tags.push({ key: 'fewHits', text: 'few hits', title: `At most ${plural(maxHits, 'hit')}.` });
  }
  return tags;
}

/** A sentence about the copies that are left out and why; empty if there are none. */
export function describeLeftOut({ leftOut }: Pick<WasteList, 'leftOut'>, { neverHitDays }: WasteConditions): string {
  const { golden, tooNew, untimed, unsized, unchecked, notVisible } = leftOut;
  const days = neverHitDays === 1 ? 'day' : `${formatCount(neverHitDays ?? 0)} days`;
  const parts = [
    [golden, 'required by golden sets'],
    [tooNew, `not hit yet, but cached within the last ${days}`],
    [untimed, 'without a time'],
    [unsized, 'of unknown size'],
    [unchecked, 'not yet checked in Glance'],
    [notVisible, 'not visible to this login'],
  ] as const;
  const sentences = parts.flatMap(([count, words]) =>
    count > 0 ? [`${plural(count, 'copy', 'copies')} ${words}`] : [],
  );
  return sentences.length === 0 ? '' : `Excluded: ${sentences.join('; ')}.`;
}

/** Lists the first host names and the number of the others. */
export function listHostNames(ids: readonly string[], hosts: ReadonlyMap<string, Pick<HostSummary, 'name'>>): string {
  const names = ids.slice(0, 6).map((id) => hosts.get(id)?.name ?? id);
  const more = ids.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${formatCount(more)} more` : names.join(', ');
}

/** The cache of a host after a deletion. Sizes in bytes. */
export type SpaceAfter = {
  /** The deleted share of the cache, 0 to 1; null if the cache is empty. */
  share: number | null;
  left: number;
  tone: 'ok' | 'bad' | 'plain';
  text: string;
};

/**
 * The space of a host after a deletion of this many bytes, compared with its limit: a lower bound if sizes are unknown.
 */
export function spaceAfter(
  { limitBytes, totals }: Pick<HostSummary, 'limitBytes' | 'totals'>,
  bytes: number,
): SpaceAfter {
  const held = totals?.sizeBytes ?? 0;
  const left = Math.max(0, held - bytes);
  const unsized = totals?.unsized ?? 0;
  const share = held > 0 ? Math.min(1, bytes / held) : null;
  if (limitBytes === null)
    return { share, left, tone: 'plain', text: `${formatSizeSum({ bytes: left, unsized })} left` };
  if (left > limitBytes)
    return { share, left, tone: 'bad', text: `still ${formatSizeSum({ bytes: left - limitBytes, unsized })} over` };
  if (unsized > 0) return { share, left, tone: 'plain', text: `then ≥ ${formatPercent(left / limitBytes)} of limit` };
  return held > limitBytes
    ? { share, left, tone: 'ok', text: 'within limit after' }
    : { share, left, tone: 'plain', text: `then ${formatPercent(left / limitBytes)} of limit` };
}

/** A share in whole percent. A share above 0 is at least `<1%`. */
export function formatPercent(share: number): string {
  const whole = Math.round(share * 100);
  return whole === 0 && share > 0 ? '<1%' : `${whole}%`;
}
