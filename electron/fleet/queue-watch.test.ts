import { describe, expect, it } from 'vitest';
import { atOnce } from '../lib/slices.ts';
import { defaultTimings, timingsFrom } from './host-timings.ts';
import { QueueWatch } from './queue-watch.ts';

const minute = 60_000;

/** What a host lists at one time. */
function list(watch: QueueWatch, now: number, queued: string[], cached: string[] = []): void {
  atOnce(watch.observe({ queued: new Set(queued), cached: new Set(cached) }, now - 10, now));
}

describe('a queued image', () => {
  it('is followed while it is briefly in neither list', () => {
    const watch = new QueueWatch(() => defaultTimings);
    watch.requested(['a'], 0);
    list(watch, 1_000, ['a']);
    list(watch, 2_000, []);
    expect(watch.following).toBe(true);
    list(watch, 3_000, ['a']);
    expect(watch.firstSeen('a', 3_000)).toBe(0);
    list(watch, 4_000, [], ['a']);
    expect(watch.following).toBe(false);
  });

  it('is not followed any more if it stays in neither list', () => {
    const watch = new QueueWatch(() => defaultTimings);
    watch.requested(['a'], 0);
    list(watch, 1_000, ['a']);
    list(watch, 12_000, []);
    expect(watch.following).toBe(false);
  });

  it('is not given up because of a list that was requested before it was queued', () => {
    const watch = new QueueWatch(() => defaultTimings);
    watch.requested(['a'], 100_000);
    atOnce(watch.observe({ queued: new Set(), cached: new Set(['a']) }, 50_000, 200_000));
    expect(watch.following).toBe(true);
  });

  it('is stalled after five minutes where it is fetched at once, later if it is large', () => {
    const watch = new QueueWatch(() => defaultTimings);
    list(watch, 0, ['a']);
    expect(watch.stalled('a', 'atOnce', 0, 5 * minute)).toBeNull();
    expect(watch.stalled('a', 'atOnce', 0, 5 * minute + 1)).toContain('Restart');
    expect(watch.stalled('a', 'atOnce', 60 * 1024 ** 3, 60 * minute)).toBeNull();
  });

  it('is stalled only after two runs of the job where a job fetches it', () => {
    const watch = new QueueWatch(() => defaultTimings);
    list(watch, 0, ['a']);
    expect(watch.stalled('a', 'periodic', 0, 10 * minute)).toBeNull();
    expect(watch.stalled('a', 'periodic', 0, 12 * minute)).toContain('300 s');
  });

  it('shows that the host lacks the job of its release, as under uwsgi, until a fetch is seen', () => {
    const watch = new QueueWatch(() => defaultTimings);
    list(watch, 0, ['a', 'b']);
    expect(watch.stalled('b', 'periodic', 0, 12 * minute)).toContain('Launchpad 1939307');
    watch.readHere(['a']);
    list(watch, 12 * minute, ['b', 'c'], ['a']);
    expect(watch.stalled('b', 'periodic', 0, 24 * minute)).toContain('Launchpad 1939307');
    list(watch, 25 * minute, ['c'], ['a', 'b']);
    list(watch, 26 * minute, ['d'], ['a', 'b', 'c']);
    expect(watch.stalled('d', 'periodic', 0, 50 * minute)).toMatch(/has not fetched the image/);
  });

  it('is stalled when the operator’s timeout has passed, later where a job of the host fetches', () => {
    const watch = new QueueWatch(() => timingsFrom({ queueStallMinutes: 2, refreshSeconds: 30 }));
    list(watch, 0, ['a']);
    expect(watch.stalled('a', 'atOnce', 0, 2 * minute)).toBeNull();
    expect(watch.stalled('a', 'atOnce', 0, 2 * minute + 1)).toContain('Restart');
    expect(watch.stalled('a', 'periodic', 0, 8 * minute)).toBeNull();
    expect(watch.stalled('a', 'periodic', 0, 8 * minute + 1)).toContain('300 s');
  });

  it('stays stalled when another image is cached because the console read it, which does not show that the host fetches', () => {
    for (const read of [true, false]) {
      const watch = new QueueWatch(() => defaultTimings);
      list(watch, 0, ['a', 'b']);
      if (read) watch.readHere(['a']);
      list(watch, 6 * minute, ['b'], ['a']);
      expect(watch.stalled('b', 'atOnce', 0, 6 * minute) !== null).toBe(read);
    }
  });

  it('is stalled from the start where nothing fetches the queue', () => {
    const watch = new QueueWatch(() => defaultTimings);
    list(watch, 0, ['a']);
    expect(watch.stalled('a', 'byProgram', 0, 0)).toContain('glance-cache-prefetcher');
  });

  it('is not stalled while images queued before it are fetched, but those queued after it do not count', () => {
    const watch = new QueueWatch(() => defaultTimings);
    list(watch, 0, ['a', 'b']);
    list(watch, minute, ['a', 'b', 'c']);
    list(watch, 4 * minute, ['b', 'c'], ['a']);
    expect(watch.stalled('b', 'atOnce', 0, 8 * minute)).toBeNull();
    list(watch, 8 * minute, ['b'], ['a', 'c']);
    expect(watch.stalled('b', 'atOnce', 0, 10 * minute)).not.toBeNull();
  });
});
