import { describe, expect, it } from 'vitest';
import { atOnce } from '../lib/slices.ts';
import { DeleteWatch } from './delete-watch.ts';
import { defaultTimings } from './host-timings.ts';

const nothing = new Set<string>();
const a = new Set(['a']);

describe('a delete', () => {
  it('during a fetch is watched, and reported when it was undone, until the image is gone', () => {
    const watch = new DeleteWatch(() => defaultTimings);
    watch.deleted(['a', 'b'], (id) => id === 'a', 100);
    atOnce(watch.observe({ cached: new Set(['a', 'b']), queued: nothing }, 50, 150));
    expect([...watch.returned]).toEqual([]);
    atOnce(watch.observe({ cached: new Set(['a', 'b']), queued: nothing }, 200, 250));
    expect([...watch.returned]).toEqual(['a']);
    expect(watch.following).toBe(false);
    atOnce(watch.observe({ cached: nothing, queued: nothing }, 300, 350));
    expect([...watch.returned]).toEqual([]);
  });

  it('of an image that is wanted again is not watched', () => {
    const watch = new DeleteWatch(() => defaultTimings);
    watch.cleared(['a'], 100);
    watch.wanted(['a']);
    atOnce(watch.observe({ cached: a, queued: nothing }, 200, 250));
    expect([...watch.returned]).toEqual([]);
  });

  it('that left the image in the queue, as a clear of only the cache does, is not watched', () => {
    const watch = new DeleteWatch(() => defaultTimings);
    watch.cleared(['a'], 100);
    atOnce(watch.observe({ cached: nothing, queued: a }, 200, 250));
    atOnce(watch.observe({ cached: a, queued: nothing }, 300, 350));
    expect([...watch.returned]).toEqual([]);
  });

  it('is watched no longer than a fetch may last', () => {
    const watch = new DeleteWatch(() => defaultTimings);
    watch.cleared(['a'], 100);
    atOnce(watch.observe({ cached: nothing, queued: nothing }, 8_000_000, 8_000_000));
    expect(watch.following).toBe(false);
  });
});
