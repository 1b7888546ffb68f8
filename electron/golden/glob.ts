/**
 * Whether a whole text is as a pattern says, in which `*` stands for any characters, also none, and `?` for one; upper
 * and lower case are the same. Takes time in proportion to pattern times text at the worst, whatever the pattern.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const wanted = Array.from(pattern.toLowerCase());
  return (text) => matches(wanted, Array.from(text.toLowerCase()));
}

/** Goes back to the last `*` only: what an earlier one took cannot help where a later one could not. */
function matches(wanted: readonly string[], text: readonly string[]): boolean {
  let place = 0;
  let star = -1;
  let starPlace = 0;
  let at = 0;
  while (place < text.length) {
    const one = wanted[at];
    if (one === '*') {
      star = at;
      starPlace = place;
      at += 1;
    } else if (one !== undefined && (one === '?' || one === text[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      starPlace += 1;
      place = starPlace;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
