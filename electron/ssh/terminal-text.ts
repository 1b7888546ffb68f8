import { StringDecoder } from 'node:string_decoder';

/** Terminal control sequences: CSI, OSC, and the two-character ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
/** Also what turns text around or hides it: bidirectional and zero-width marks. */
const invisibleChars = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu;

/** A stranger's text for showing: colours and cursor movements removed, other control characters made visible. */
export function stripControlChars(text: string): string {
  return text.replace(escapeSequences, '').replace(invisibleChars, (letter) => {
    if (letter === '\t') return ' ';
    const point = letter.codePointAt(0) ?? 0;
    return point < 0x20 ? String.fromCodePoint(0x2400 + point) : point === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** No line is longer; a longer one comes in pieces. */
const maxLineLength = 8_000;

/** Cuts a stream of bytes into lines of text, as they come. */
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

  /** No more will come: gives what has no line end. */
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
