import type { Cloud } from '../../../electron/contract/clouds.ts';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { GoldenDrift, GoldenHostDrift, GoldenProblem, GoldenSet } from '../../../electron/contract/golden.ts';
import { type Amount, addAmount } from '../../../electron/contract/operations.ts';

/** A golden set with the sums over its hosts. `drift` is undefined until it is known. */
export type SetRow = {
  set: GoldenSet;
  cloudName: string;
  drift: GoldenDrift | undefined;
  hosts: number;
  complete: number;
  unknown: number;
  missing: Amount;
  queued: Amount;
  extra: Amount;
};

export function setRows(
  sets: readonly GoldenSet[],
  drift: ReadonlyMap<string, GoldenDrift>,
  clouds: readonly Pick<Cloud, 'id' | 'name'>[],
): SetRow[] {
  const names = new Map(clouds.map(({ id, name }) => [id, name]));
  return sets.map((set) => {
    const ofSet = drift.get(set.id);
    const hosts = ofSet?.hosts ?? [];
    const known = hosts.filter(({ state }) => state !== 'unknown');
    return {
      set,
      cloudName: names.get(set.cloudId) ?? '',
      drift: ofSet,
      hosts: hosts.length,
      complete: hosts.filter(({ state }) => state === 'complete').length,
      unknown: hosts.length - known.length,
      missing: sum(known, 'missing'),
      queued: sum(known, 'queued'),
      extra: sum(known, 'extra'),
    };
  });
}

function sum(hosts: readonly GoldenHostDrift[], what: 'missing' | 'queued' | 'extra'): Amount {
  const sum: Amount = { images: 0, bytes: 0 };
  for (const host of hosts) addAmount(sum, host[what]);
  return sum;
}

/** How many hosts are complete: `3 of 4 hosts complete, 1 unknown`. */
export function describeCompletion({ drift, hosts, complete, unknown }: SetRow): string {
  if (!drift) return 'No data yet';
  if (hosts === 0) return 'no hosts';
  return `${formatCount(complete)} of ${plural(hosts, 'host')} complete${unknown > 0 ? `, ${formatCount(unknown)} unknown` : ''}`;
}

/** Whether an update would change a host: it has missing or extra images. Queued images need no update. */
export function canUpdate({ state, missing, extra }: GoldenHostDrift): boolean {
  return state === 'drifted' && missing.images + extra.images > 0;
}

/** The hosts of a set in words. */
export function describeHosts({ hosts }: GoldenSet): string {
  if (hosts.kind === 'all') return 'all hosts';
  if (hosts.kind === 'labels') return `hosts labelled ${hosts.labels.join(', ')}`;
  return `${plural(hosts.hostIds.length, 'chosen host')}`;
}

/** The contents of a set in words: `2 named images and 1 rule`. */
export function describeContents({ images, rules }: Pick<GoldenSet, 'images' | 'rules'>): string {
  const parts = [
    ...(images.length > 0 ? [plural(images.length, 'named image')] : []),
    ...(rules.length > 0 ? [plural(rules.length, 'rule')] : []),
  ];
  return parts.join(' and ') || 'empty';
}

/** A problem with the part of the set that it concerns: `Rule 2: …`. */
export function describeProblem({ part, text }: GoldenProblem): string {
  return part?.of === 'rules' ? `Rule ${part.index + 1}: ${text}` : text;
}
