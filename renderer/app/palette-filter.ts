import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight';

type Entry = SpotlightActionData | SpotlightActionGroupData;

/** So many of a group are shown at most: with a thousand hosts, typing on is quicker than reading. */
const mostOfGroup = 40;

/** The actions that hold every word of what was typed, those in whose label they stand first. */
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
      .slice(0, mostOfGroup)
      .map(({ action }) => action);
    return shown.length === 0 ? [] : [{ group: one.group, actions: shown }];
  });
}

/** 0 where a label begins with what was typed, 1 where it holds it, 2 where its keywords do; undefined where nothing does. */
function rank({ label, keywords }: SpotlightActionData, words: readonly string[]): number | undefined {
  const called = label?.toLowerCase() ?? '';
  if (called.startsWith(words.join(' '))) return 0;
  if (words.every((word) => called.includes(word))) return 1;
  const all = [called, ...(typeof keywords === 'string' ? [keywords] : (keywords ?? []))].join('\n').toLowerCase();
  return words.every((word) => all.includes(word)) ? 2 : undefined;
}
