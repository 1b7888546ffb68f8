import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../lib/testing/manual-clock.ts';
import { ConcurrencyLimit, Poller } from './poller.ts';

function poller(options: { answers?: () => boolean; random?: () => number; following?: () => boolean } = {}) {
  const clock = new ManualClock();
  const began: number[] = [];
  const one = new Poller({
    poll: async () => {
      began.push(clock.now());
      return options.answers?.() ?? true;
    },
    following: options.following ?? (() => false),
    polled: () => undefined,
    changed: () => undefined,
    slots: new ConcurrencyLimit({ limit: 1, timeoutMs: 1_000, clock }),
    clock,
    random: options.random ?? (() => 0.5),
  });
  return { clock, began, one };
}

describe('polls', () => {
  it('are spread over a tenth of the interval', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5, max: 3_600 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (seconds, randoms) => {
          const { clock, began, one } = poller({ random: () => randoms.next().value ?? 0 });
          one.configure(seconds * 1_000);
          await clock.forward(seconds * 8_000);
          const gaps = began.slice(1).map((at, index) => at - (began[index] ?? 0));
          expect(gaps.length).toBeGreaterThanOrEqual(6);
          for (const gap of gaps) expect(Math.abs(gap / (seconds * 1_000) - 1)).toBeLessThanOrEqual(0.1001);
          await one.stop();
          expect(clock.waiting).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('back off while they fail: twice as long each time, up to five minutes', async () => {
    const { clock, began, one } = poller({ answers: () => false });
    one.configure(30_000);
    await clock.forward(1_500_000);
    const gaps = began.slice(1).map((at, index) => Math.round((at - (began[index] ?? 0)) / 1_000));
    expect(gaps).toEqual([30, 60, 120, 240, 300, 300, 300]);
    await one.stop();
  });

  it('of a host with a longer interval of its own keep to it', async () => {
    const { clock, began, one } = poller({ answers: () => false });
    one.configure(3_600_000);
    await clock.forward(5 * 3_600_000);
    expect(began).toHaveLength(5);
    await one.stop();
  });

  it('follow after 1, 2, 4 seconds and so on up to the interval', async () => {
    const { clock, began, one } = poller({ following: () => true });
    one.configure(10_000);
    await clock.forward(1_000);
    one.follow();
    await clock.forward(40_000);
    const gaps = began.slice(1).map((at, index) => (at - (began[index] ?? 0)) / 1_000);
    expect(gaps.slice(1)).toEqual([2, 4, 8, 10, 10]);
    await one.stop();
  });

  it('report when the next one is due', async () => {
    const { clock, one } = poller();
    one.configure(30_000);
    await clock.forward(500);
    expect(one.nextPollAt).toBe(clock.now() + 30_000);
    one.configure(null);
    expect(one.nextPollAt).toBeNull();
    expect(clock.waiting).toBe(0);
  });
});

describe('slots', () => {
  it('limit how many start at once, start urgent ones first, and do not wait for slow ones', async () => {
    const clock = new ManualClock();
    const slots = new ConcurrencyLimit({ limit: 2, timeoutMs: 1_000, clock });
    const began: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (name: string) => () => {
      began.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    };
    const all = ['a', 'b', 'c', 'd'].map((name) => slots.run(work(name), false));
    all.push(slots.run(work('urgent'), true));
    await settled();
    expect(began).toEqual(['a', 'b']);
    ends.get('a')?.();
    await settled();
    expect(began).toEqual(['a', 'b', 'urgent']);
    await clock.forward(1_000);
    expect(began).toEqual(['a', 'b', 'urgent', 'c', 'd']);
    for (const end of ends.values()) end();
    await Promise.all(all);
    expect(clock.waiting).toBe(0);
  });

  it('are returned by work that fails', async () => {
    const slots = new ConcurrencyLimit({ limit: 1, timeoutMs: 1_000, clock: new ManualClock() });
    await expect(slots.run(() => Promise.reject(new Error('no')), false)).rejects.toThrow('no');
    await expect(slots.run(async () => 'yes', false)).resolves.toBe('yes');
  });
});
