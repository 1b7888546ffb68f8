import { afterAll, beforeAll, expect, it } from 'vitest';
import { largeAnswer } from '../../electron/bridge/large-answer.ts';
import { wasteConditions } from '../../electron/contract/waste.ts';
import { longestTurnShare } from '../../electron/lib/testing/longest-turn.ts';
import { hugeHostConsole } from '../../electron/services/testing/huge-host.ts';

// Nothing that a host with a huge list answers, and no page that shows it, may keep the main thread from other calls for
// more than 50 ms. `npm run bench` measures the same with almost as many images as the console takes.

let console: Awaited<ReturnType<typeof hugeHostConsole>>;

beforeAll(async () => {
  console = await hugeHostConsole(80_000);
}, 120_000);

afterAll(() => console[Symbol.asyncDispose]());

/** Reads an answer as the bridge sends it. */
async function sent(output: unknown): Promise<number> {
  const answer = largeAnswer(output);
  if (!answer) throw new Error('The answer is not large');
  let bytes = 0;
  for await (const slice of answer) bytes += slice.length;
  return bytes;
}

it('a changed list of a huge host is read, shown and stored in the trends without blocking the event loop', async () => {
  const { client, id } = console;
  expect(await longestTurnShare(() => client.hosts.refresh({ ids: [id] }))).toBeLessThan(1);
}, 120_000);

it('no page that shows a huge host blocks the event loop', async () => {
  const { client, id } = console;
  const conditions = wasteConditions.parse({ neverHitDays: 1 });
  const pages: Record<string, () => Promise<unknown>> = {
    images: async () => sent(await client.hosts.images({ id })),
    coverage: async () => sent(await client.coverage.get({})),
    search: () => client.search.images({ text: 'ccc', limit: 10 }),
    waste: () => client.waste.list({ conditions }),
    reclaim: () => client.waste.reclaim({ conditions, images: null }),
    targets: () => client.waste.targets({ conditions, images: null }),
  };
  const shares: Record<string, number> = {};
  for (const [page, open] of Object.entries(pages)) shares[page] = await longestTurnShare(open);
  expect(Object.entries(shares).filter(([, share]) => share >= 1)).toEqual([]);
}, 240_000);
