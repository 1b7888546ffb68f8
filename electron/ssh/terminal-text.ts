import { StringDecoder } from 'node:string_decoder';
import { hideSecrets } from '../lib/secrets-in-use.ts';

/** Terminal control sequences: CSI, OSC, and the two-character ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
/** Control characters, and marks that reverse or hide text: bidirectional and zero-width ones. */
const invisibleChars = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu;

/**
 * Makes untrusted text safe to show: removes colours and cursor movements, and makes other control characters visible.
 */
export function stripControlChars(text: string): string {
  return text.replace(escapeSequences, '').replace(invisibleChars, (letter) => {
    if (letter === '\t') return ' ';
    const point = letter.codePointAt(0) ?? 0;
    return point < 0x20 ? String.fromCodePoint(0x2400 + point) : point === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** A line of ssh or of a program on a host, safe to show: `stripControlChars`, without the secrets in use. */
export function shownLine(line: string): string {
  return stripControlChars(hideSecrets(line));
}

/** Characters; a longer line is delivered in pieces. */
const maxLineLength = 8_000;

/** Splits a stream of bytes into lines of text as they arrive. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    this.#rest += this.#decoder.write(chunk);
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#give(line.replace(/\r$/, ''));
    while (this.#rest.length > maxLineLength) {
      this.#onLine(this.#rest.slice(0, maxLineLength));
      this.#rest = this.#rest.slice(maxLineLength);
    }
  }

  /** Call at the end of the stream: delivers a last line without a line end. */
  end(): void {
    this.#rest += this.#decoder.end();
    if (this.#rest !== '') this.#give(this.#rest);
    this.#rest = '';
  }

  #give(line: string): void {
    for (let at = 0; at === 0 || at < line.length; at += maxLineLength)
      this.#onLine(line.slice(at, at + maxLineLength));
  }
}
