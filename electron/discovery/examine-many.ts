import type { Examined } from '../contract/discovery.ts';
import type { HostVerdict } from '../contract/hosts.ts';

/** Addresses tested at one time: each test is a handful of requests, one after the other. */
const atOnce = 8;

/**
 * Tests many addresses, some at a time, and tells of each when its test begins and when it ends, in whatever order they
 * come. The signal, or the reader's leaving, interrupts what is under way and begins nothing more.
 */
export async function* examineMany(
  addresses: readonly string[],
  examine: (address: string, signal: AbortSignal) => Promise<HostVerdict>,
  signal?: AbortSignal,
): AsyncGenerator<Examined, void> {
  const leaving = new AbortController();
  const ends = AbortSignal.any(signal ? [signal, leaving.signal] : [leaving.signal]);
  const waiting = [...new Set(addresses)];
  const under = new Map<string, Promise<Examined>>();
  try {
    while ((waiting.length > 0 || under.size > 0) && !ends.aborted) {
      const address = under.size < atOnce ? waiting.shift() : undefined;
      if (address !== undefined) {
        const test = examine(address, ends).then((verdict): Examined => ({ state: 'tested', address, verdict }));
        // It is awaited below; a failure until then is not one that nobody sees to.
        test.catch(() => undefined);
        under.set(address, test);
        yield { state: 'testing', address };
        continue;
      }
      const done = await Promise.race(under.values()).catch((error) => {
        if (ends.aborted) return undefined;
        throw error;
      });
      if (!done) return;
      under.delete(done.address);
      yield done;
    }
  } finally {
    leaving.abort();
    await Promise.allSettled(under.values());
  }
}
