import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { stepLength } from '../lib/slices.ts';

// Writing the images of one huge host as JSON takes longer than other calls may wait. oRPC's codecs write an output at
// once, but pass a stream on, so an output with a long list becomes a stream of the text that they would write.

/**
 * The text of an output in oRPC's RPC protocol, in slices, each written in a turn of its own. Undefined when the output
 * has no long list. Outputs of the contract are plain JSON values, so the protocol's notes on other types are not needed.
 */
export function largeAnswer(output: unknown): ReadableStream<Uint8Array> | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  if (!Object.values(output).some((value) => Array.isArray(value) && value.length > stepLength)) return undefined;
  const encoder = new TextEncoder();
  const slices = jsonSlices(output);
  return new ReadableStream({
    async pull(controller) {
      await setImmediate();
      const slice = slices.next();
      if (slice.done) controller.close();
      else controller.enqueue(encoder.encode(slice.value));
    },
  });
}

/** The JSON of `{ json: output }`, in slices. */
function* jsonSlices(output: object): Generator<string, void> {
  let before = '{"json":{';
  for (const [key, value] of Object.entries(output)) {
    if (value === undefined) continue;
    const name = `${before}${JSON.stringify(key)}:`;
    before = ',';
    if (!Array.isArray(value) || value.length <= stepLength) {
      yield name + JSON.stringify(value);
      continue;
    }
    for (let start = 0; start < value.length; start += stepLength) {
      const part = JSON.stringify(value.slice(start, start + stepLength)).slice(1, -1);
      yield `${start === 0 ? `${name}[` : ','}${part}`;
    }
    yield ']';
  }
  yield '}}';
}

/**
 * Large answers on their way through a message port. oRPC sends an answer over a port as one text, so the text of a large
 * one is put together here, and takes the place of its reference when the message is sent.
 */
export class LargeAnswers {
  readonly #texts = new Map<string, string>();

  /** Reads the stream of an answer. Returns the reference that stands for it, until it is sent or aborted. */
  async keep(answer: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): Promise<string> {
    const reference = randomUUID();
    const decoder = new TextDecoder();
    const slices: string[] = [];
    for await (const slice of answer) {
      if (signal?.aborted) return reference;
      slices.push(decoder.decode(slice));
    }
    this.#texts.set(reference, slices.join(''));
    signal?.addEventListener('abort', () => this.#texts.delete(reference), { once: true });
    return reference;
  }

  /** The message to send: with the text of a large answer in place of its reference. */
  complete(message: unknown): unknown {
    if (this.#texts.size === 0 || typeof message !== 'string' || message.length > maxReferring) return message;
    for (const [reference, text] of this.#texts) {
      const [before, after] = message.split(JSON.stringify(reference));
      if (before === undefined || after === undefined) continue;
      this.#texts.delete(reference);
      return `${before}${text}${after}`;
    }
    return message;
  }
}

/** Characters of a message that is nothing but the envelope of a reference, at most. */
const maxReferring = 300;
