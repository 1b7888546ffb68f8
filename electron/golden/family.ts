/** The mark of a version (`v2`, `rc1`), or a part that begins with a digit: `33`, `4`, `2026w05`, `20261101T0800Z`. */
const versionPart = /^(v|r|b|rc|sp|rev|build)?\d/i;

/**
 * The family of an image's name: what is left without the version or date at its end, in lower case. The rule is told to
 * the operator in the contract (`goldenRule.newest`); the first part always stays.
 */
export function familyOf(name: string): string {
  const parts = name
    .trim()
    .toLowerCase()
    .split(/([-_.\s]+)/);
  let length = parts.length;
  // Parts and what separates them take turns; an empty last part comes of a separator at the end.
  while (length > 2 && (parts[length - 1] === '' || versionPart.test(parts[length - 1] ?? ''))) length -= 2;
  return parts.slice(0, length).join('');
}
