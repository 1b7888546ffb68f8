/**
 * Escapes of JSON, JavaScript and Python (after one or more backslashes), of URLs and of HTML. A run of backslashes is
 * entered at its first one only, so that the search takes linear time on any input.
 */
const escapes =
  /(?<!\\)\\+(?:u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|U([\da-fA-F]{8})|x([\da-fA-F]{2})|([bfnrt]))|%([\da-fA-F]{2})|&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));?/g;

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Escapes of escapes of escapes are undone as well, up to this depth. */
const maxPasses = 8;

/**
 * A text without its escapes, and the position of each of its characters in the original. Backslashes and blanks are
 * left out, because escaping and tidying change their number. Characters above U+00FF are their bytes in UTF-8, as in a
 * URL.
 */
export class DecodedText {
  text: string;
  #starts: number[] | undefined;
  #ends: number[] | undefined;

  constructor(original: string) {
    this.text = original;
    for (let pass = 0; pass < maxPasses && this.#undo(); pass += 1);
    this.#simplify();
  }

  /** The part of the original that characters of `text` stand for. */
  original(from: number, to: number): [start: number, end: number] {
    return [this.#start(from), this.#end(to - 1)];
  }

  /** Whether two neighbours in `text` are neighbours in the original too. */
  adjoin(first: number): boolean {
    return this.#end(first) === this.#start(first + 1);
  }

  #start(index: number): number {
    return this.#starts?.[index] ?? index;
  }

  #end(index: number): number {
    return this.#ends?.[index] ?? index + 1;
  }

  /** Undoes one level of escapes. Returns whether there were any. */
  #undo(): boolean {
    const starts: number[] = [];
    const ends: number[] = [];
    let decoded = '';
    let at = 0;
    const copy = (to: number) => {
      for (let index = at; index < to; index += 1) {
        starts.push(this.#start(index));
        ends.push(this.#end(index));
      }
      decoded += this.text.slice(at, to);
    };
    for (const match of this.text.matchAll(escapes)) {
      const end = match.index + match[0].length;
      const letters = decode(match);
      copy(match.index);
      decoded += letters;
      for (let index = 0; index < letters.length; index += 1) {
        starts.push(this.#start(match.index));
        ends.push(this.#end(end - 1));
      }
      at = end;
    }
    if (at === 0) return false;
    copy(this.text.length);
    this.text = decoded;
    this.#starts = starts;
    this.#ends = ends;
    return true;
  }

  #simplify(): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are left out like blanks.
    if (!/[\\\s+\u0000-\u001f]|[^\u0000-\u00ff]/.test(this.text)) return;
    const starts: number[] = [];
    const ends: number[] = [];
    let simple = '';
    let index = 0;
    for (const letter of this.text) {
      const next = index + letter.length;
      // A form has `+` for a blank.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are left out like blanks.
      const kept = /[\\\s+\u0000-\u001f]/.test(letter) ? '' : letter <= '\u00ff' ? letter : latin1Of(letter);
      for (let count = 0; count < kept.length; count += 1) {
        starts.push(this.#start(index));
        ends.push(this.#end(next - 1));
      }
      simple += kept;
      index = next;
    }
    this.text = simple;
    this.#starts = starts;
    this.#ends = ends;
  }
}

/** The bytes of a text in UTF-8, each as the character of its number. */
export function latin1Of(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function decode([whole, u4, u6, u8, x2, control, percent, decimal, hex, name]: RegExpExecArray): string {
  if (control !== undefined) return ' ';
  if (name !== undefined) return named[name] ?? whole;
  if (u4 !== undefined) return String.fromCharCode(Number.parseInt(u4, 16));
  const digits = u6 ?? u8 ?? x2 ?? percent ?? hex;
  const point = digits === undefined ? Number(decimal) : Number.parseInt(digits, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : ' ';
}
