import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LargeAnswers, largeAnswer } from './large-answer.ts';

async function textOf(answer: ReadableStream<Uint8Array> | undefined): Promise<string | undefined> {
  return answer && new Response(answer).text();
}

it('an output with a long list is written exactly as it would be in one piece', async () => {
  const rest = fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined }));
  await fc.assert(
    fc.asyncProperty(rest, fc.jsonValue(), fc.integer({ min: 1_001, max: 3_001 }), async (others, value, length) => {
      const output = { ...others, list: Array(length).fill(value), last: 1 };
      expect(await textOf(largeAnswer(output))).toBe(JSON.stringify({ json: output }));
    }),
    { numRuns: 30 },
  );
  expect(largeAnswer({ list: Array(1_000).fill(1) })).toBeUndefined();
  for (const output of [null, 'text', [1], {}]) expect(largeAnswer(output)).toBeUndefined();
});

it('a large answer over a port replaces its reference once, and is forgotten when its call ends', async () => {
  const answers = new LargeAnswers();
  const output = { list: Array(2_000).fill('é') };
  const keep = (signal?: AbortSignal) => answers.keep(largeAnswer(output) ?? new ReadableStream(), signal);
  const message = (reference: string) => JSON.stringify({ i: '1', p: { b: reference } });
  const reference = await keep();
  expect(answers.complete('other')).toBe('other');
  expect(answers.complete(message(reference))).toBe(JSON.stringify({ i: '1', p: { b: { json: output } } }));
  expect(answers.complete(message(reference))).toBe(message(reference));
  const call = new AbortController();
  const dropped = await keep(call.signal);
  call.abort();
  expect(answers.complete(message(dropped))).toBe(message(dropped));
});
