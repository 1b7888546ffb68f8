import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settled } from '../lib/testing/manual-clock.ts';
import { DistinctImages } from './distinct-images.ts';
import { cachedImages } from './testing/cached-images.ts';
import { fakeFleet, second, settingsOf } from './testing/fake-fleet.ts';
import { FakeHostApi } from './testing/fake-host-api.ts';
import { failing, record } from './testing/host-fixtures.ts';

describe('polling', () => {
  it('starts within a second and continues at the interval', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    host.cached = [record('a'), record('b', { sizeBytes: 500, hits: 3 })];
    expect(fleet.summaries()[0]).toMatchObject({ state: 'waiting', totals: null, refreshedAt: null, revision: 0 });
    await clock.forward(second);
    expect(fleet.summary('h0')).toMatchObject({
      state: 'reachable',
      totals: { cachedImages: 2, sizeBytes: 1_500, hits: 3, queued: 0 },
      refreshing: false,
    });
    await clock.forward(60 * second);
    expect(host.lists).toBe(3);
    await fleet.stop();
    expect(clock.waiting).toBe(0);
  });

  it('never asks a host twice at a time, and a hung host does not delay others', async () => {
    const { clock, fleet, hosts, host } = fakeFleet(30);
    for (const hung of hosts.slice(0, 20)) hung.hang();
    await clock.forward(100 * second);
    const [last] = hosts.slice(-1);
    expect(last?.lists).toBeGreaterThanOrEqual(4);
    expect(host.lists).toBe(1);
    await clock.forward(400 * second);
    expect(fleet.summary('h0')).toMatchObject({ state: 'failed', failure: { code: 'timeout' } });
    host.release();
    await settled();
    for (const one of hosts.slice(20)) expect(one.maxConcurrent).toBe(1);
    await fleet.stop();
  });

  it('backs off from a host that fails, up to five minutes, and keeps its last known state', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    host.cached = [record('a')];
    await clock.forward(second);
    const { refreshedAt } = fleet.summary('h0') ?? {};
    host.failure = failing('unreachable');
    await clock.forward(30 * second);
    expect(fleet.summary('h0')).toMatchObject({
      state: 'failed',
      failedTries: 1,
      totals: { cachedImages: 1 },
      refreshedAt,
    });
    const tries = host.capabilitiesAsked;
    await clock.forward(3_600 * second);
    const more = host.capabilitiesAsked - tries;
    expect(more).toBeGreaterThanOrEqual(12);
    expect(more).toBeLessThanOrEqual(16);
    expect(fleet.images('h0').cached).toHaveLength(1);
    host.failure = undefined;
    await fleet.refresh();
    expect(fleet.summary('h0')).toMatchObject({
      state: 'reachable',
      failure: null,
      failedTries: 0,
      failingSince: null,
    });
    await fleet.stop();
  });

  it('pauses and resumes', async () => {
    const { clock, fleet, host, configure } = fakeFleet(1, { refreshPaused: true });
    await clock.forward(100 * second);
    expect(host.lists).toBe(0);
    expect(fleet.summary('h0')).toMatchObject({ nextPollAt: null, state: 'waiting' });
    await fleet.refresh(['h0']);
    expect(host.lists).toBe(1);
    await clock.forward(100 * second);
    expect(host.lists).toBe(1);
    configure(undefined, { refreshPaused: false });
    await clock.forward(second);
    expect(host.lists).toBe(2);
    await fleet.stop();
  });

  it('applies a new interval at once', async () => {
    const { clock, fleet, host, configure } = fakeFleet(1, { refreshSeconds: 3_600 });
    await clock.forward(second);
    configure(undefined, { refreshSeconds: 5 });
    await clock.forward(21 * second);
    expect(host.lists).toBe(5);
    await fleet.stop();
  });

  it('refreshes with a poll that starts after the call, shared by all callers', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    host.hang();
    await clock.forward(second);
    expect(host.lists).toBe(1);
    const asked = [fleet.access('h0').refresh(), fleet.access('h0').refresh(), fleet.refresh()];
    host.cached = [record('new')];
    host.release();
    const [images] = await Promise.all(asked);
    expect(host.lists).toBe(2);
    expect(images).toMatchObject({ cached: [{ imageId: 'new' }] });
    host.failure = failing('tls');
    await expect(fleet.access('h0').refresh()).rejects.toThrow('tls');
    await fleet.refresh();
    await fleet.stop();
  });

  it('masks unexpected errors', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    host.failure = new TypeError('inner words');
    await clock.forward(second);
    const { failure } = fleet.summary('h0') ?? {};
    expect(failure).toMatchObject({ code: 'badResponse' });
    expect(JSON.stringify(failure)).not.toContain('inner words');
    await fleet.stop();
  });
});

describe('the list of hosts', () => {
  it('follows the settings: added, removed, renamed and moved hosts', async () => {
    const { clock, fleet, settings, changes, configure } = fakeFleet(3);
    await clock.forward(second);
    const before = fleet.summary('h1')?.revision ?? 0;
    changes.length = 0;
    configure([
      settingsOf(0, { name: 'renamed', limitBytes: 10 }),
      settingsOf(1, { address: 'http://moved:9292' }),
      settingsOf(7),
    ]);
    expect(fleet.summaries().map((host) => host.name)).toEqual(['renamed', 'h1', 'h7']);
    expect(fleet.summary('h1')).toMatchObject({ state: 'waiting', totals: null });
    expect(fleet.summary('h1')?.revision).toBeGreaterThan(before);
    await clock.forward(100);
    expect(changes).toEqual([{ changed: expect.arrayContaining(['h0', 'h1', 'h7']), removed: ['h2'] }]);
    expect(() => fleet.images('h2')).toThrow();
    changes.length = 0;
    await clock.forward(10 * second);
    changes.length = 0;
    configure([...fleet.summaries()].map((host, index) => ({ ...(settings[index] ?? host), ...host })));
    await clock.forward(200);
    expect(changes).toEqual([]);
    await fleet.stop();
  });

  it('reports changes together', async () => {
    const { clock, fleet, changes } = fakeFleet(50);
    await clock.forward(5 * second);
    expect(changes.length).toBeLessThanOrEqual(8);
    await fleet.stop();
  });

  it('returns the same objects while nothing changes', async () => {
    const { clock, fleet } = fakeFleet(2);
    await clock.forward(5 * second);
    expect(fleet.summaries()).toBe(fleet.summaries());
    const last = fleet.images('h0');
    await clock.forward(60 * second);
    expect(fleet.images('h0').cached).toBe(last.cached);
    expect(fleet.images('h0').takenAt).toBeGreaterThan(last.takenAt ?? 0);
    expect(fleet.summary('h0')?.revision).toBe(last.revision);
    await fleet.stop();
  });
});

describe('after an action', () => {
  it('polls sooner while an image is followed', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    await clock.forward(second);
    const before = host.lists;
    host.queued = ['a'];
    fleet.access('h0').report({ kind: 'queued', imageIds: ['a'] });
    await clock.forward(7 * second);
    expect(host.lists - before).toBe(3);
    host.queued = [];
    host.cached = [record('a')];
    await clock.forward(16 * second);
    const settledLists = host.lists;
    await clock.forward(29 * second);
    expect(host.lists - settledLists).toBeLessThanOrEqual(1);
    await fleet.stop();
  });

  it('reports a queued image that is never fetched, and withdraws the warning', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    host.queued = ['a'];
    fleet.access('h0').report({ kind: 'queued', imageIds: ['a'] });
    await clock.forward(200 * second);
    expect(fleet.summary('h0')?.warnings).toEqual([]);
    // An image of unknown size is given the time for 2 GiB.
    await clock.forward(200 * second);
    expect(fleet.summary('h0')?.warnings).toEqual([]);
    await clock.forward(210 * second);
    expect(fleet.summary('h0')?.warnings).toMatchObject([{ kind: 'queueStalled', label: '1 queued image is stalled' }]);
    expect(fleet.images('h0').queued[0]?.stalled).toContain('worker');
    const { revision } = fleet.images('h0');
    await clock.forward(200 * second);
    expect(fleet.images('h0').revision).toBe(revision);
    host.queued = [];
    host.cached = [record('a')];
    await clock.forward(40 * second);
    expect(fleet.summary('h0')?.warnings).toEqual([]);
    await fleet.stop();
  });

  it('reports a delete that was undone', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    host.queued = ['a'];
    await clock.forward(second);
    host.queued = [];
    fleet.access('h0').report({ kind: 'deleted', imageIds: ['a', 'b'] });
    host.cached = [record('b')];
    await clock.forward(40 * second);
    expect(fleet.summary('h0')?.warnings).toEqual([]);
    host.cached = [record('a')];
    await clock.forward(40 * second);
    expect(fleet.summary('h0')?.warnings).toMatchObject([
      { kind: 'deletedCameBack', label: '1 deleted image cached again' },
    ]);
    fleet.access('h0').report({ kind: 'deleted', imageIds: ['a'] });
    host.cached = [];
    await clock.forward(40 * second);
    expect(fleet.summary('h0')?.warnings).toEqual([]);
    await fleet.stop();
  });

  it('reports a prune that did not answer, until the service was restarted', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    await clock.forward(second);
    const { state } = fleet.access('h0');
    state.pruneUnanswered(state.pruneStarted('operation'));
    expect(fleet.summary('h0')?.warnings).toMatchObject([{ kind: 'pruneHung' }]);
    const failAndAnswer = async (...failures: Parameters<typeof failing>[]) => {
      for (const failure of failures) {
        host.failure = failing(...failure);
        await fleet.refresh();
      }
      host.failure = undefined;
      await fleet.refresh();
    };
    // The network was away, or a packet was lost: the service may be the same.
    await failAndAnswer(['unreachable']);
    expect(fleet.summary('h0')?.warnings).toMatchObject([{ kind: 'pruneHung' }]);
    await failAndAnswer(['unreachable', { refused: true, notSent: true }], ['timeout']);
    expect(fleet.summary('h0')?.warnings).toEqual([]);
    await fleet.stop();
  });

  it('does not count a prune that was not sent as hung', async () => {
    const { clock, fleet } = fakeFleet(1);
    await clock.forward(second);
    const { state } = fleet.access('h0');
    state.pruneStarted('operation');
    state.pruneOver();
    expect(fleet.summary('h0')?.warnings).toEqual([]);
    await fleet.stop();
  });

  it('reports a prune that was sent before the console started as possibly hung', async () => {
    const at = Date.UTC(2026, 10, 21, 23);
    const lock = { hostId: 'h0', state: 'hung' as const, at, operationId: 'before', overBytes: null };
    const { clock, fleet } = fakeFleet(1, {}, [lock]);
    await clock.forward(second);
    const { warnings = [] } = fleet.summary('h0') ?? {};
    expect(warnings).toMatchObject([{ kind: 'pruneHung', text: expect.stringContaining('2026-11-21') }]);
    fleet.pruneOver('h0');
    expect(fleet.summary('h0')?.warnings).toEqual([]);
    await fleet.stop();
  });

  it('counts the distinct images of all hosts', async () => {
    const { clock, fleet, hosts } = fakeFleet(2);
    for (const [index, host] of hosts.entries()) host.cached = ['same', `only on ${index}`].map((id) => record(id));
    await clock.forward(second);
    expect(fleet.totals()).toEqual({ distinctImages: 3 });
    await fleet.stop();
  });
});

describe('a changed login', () => {
  it('is used at once, and ends the back-off', async () => {
    const { clock, fleet, host } = fakeFleet(1);
    host.failure = failing('unauthenticated');
    await clock.forward(1_000 * second);
    const tries = host.capabilitiesAsked;
    host.failure = undefined;
    fleet.reconnect('c');
    await settled();
    expect(host.capabilitiesAsked).toBe(tries + 1);
    expect(fleet.summary('h0')).toMatchObject({ state: 'reachable' });
    await fleet.stop();
  });
});

it('an operation is told that its host was removed', async () => {
  const { clock, fleet, host, configure } = fakeFleet(1);
  await clock.forward(second);
  const access = fleet.access('h0');
  host.hang();
  const refreshed = access.refresh();
  configure([]);
  await expect(refreshed).rejects.toThrow('no longer monitors');
  await expect(access.refresh()).rejects.toThrow('no longer monitors');
  await fleet.stop();
});

it('stops while hosts hang', async () => {
  const { clock, fleet, hosts } = fakeFleet(3);
  for (const host of hosts) host.hang();
  await clock.forward(second);
  await fleet.stop();
  expect(clock.waiting).toBe(0);
  expect(hosts[0]).toBeInstanceOf(FakeHostApi);
});

it('counts distinct images correctly, whatever changes on which hosts', () => {
  const lists = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5')).map(cachedImages),
  );
  fc.assert(
    fc.property(fc.array(lists, { maxLength: 8 }), (states) => {
      const distinct = new DistinctImages();
      for (const state of states) {
        const truth = new Set(Object.values(state).flatMap((cached) => cached.map((one) => one.imageId)));
        expect(distinct.count(Object.entries(state))).toBe(truth.size);
        expect(distinct.count(Object.entries(state))).toBe(truth.size);
      }
    }),
  );
});

it('does not read the list of a host that did not change', () => {
  const distinct = new DistinctImages();
  const cached = cachedImages(['1', '2']);
  distinct.count([['a', cached]]);
  cached.length = 0;
  expect(distinct.count([['a', cached]])).toBe(2);
});
