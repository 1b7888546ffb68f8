import { parentPort } from 'node:worker_threads';
import { listingReaders } from './glance/cache-listing.ts';
import { catalogueReaders } from './glance/catalogue-image.ts';
import type { AnswerReader, ThreadMessage, ThreadRequest } from './http/answer-reader.ts';
import { exceedsJsonLimits } from './http/json-limits.ts';
import { tokenReader } from './keystone/keystone-token.ts';
import { hideOpaque } from './lib/secrets-in-use.ts';

// The entry point of the thread that reads large answers of servers (http/answer-reader.ts).

const readers = new Map<string, AnswerReader<unknown>>(
  [...listingReaders, ...catalogueReaders, tokenReader].map((reader) => [reader.name, reader]),
);

let messages: Iterator<ThreadMessage> | undefined;

parentPort?.on('message', (request: ThreadRequest) => {
  if (request !== 'next') messages = readInSlices(request);
  const next = messages?.next();
  if (!next || next.done) return;
  parentPort?.postMessage(next.value);
  if (next.value.kind === 'end') messages = undefined;
});

function* readInSlices({ reader: name, blocks, secrets }: Exclude<ThreadRequest, 'next'>): Generator<ThreadMessage> {
  const reader = readers.get(name);
  if (!reader) throw new Error(`There is no reader ${name}`);
  const result = reader.read(parse(blocks, secrets));
  const lists: [string, readonly unknown[]][] = [];
  const head: Record<string, unknown> = {};
  if (typeof result !== 'object' || result === null) yield { kind: 'result', result };
  else {
    for (const [key, value] of Object.entries(result)) {
      head[key] = Array.isArray(value) ? [] : value;
      if (Array.isArray(value)) lists.push([key, value]);
    }
    yield { kind: 'result', result: head };
  }
  for (const [key, list] of lists) {
    for (let start = 0; start < list.length; start += reader.sliceLength) {
      yield { kind: 'slice', key, items: list.slice(start, start + reader.sliceLength) };
    }
  }
  yield { kind: 'end' };
}

/** Empties the list of blocks, because the text, the parsed values and the blocks together take too much memory. */
function parse(blocks: Uint8Array[], secrets: readonly string[]): unknown {
  if (exceedsJsonLimits(blocks)) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  for (let block = blocks.shift(); block; block = blocks.shift()) text += decoder.decode(block, { stream: true });
  text += decoder.decode();
  try {
    return JSON.parse(hideOpaque(text, secrets));
  } catch {
    // The caller decides what a body without JSON means.
    return undefined;
  }
}
