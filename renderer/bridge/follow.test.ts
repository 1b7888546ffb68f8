import { expect, test } from 'vitest';
import type { ConsoleEvent } from '../../electron/contract/events.ts';
import { preferences } from '../../electron/contract/settings.ts';
import { type Following, follow, type Link, pause } from './follow.ts';

const opening: ConsoleEvent = {
  type: 'state',
  preferences: preferences.parse({}),
  clouds: [],
  hosts: [],
  fleet: { distinctImages: 0 },
  operations: [],
  questions: [],
};

/** Follows streams that are given one after the other, until there are none left. */
async function followed(streams: (() => AsyncGenerator<ConsoleEvent, void, void>)[]) {
  const end = new AbortController();
  const events: string[] = [];
  const links: Link[] = [];
  const waits: number[] = [];
  const left = [...streams];
  await follow({
    client: {
      events: async () => {
        const next = left.shift();
        if (!next) throw new Error('no more');
        return next();
      },
    } as unknown as Following['client'],
    onEvent: ({ type }) => events.push(type),
    onLink: (link) => links.push(link),
    signal: end.signal,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      if (left.length === 0) end.abort();
    },
  });
  return { events, links, waits };
}

test('a stream that ends or breaks is opened again, and begins with the whole', async () => {
  const { events, links } = await followed([
    async function* () {
      yield opening;
      yield { type: 'clouds', clouds: [] };
    },
    async function* () {
      yield opening;
      throw new Error('cut');
    },
  ]);
  expect(events).toEqual(['state', 'clouds', 'state']);
  expect(links.map(({ state }) => state)).toEqual(['connecting', 'open', 'lost', 'open', 'lost']);
  expect(links.at(-1)).toMatchObject({ error: { message: 'cut' }, tries: 1 });
});

test('tries come further and further apart, until one succeeds', async () => {
  const fails = () => {
    throw new Error('not there');
  };
  const { waits } = await followed([
    fails,
    fails,
    async function* () {
      yield opening;
    },
  ]);
  expect(waits).toEqual([250, 500, 250]);
  expect(pause(50)).toBe(10_000);
});

test('nothing is opened once it is ended', async () => {
  const links: Link[] = [];
  const client = { events: () => Promise.reject(new Error('asked')) } as unknown as Following['client'];
  await follow({ client, onEvent: () => {}, onLink: (link) => links.push(link), signal: AbortSignal.abort() });
  expect(links).toEqual([{ state: 'connecting' }]);
});
