/** Levels of nesting and values that any answer of a service is allowed. Real ones have 8 levels at most. */
const maxDepth = 100;
/** A list of 250,000 cached images, as long as the console takes, has 1.8 million values. */
const maxValues = 4_000_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Whether JSON is nested so deep, or has so many values, that parsing it may take more memory than a thread has. The
 * limit of a thread does not help: where the parser itself runs out of memory, the whole process ends.
 */
export function exceedsJsonLimits(blocks: readonly Uint8Array[], limits = { maxDepth, maxValues }): boolean {
  let depth = 0;
  let values = 0;
  let inText = false;
  let escaped = false;
  for (const block of blocks) {
    for (let at = 0; at < block.length; at += 1) {
      const byte = block[at] ?? 0;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
      } else if (byte === quote) inText = true;
      else if (byte === comma) values += 1;
      else if (byte === openBracket || byte === openBrace) {
        depth += 1;
        values += 1;
        if (depth > limits.maxDepth) return true;
      } else if (byte === closeBracket || byte === closeBrace) depth -= 1;
    }
    if (values > limits.maxValues) return true;
  }
  return false;
}
