const literal = /^[A-Za-z0-9_@%+:,./-]+$/;
/** After the first word of a command, `a=b` is an argument; as the first word it would set a variable. */
const literalArgument = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+:,./=-]*$/;

/**
 * Splits a command, as an operator types it, into words: they are separated by white space, quotes hold them together,
 * a backslash takes the next character literally. Nothing is expanded. Returns `undefined` where a quote is not closed.
 */
export function parseShellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '\\' && quote !== "'") {
      at += 1;
      if (at >= text.length) return undefined;
      word = (word ?? '') + text.charAt(at);
    } else if (quote !== undefined) {
      if (letter === quote) quote = undefined;
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + letter;
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/**
 * A command line of these words for a POSIX shell; `parseShellWords` reads it back. ssh joins its arguments with blanks
 * and the remote shell parses them again, so every argument has to pass through here. Throws a `RangeError` for a word
 * with a NUL, which no argument can hold.
 */
export function formatShellWords(words: readonly string[]): string {
  return words.map((word, index) => quoteShellWord(word, index === 0 ? literal : literalArgument)).join(' ');
}

function quoteShellWord(word: string, safe: RegExp): string {
  if (word.includes('\0')) throw new RangeError('An argument cannot hold a NUL');
  return safe.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
