import { createHash } from 'node:crypto';
import { hideOpaque } from '../lib/secrets-in-use.ts';
import type { LargeBody } from './http-answer.ts';

/**
 * The largest body, in bytes, that is decoded and parsed on the main thread. The worst that fits into it, arrays nested
 * as deep as it is long, takes about 30 ms there.
 */
export const largeFrom = 128 * 1024;
/** The beginning of a large body that a failure shows, in bytes. */
const shownBytes = 16 * 1024;
/** A large body is collected in blocks of this many bytes: one copy of all of it would take too long at once. */
const blockBytes = 1024 * 1024;

/**
 * Reads a body, without the tokens in use that it repeats. Of a large one, `text` is the beginning only, and `large`
 * has all of it. Throws the result of `tooLong` if it is longer than `limit` bytes.
 */
export async function readBody(
  body: AsyncIterable<Buffer>,
  limit: number,
  tooLong: () => Error,
): Promise<{ text: string; large?: LargeBody }> {
  const blocks = new Blocks();
  const hash = createHash('sha256');
  for await (const chunk of body) {
    if (blocks.bytes + chunk.length > limit) throw tooLong();
    hash.update(chunk);
    blocks.add(chunk);
  }
  const all = blocks.all();
  if (blocks.bytes <= largeFrom) return { text: hideOpaque(new TextDecoder().decode(all[0])) };
  const text = hideOpaque(new TextDecoder().decode(all[0]?.subarray(0, shownBytes)));
  return { text, large: { blocks: all, bytes: blocks.bytes, digest: hash.digest('base64') } };
}

/** Bytes in blocks that own their memory, so that they can be handed to another thread without a copy. */
class Blocks {
  bytes = 0;
  readonly #full: Uint8Array<ArrayBuffer>[] = [];
  #block = new Uint8Array(largeFrom);
  #used = 0;

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#used === this.#block.length) this.#next();
      const part = rest.subarray(0, this.#block.length - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      rest = rest.subarray(part.length);
    }
  }

  all(): Uint8Array<ArrayBuffer>[] {
    return [...this.#full, this.#block.subarray(0, this.#used)];
  }

  #next(): void {
    this.#full.push(this.#block);
    this.#block = new Uint8Array(blockBytes);
    this.#used = 0;
  }
}
