import { describe, expect, it } from 'vitest';
import { delay, settlesWithin, untilAborted, withDeadline } from './abort.ts';
import { ManualClock, settled } from './testing/manual-clock.ts';

const never = new Promise<never>(() => undefined);

describe('a promise that is awaited until a signal is aborted', () => {
  it('returns its result, or throws the reason of the signal or the given error', async () => {
    const abort = new AbortController();
    expect(await untilAborted(Promise.resolve(1), abort.signal)).toBe(1);
    const waits = [untilAborted(never, abort.signal), untilAborted(never, abort.signal, () => new Error('own'))];
    const ends = Promise.allSettled(waits);
    abort.abort(new Error('aborted'));
    expect(await ends).toMatchObject([{ reason: { message: 'aborted' } }, { reason: { message: 'own' } }]);
    await expect(untilAborted(never, abort.signal)).rejects.toThrow('aborted');
  });
});

describe('a promise with a deadline', () => {
  it('is given up when its time is over, whether or not it listens to its signal', async () => {
    const clock = new ManualClock();
    const options = {
      clock,
      milliseconds: 1_000,
      signal: new AbortController().signal,
      timeout: () => new Error('late'),
    };
    let given: AbortSignal | undefined;
    const outcome = expect(
      withDeadline(options, (signal) => {
        given = signal;
        return never;
      }),
    ).rejects.toThrow('late');
    await clock.forward(1_000);
    await outcome;
    expect(given?.aborted).toBe(true);
  });

  it('leaves no timer behind when it settles in time', async () => {
    const clock = new ManualClock();
    const options = {
      clock,
      milliseconds: 1_000,
      signal: new AbortController().signal,
      timeout: () => new Error('late'),
    };
    expect(await withDeadline(options, async () => 'done')).toBe('done');
    expect(clock.waiting).toBe(0);
  });
});

describe('settlesWithin', () => {
  it('reports whether a promise settles in time, by success or failure', async () => {
    const clock = new ManualClock();
    expect(await settlesWithin(Promise.resolve(), 10, clock)).toBe(true);
    expect(await settlesWithin(Promise.reject(new Error('failed')), 10, clock)).toBe(true);
    const late = settlesWithin(never, 10, clock);
    await clock.forward(10);
    expect(await late).toBe(false);
    expect(clock.waiting).toBe(0);
  });
});

describe('a delay', () => {
  it('ends when its time is over or its signal is aborted', async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const ended: string[] = [];
    void delay(clock, 10).then(() => ended.push('timer'));
    void delay(clock, 1_000, abort.signal).then(() => ended.push('signal'));
    await clock.forward(10);
    expect(ended).toEqual(['timer']);
    abort.abort();
    await settled();
    expect(ended).toEqual(['timer', 'signal']);
    expect(clock.waiting).toBe(0);
  });
});
