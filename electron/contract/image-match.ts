import type { ImageId } from './images.ts';

/** How well an image is what was typed: the smaller the better. */
const ranks = { id: 0, name: 1, idStart: 2, nameStart: 3, wordStart: 4, within: 5 } as const;

const uuid = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi;

/** What an operator typed or pasted to find images by. */
export type ImageMatcher = {
  /** Whether nothing was asked for, and so nothing is found. */
  empty: boolean;
  /** How well an image matches, from 0 for its very id; undefined where it does not. */
  rank(imageId: ImageId, name: string | null): number | undefined;
};

/**
 * Reads what was typed: part of a name or of an id, several such parts that must all be there, a whole id, also without
 * its dashes or in quotes; or several whole ids, of which each is wanted.
 */
export function imageMatcher(text: string): ImageMatcher {
  const typed = text.trim().toLowerCase();
  const ids = new Set(Array.from(typed.matchAll(uuid), ([id]) => bare(id)));
  // Nothing but ids, and what stands between the items of a list.
  if (ids.size > 0 && /^[\s"'`,;|[\]]*$/.test(typed.replace(uuid, ''))) {
    return { empty: false, rank: (imageId) => (ids.has(bare(imageId.toLowerCase())) ? ranks.id : undefined) };
  }
  const words = typed.split(/\s+/).filter((word) => word !== '');
  const bareTyped = bare(typed);
  return {
    empty: words.length === 0,
    rank(imageId, name) {
      const id = imageId.toLowerCase();
      const called = name?.toLowerCase() ?? '';
      if (!words.every((word) => called.includes(word) || id.includes(word))) {
        // A part of an id may have been copied without its dashes.
        return words.length === 1 && bareTyped.length > 8 && bare(id).startsWith(bareTyped) ? ranks.idStart : undefined;
      }
      if (id === typed) return ranks.id;
      if (called === typed) return ranks.name;
      if (id.startsWith(typed)) return ranks.idStart;
      if (called.startsWith(typed)) return ranks.nameStart;
      return words.every((word) => startsAWord(called, word)) ? ranks.wordStart : ranks.within;
    },
  };
}

function bare(id: string): string {
  return id.replaceAll('-', '');
}

function startsAWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  }
  return false;
}
