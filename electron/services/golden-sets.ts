import { ExpectedFailure } from '../contract/failure.ts';
import type { GoldenId, GoldenSet } from '../contract/golden.ts';

/**
 * Golden sets with some added or changed and some left out. Throws `invalidInput` when two of a cloud would have the same
 * name.
 */
export function withGoldenSets(
  present: readonly GoldenSet[],
  put: readonly GoldenSet[],
  gone: readonly GoldenId[],
): GoldenSet[] {
  const sets = new Map(present.map((set) => [set.id, set]));
  for (const id of gone) sets.delete(id);
  for (const set of put) sets.set(set.id, set);
  const names = new Set<string>();
  for (const { cloudId, name } of sets.values()) {
    const key = `${cloudId} ${name.toLowerCase()}`;
    if (names.has(key)) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: `Another golden set of this cloud is called “${name}”.`,
        remedy: 'Give this one another name, or change that set.',
      });
    }
    names.add(key);
  }
  return [...sets.values()];
}
