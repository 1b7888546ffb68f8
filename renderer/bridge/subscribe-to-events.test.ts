import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConsoleEvent } from '../../electron/contract/contract.ts';
import { preferences } from '../../electron/contract/settings.ts';
import type { ConnectionState } from './console-state.ts';
import { type Following, followEvents, type PageVisibility, retryDelay, whileVisible } from './subscribe-to-events.ts';

vi.mock('./client.ts', () => ({ client: {} }));

const opening: ConsoleEvent = {
  type: 'state',
  preferences: preferences.parse({}),
  clouds: [],
  hosts: [],
  fleet: { distinctImages: 0 },
  operations: [],
  questions: [],
  storage: null,
};

/** Reads the given streams one after the other until none is left. */
async function followed(streams: (() => AsyncGenerator<ConsoleEvent, void, void>)[]) {
  const end = new AbortController();
  const events: string[] = [];
  const connections: ConnectionState[] = [];
  const waits: number[] = [];
  const left = [...streams];
  await followEvents({
    client: {
      events: async () => {
        const next = left.shift();
        if (!next) throw new Error('no more');
        return next();
      },
    } as unknown as Following['client'],
    onEvent: ({ type }) => events.push(type),
    onConnection: (connection) => connections.push(connection),
    signal: end.signal,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      if (left.length === 0) end.abort();
    },
  });
  return { events, connections, waits };
}

test('a stream that ends or breaks is opened again, and begins with the whole state', async () => {
  const { events, connections } = await followed([
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
  expect(connections.map(({ state }) => state)).toEqual(['connecting', 'open', 'lost', 'open', 'lost']);
  expect(connections.at(-1)).toMatchObject({ error: { message: 'cut' }, tries: 1 });
});

test('the delay between attempts grows until one succeeds', async () => {
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
  expect(retryDelay(50)).toBe(10_000);
});

test('no stream is opened after the abort', async () => {
  const connections: ConnectionState[] = [];
  const client = { events: () => Promise.reject(new Error('asked')) } as unknown as Following['client'];
  await followEvents({
    client,
    onEvent: () => {},
    onConnection: (connection) => connections.push(connection),
    signal: AbortSignal.abort(),
  });
  expect(connections).toEqual([{ state: 'connecting' }]);
});

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  turn(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(page: Page) {
  const end = new AbortController();
  const seen: string[] = [];
  const work = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      seen.push('began');
      signal.addEventListener('abort', () => {
        seen.push('ended');
        resolve();
      });
    });
  const done = whileVisible(page as unknown as PageVisibility, end.signal, work, 1_000);
  return { seen, done, end };
}

test('the work of a page ends some time after it is hidden, and starts again when it is visible', async () => {
  const page = new Page();
  const { seen, done, end } = start(page);
  await vi.advanceTimersByTimeAsync(0);
  page.turn('hidden');
  await vi.advanceTimersByTimeAsync(999);
  expect(seen).toEqual(['began']);
  await vi.advanceTimersByTimeAsync(1);
  expect(seen).toEqual(['began', 'ended']);
  page.turn('visible');
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual(['began', 'ended', 'began']);
  end.abort();
  await done;
});

test('hiding the page for a short time changes nothing', async () => {
  const page = new Page();
  const { seen, end, done } = start(page);
  await vi.advanceTimersByTimeAsync(0);
  page.turn('hidden');
  await vi.advanceTimersByTimeAsync(500);
  page.turn('visible');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(seen).toEqual(['began']);
  end.abort();
  await done;
});

test('a page that was never visible starts nothing, and can be aborted', async () => {
  const page = new Page();
  page.visibilityState = 'hidden';
  const { seen, done, end } = start(page);
  end.abort();
  await done;
  expect(seen).toEqual([]);
});
