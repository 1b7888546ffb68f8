import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Watchable, whileWatched } from './watched.ts';

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
  const done = whileWatched(page as unknown as Watchable, end.signal, work, 1_000);
  return { seen, done, end };
}

test('what a page follows ends a while after it was hidden, and begins again when it is seen', async () => {
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

test('a short look elsewhere changes nothing', async () => {
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

test('a page that was never seen begins nothing, and can be ended', async () => {
  const page = new Page();
  page.visibilityState = 'hidden';
  const { seen, done, end } = start(page);
  end.abort();
  await done;
  expect(seen).toEqual([]);
});
