/** What a file's bytes are as text, or why they are none that can be used. `line` counts from 1. */
export type DecodedText = { text: string } | { problem: string; line?: number };

const marks: readonly [mark: readonly number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * Decodes a text file that an operator gives: UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it. Other
 * bytes are refused instead of being replaced, because they may be in a password.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [, encoding = 'utf-8'] = marks.find(([mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? [];
  if (encoding === 'utf-8' && bytes.subarray(0, 64).includes(0)) return { problem: 'it is not a text in UTF-8' };
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  if (encoding !== 'utf-8') return { problem: `it begins as ${encoding.toUpperCase()} and is damaged` };
  const at = firstInvalid(bytes);
  const byte = bytes[at]?.toString(16).padStart(2, '0');
  return { problem: `it is not UTF-8: the byte 0x${byte} belongs to another encoding`, line: lineOf(bytes, at) };
}

/** The index of the first character that is not UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isValid(bytes.subarray(0, middle), { stream: true })) valid = middle;
    else invalid = middle;
  }
  // The bytes before may be the start of a character that does not go on.
  while (valid > 0 && !isValid(bytes.subarray(0, valid), {})) valid -= 1;
  return valid;
}

/** Whether some bytes are UTF-8; with `stream` the last character may be cut. */
function isValid(bytes: Uint8Array, options: { stream?: boolean }): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, options);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function lineOf(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let index = 0; index < at; index += 1) if (bytes[index] === 0x0a) line += 1;
  return line;
}
