import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight';

type Entry = SpotlightActionData | SpotlightActionGroupData;

/** The most entries of a group that are shown: with a thousand hosts, typing on is quicker than reading. */
const maxOfGroup = 40;

/** The actions that contain every word of the query. Those with a match in the label come first. */
export function filterPalette(query: string, actions: readonly Entry[]): Entry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return actions.flatMap<Entry>((one) => {
    if (!('actions' in one)) return rank(one, words) === undefined ? [] : [one];
    const ranked = one.actions.flatMap((action) => {
      const at = rank(action, words);
      return at === undefined ? [] : [{ action, at }];
    });
    const shown = ranked
      .sort((first, second) => first.at - second.at)
      .slice(0, maxOfGroup)
      .map(({ action }) => action);
    return shown.length === 0 ? [] : [{ group: one.group, actions: shown }];
  });
}

/** Returns 0 if the label begins with the query, 1 if it contains it, 2 if the keywords do, undefined if nothing does. */
function rank({ label, keywords }: SpotlightActionData, words: readonly string[]): number | undefined {
  const called = label?.toLowerCase() ?? '';
  if (called.startsWith(words.join(' '))) return 0;
  if (words.every((word) => called.includes(word))) return 1;
  const all = [called, ...(typeof keywords === 'string' ? [keywords] : (keywords ?? []))].join('\n').toLowerCase();
  return words.every((word) => all.includes(word)) ? 2 : undefined;
}
