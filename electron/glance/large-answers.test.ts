import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largeFrom, readBody } from '../http/answer-body.ts';
import { type AnswerReader, AnswerThread, readAnswer } from '../http/answer-reader.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { jsonOf, messageOfAnswer } from '../http/http-answer.ts';
import { exceedsJsonLimits } from '../http/json-limits.ts';
import { longestTurn } from '../lib/testing/longest-turn.ts';
import { type CacheListing, cacheAndQueue, maxListed, readListing } from './cache-listing.ts';
import { pageReader } from './catalogue-image.ts';

const who = { address: 'http://host:9292' };

/** The answer with this body as it comes from the network, in chunks. */
async function answerOf(text: string, chunkBytes = 65_000): Promise<HttpAnswer> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  return { status: 200, headers: {}, ...(await readBody(chunks(), Number.POSITIVE_INFINITY, () => new Error('long'))) };
}

/** The same body, made large by blanks, which JSON may have at its end. */
function padded(text: string): Promise<HttpAnswer> {
  return answerOf(text + ' '.repeat(largeFrom));
}

function listingOf(count: number): string {
  const records = Array.from({ length: count }, (_, n) => ({ image_id: `image-${n}`, size: n, hits: n % 5 }));
  return JSON.stringify({ cached_images: records, queued_images: ['q'] });
}

describe('a body', () => {
  it('is one text while it is small, and blocks of memory of its own if it is larger', async () => {
    const small = await answerOf('é'.repeat(largeFrom / 2), 1_001);
    expect(small.large).toBeUndefined();
    expect(small.text).toHaveLength(largeFrom / 2);
    const body = 'ab'.repeat(2_000_000);
    const { text, large } = await answerOf(body, 70_001);
    expect(Buffer.concat(large?.blocks ?? []).toString()).toBe(body);
    expect(body.startsWith(text)).toBe(true);
    expect(large?.digest).toBe((await answerOf(body)).large?.digest);
    expect(large?.digest).not.toBe((await answerOf(`${body}c`)).large?.digest);
  });

  it('that is large is not parsed on the main thread, not even for the message of a failure', async () => {
    const answer = await padded('{"message": "full"}');
    expect(jsonOf(answer)).toBeUndefined();
    expect(messageOfAnswer(answer)).toContain('full');
  });
});

describe('a large answer', () => {
  it('is read in a worker thread with the same result as a small one on the main thread', async () => {
    const field = fc.oneof(fc.constantFrom('image_id', 'size', 'hits', 'last_accessed', 'last_modified'), fc.string());
    const record = fc.oneof(
      fc.record({ image_id: fc.string(), size: fc.integer(), hits: fc.integer(), last_accessed: fc.double() }),
      fc.dictionary(field, fc.jsonValue({ maxDepth: 2 })),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const list = fc.oneof(fc.array(record), fc.constant(null));
    const body = fc.oneof(
      fc.record({ cached_images: list, queued_images: list }).map((value) => JSON.stringify(value)),
      fc.record({ images: list }).map((value) => JSON.stringify(value)),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.string(),
    );
    const readers: AnswerReader<unknown>[] = [cacheAndQueue, pageReader];
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(...readers), async (text, reader) => {
        const here = await readAnswer(await answerOf(text), reader, who);
        expect(await readAnswer(await padded(text), reader, who)).toEqual(here);
      }),
      { numRuns: 60 },
    );
  });

  it('of 200,000 images is passed on in slices', async () => {
    const answer = await answerOf(listingOf(200_000));
    let listed: Awaited<ReturnType<typeof cacheAndQueue.read>> = 'notAListing';
    const { ms, turns } = await longestTurn(async () => {
      listed = await readAnswer(answer, cacheAndQueue, who);
    });
    expect(listed).toMatchObject({ queued: ['q'], odd: [] });
    expect(listed).toHaveProperty('cached.length', 200_000);
    expect(listed).toHaveProperty(['cached', 199_999], expect.objectContaining({ imageId: 'image-199999' }));
    expect(turns).toBeGreaterThan(200_000 / cacheAndQueue.sliceLength);
    expect(ms).toBeLessThan(100);
  });

  it('with more images than the console shows is recognised from its list', async () => {
    const text = JSON.stringify({ cached_images: Array(maxListed + 1).fill(0), queued_images: [] });
    expect(await readAnswer(await answerOf(text), cacheAndQueue, who)).toBe('tooLong');
  });

  it.each([
    ['nested arrays', '['.repeat(2_000_000) + ']'.repeat(2_000_000)],
    ['32 MiB of nested arrays', '['.repeat(32 * 1024 * 1024)],
    ['more values than any list', `[${'0,'.repeat(8_000_000)}0]`],
  ])('of %s is rejected before it is parsed', async (_, body) => {
    const answer = await answerOf(`{"cached_images": ${body}, "queued_images": []}`);
    expect(await readAnswer(answer, cacheAndQueue, who)).toBe('notAListing');
  });

  it('is given up at once when its signal is aborted, and the next one is read', async () => {
    const abort = new AbortController();
    const signal = abort.signal;
    const aborted = readAnswer(await answerOf(listingOf(100_000)), cacheAndQueue, { ...who, signal });
    const waiting = readAnswer(await answerOf(listingOf(5_000)), cacheAndQueue, { ...who, signal });
    const next = readAnswer(await answerOf(listingOf(5_000)), cacheAndQueue, who);
    const failures = Promise.allSettled([aborted, waiting]);
    abort.abort();
    expect(await failures).toMatchObject([
      { reason: { failure: { code: 'interrupted' } } },
      { reason: { failure: { code: 'interrupted' } } },
    ]);
    expect(await next).toMatchObject({ queued: ['q'] });
  });

  it('that hardly differs from the last one reuses the records of that', async () => {
    const records = (hits: number) =>
      Array.from({ length: 5_000 }, (_, n) => ({ image_id: `image-${n}`, size: n, hits: n === 3 ? hits : 0 }));
    const answer = (list: unknown[]) => answerOf(JSON.stringify({ cached_images: list, queued_images: ['q'] }));
    const read = async (list: unknown[], last?: CacheListing) =>
      readListing(await answer(list), cacheAndQueue, { ...who, signal: undefined, last });
    const first = await read(records(1));
    const second = await read([...records(2), { image_id: 'new', size: 1, hits: 1 }], first);
    expect(second.cached[3]).toEqual({ ...first.cached[3], hits: 2 });
    expect(second.cached.filter((record, index) => record === first.cached[index])).toHaveLength(4_999);
    const other = await read(records(2).reverse(), second);
    expect(other).toEqual(await read(records(2).reverse()));
  });

  it('that crashes the worker thread fails alone', async () => {
    const dying = `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', (request) => {
        if (request.reader === 'exit') process.exit(1);
        if (request.reader === 'throw') throw new Error('inner');
        parentPort.postMessage({ kind: request === 'next' ? 'end' : 'result', result: request.reader });
      });`;
    const thread = new AnswerThread(() => new Worker(dying, { eval: true }));
    const [one, two, three, four] = await Promise.all([padded('1'), padded('2'), padded('3'), padded('4')]);
    if (!one.large || !two.large || !three.large || !four.large) throw new Error('They are small');
    const outcomes = await Promise.allSettled([
      thread.read(one.large, { reader: 'exit', ...who }),
      thread.read(two.large, { reader: 'fine', ...who }),
      thread.read(three.large, { reader: 'throw', ...who }),
      thread.read(four.large, { reader: 'fine', ...who }),
    ]);
    expect(outcomes).toMatchObject([
      { reason: { failure: { code: 'badResponse', message: expect.stringContaining(who.address) } } },
      { value: 'fine' },
      { reason: { message: 'inner' } },
      { value: 'fine' },
    ]);
  });
});

it('the JSON limits count depth and values, and nothing within strings', () => {
  const exceeds = (text: string, chunk = 3) => {
    const bytes = Buffer.from(text);
    const blocks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += chunk) blocks.push(bytes.subarray(at, at + chunk));
    return exceedsJsonLimits(blocks, { maxDepth: 3, maxValues: 6 });
  };
  expect(exceeds('[[{"a": 1}]]')).toBe(false);
  expect(exceeds('[[{"a": []}]]')).toBe(true);
  expect(exceeds('["[[[[[", "\\"[[[[[", "\\\\", "{,,,,,,,"]')).toBe(false);
  expect(exceeds('[1, 2, 3, 4, 5, 6]')).toBe(false);
  expect(exceeds('[1, 2, 3, 4, 5, 6, 7]')).toBe(true);
});
