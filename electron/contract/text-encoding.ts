/** The text of a file's bytes, or the reason why they are not usable text. `line` counts from 1. */
export type DecodedText = { text: string } | { problem: string; line?: number };

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** A byte that may have any value. */
const any = -1;

/** The first bytes of files that are no text, with what the operator does about them. */
const binaries: readonly [start: readonly number[], problem: string][] = [
  [[0x1f, 0x8b], 'it is compressed with gzip: unpack it first (gunzip)'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a ZIP archive: unpack it first'],
  [
    [0x42, 0x5a, 0x68, any, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
    'it is compressed with bzip2: unpack it first (bunzip2)',
  ],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'it is compressed with xz: unpack it first (unxz)'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is compressed with zstd: unpack it first (unzstd)'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'it is a 7z archive: unpack it first'],
  [[...new TextEncoder().encode('\0GITCRYPT\0')], 'it is encrypted with git-crypt: unlock the repository first'],
  [[...new TextEncoder().encode('Salted__')], 'it is encrypted with openssl: decrypt it first'],
  [[...new TextEncoder().encode('SQLite format 3\0')], 'it is an SQLite database'],
  [[...new TextEncoder().encode('%PDF-')], 'it is a PDF document'],
];
/** The position of the word `ustar` in archives of `tar`. */
const tarMagic = { at: 257, word: 'ustar' };

const marks: readonly [mark: readonly number[], encoding: Encoding][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];
const utf32Marks: readonly (readonly number[])[] = [
  [0xff, 0xfe, 0x00, 0x00],
  [0x00, 0x00, 0xfe, 0xff],
];

/**
 * Decodes a text file that an operator gives: UTF-8, or UTF-16 as PowerShell and Notepad write it, with or without a byte
 * order mark. Other bytes are refused instead of being replaced, because they may be in a password.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const binary = binaries.find(([start]) => startsWith(bytes, start));
  if (binary) return { problem: binary[1] };
  if (startsWith(bytes.subarray(tarMagic.at), [...new TextEncoder().encode(tarMagic.word)]))
    return { problem: 'it is a tar archive: unpack it first' };
  if (utf32Marks.some((mark) => startsWith(bytes, mark)) || isUtf32(bytes))
    return { problem: 'it is UTF-32 text: save it as UTF-8' };
  const encoding = marks.find(([mark]) => startsWith(bytes, mark))?.[1] ?? unmarkedUtf16(bytes) ?? 'utf-8';
  const text = decoded(bytes, encoding);
  if (text !== undefined) {
    const nul = text.indexOf('\0');
    if (nul < 0) return { text };
    return { problem: 'it is not text: it contains a zero byte', line: text.slice(0, nul).split('\n').length };
  }
  if (encoding !== 'utf-8') return { problem: `it starts as ${encoding.toUpperCase()} but is damaged` };
  if (bytes.subarray(0, 1_000).includes(0)) return { problem: 'it is not a text file' };
  const at = firstInvalid(bytes);
  const byte = bytes[at]?.toString(16).padStart(2, '0');
  return {
    problem: `it is not UTF-8: byte 0x${byte} is in another encoding (such as Latin-1): save it as UTF-8`,
    line: lineOf(bytes, at),
  };
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, at) => byte === any || bytes[at] === byte);
}

/** UTF-16 without a mark: of the first characters, which are mostly ASCII, one of the two bytes is zero. */
function unmarkedUtf16(bytes: Uint8Array): Encoding | undefined {
  const start = bytes.subarray(0, 64);
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  const zeros = (parity: number) => start.filter((byte, at) => at % 2 === parity && byte === 0).length;
  const characters = Math.floor(start.length / 2);
  if (zeros(0) === 0 && zeros(1) * 2 > characters) return 'utf-16le';
  return zeros(1) === 0 && zeros(0) * 2 > characters ? 'utf-16be' : undefined;
}

/** UTF-32 without a mark: three of four bytes are zero. */
function isUtf32(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 64);
  return (
    bytes.length >= 8 && bytes.length % 4 === 0 && start.filter((byte) => byte === 0).length * 4 === start.length * 3
  );
}

function decoded(bytes: Uint8Array, encoding: Encoding, options: { stream?: boolean } = {}): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, options);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The index of the first character that is not UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (decoded(bytes.subarray(0, middle), 'utf-8', { stream: true }) !== undefined) valid = middle;
    else invalid = middle;
  }
  // The preceding bytes may be the start of a character that is incomplete.
  while (valid > 0 && decoded(bytes.subarray(0, valid), 'utf-8') === undefined) valid -= 1;
  return valid;
}

function lineOf(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let index = 0; index < at; index += 1) if (bytes[index] === 0x0a) line += 1;
  return line;
}
