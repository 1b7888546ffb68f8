/**
 * Extracts the output of a program from everything that arrives on standard output: the text between two marks. A login
 * shell, become or a prefix may print before the first one, and a logout script after the second one.
 */
export class MarkedOutput {
  readonly #begin: Buffer;
  readonly #end: Buffer;
  readonly #onOutput: (chunk: Buffer) => void;
  readonly #onNoise: (chunk: Buffer) => void;
  #state: 'before' | 'between' | 'after' = 'before';
  /** The last bytes, if a mark may begin in them. */
  #held: Buffer = Buffer.alloc(0);

  constructor(
    marks: { begin: string; end: string },
    to: { onOutput: (chunk: Buffer) => void; onNoise: (chunk: Buffer) => void },
  ) {
    this.#begin = Buffer.from(marks.begin);
    this.#end = Buffer.from(marks.end);
    this.#onOutput = to.onOutput;
    this.#onNoise = to.onNoise;
  }

  push(chunk: Buffer): void {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = Buffer.alloc(0);
    if (this.#state === 'after') {
      this.#give(bytes);
      return;
    }
    const mark = this.#state === 'before' ? this.#begin : this.#end;
    const at = bytes.indexOf(mark);
    if (at >= 0) {
      this.#give(bytes.subarray(0, at));
      this.#state = this.#state === 'before' ? 'between' : 'after';
      const rest = bytes.subarray(at + mark.length);
      if (rest.length > 0) this.push(rest);
      return;
    }
    const whole = bytes.length - startOfMark(bytes, mark);
    this.#held = Buffer.from(bytes.subarray(whole));
    this.#give(bytes.subarray(0, whole));
  }

  /** Call at the end of the stream: an incomplete mark at the end was not a mark. */
  finish(): void {
    this.#give(this.#held);
    this.#held = Buffer.alloc(0);
  }

  #give(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#state === 'between') this.#onOutput(bytes);
    else this.#onNoise(bytes);
  }
}

/** The number of bytes at the end that are the start of the mark. */
function startOfMark(bytes: Buffer, mark: Buffer): number {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length;
  }
  return 0;
}
