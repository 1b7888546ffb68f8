import { expect, test } from 'vitest';
import type { Operation, TargetOutcome, TargetState } from '../../electron/contract/operations.ts';
import type { Truth } from './fault-hosts.ts';
import { doubleRequests, judge, unrecorded } from './judge.ts';
import type { LedgerEntry } from './request-ledger.ts';

const [image, other] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
const noOtherEvents = { boots: [], kills: [] };

function entry(given: Partial<LedgerEntry>): LedgerEntry {
  return {
    number: 1,
    hostName: 'glance-01',
    method: 'DELETE',
    path: `/v2/cache/${image}`,
    receivedAt: 1_000,
    doneAt: 1_010,
    answeredAt: 1_020,
    status: 204,
    removed: [],
    queued: [],
    ...given,
  };
}
const removal = { imageId: image, bytes: 500, from: 'cache' } as const;

function truth(
  given: Partial<Truth> & { cached?: { imageId: string; bytes: number }[]; doubleQueued?: string[] },
): Truth {
  const { cached = [], doubleQueued = [], entries = [], arrivals = [] } = given;
  return { entries, arrivals, hosts: [{ name: 'glance-01', cached, queued: [], doubleQueued }] };
}

function target(state: TargetState, bytes: number | null, imageId: string | null = image): TargetOutcome {
  return {
    hostId: 'glance-01',
    hostName: 'glance-01',
    imageId,
    imageName: null,
    step: null,
    expected: null,
    method: null,
    state,
    text: 'As the host shows.',
    failure: null,
    actual: bytes === null ? null : { images: bytes > 0 ? 1 : 0, bytes },
  };
}

function verdict(
  kind: Operation['kind'],
  one: TargetOutcome,
  facts: Truth,
  events = noOtherEvents as Parameters<typeof judge>[2],
) {
  const operation: Operation = {
    id: 'operation',
    kind,
    title: 'An operation',
    state: 'finished',
    startedAt: 900,
    endedAt: 2_000,
    hostIds: ['glance-01'],
    counts: {
      waiting: 0,
      sent: 0,
      following: 0,
      done: 0,
      alreadyDone: 0,
      failed: 0,
      refused: 0,
      cancelled: 0,
      unknown: 0,
    },
    total: 1,
    actual: one.actual ?? { images: 0, bytes: 0 },
    freed: null,
    pace: null,
  };
  return judge({ operation, targets: [one] }, facts, events);
}

test('accepts an account that agrees with the hosts', () => {
  expect(verdict('delete', target('done', 500), truth({ entries: [entry({ removed: [removal] })] }))).toEqual([]);
  const queued = truth({
    entries: [entry({ method: 'PUT', queued: [image] })],
    arrivals: [{ hostName: 'glance-01', imageId: image, bytes: 500, at: 1_100 }],
    cached: [{ imageId: image, bytes: 500 }],
  });
  expect(verdict('queue', target('done', 500), queued)).toEqual([]);
});

test('finds a deletion that is reported wrongly', () => {
  const facts = truth({ entries: [entry({ removed: [removal] })] });
  expect(verdict('delete', target('done', 499), facts)).toEqual([
    expect.stringContaining('counts {"images":1,"bytes":499}'),
  ]);
  expect(verdict('delete', target('failed', null), facts)).toEqual([expect.stringContaining('removed {"images":1')]);
  expect(verdict('delete', target('alreadyDone', 0), facts)).toEqual([expect.stringContaining('removed {"images":1')]);
  expect(verdict('delete', target('waiting', null), facts)).toEqual([expect.stringContaining('it is open')]);
  expect(verdict('delete', target('unknown', null), facts)).toEqual([expect.stringContaining('was answered')]);
  expect(verdict('delete', target('unknown', null), facts, { boots: [], kills: [1_100] })).toEqual([]);
});

test('finds an image that is reported as cached and is not, or that is fetched twice', () => {
  const put = entry({ method: 'PUT', queued: [image] });
  expect(verdict('queue', target('done', 500), truth({ entries: [put] }))).toEqual([
    expect.stringContaining('does not have'),
  ]);
  const twice = truth({ entries: [put, { ...put, number: 2 }], doubleQueued: [image] });
  expect(doubleRequests(twice)).toBe(1);
  expect(verdict('queue', target('failed', null), twice)).toEqual([expect.stringContaining('asked twice')]);
});

test('finds a second clear that removes images cached since the first', () => {
  const first = entry({ path: '/v2/cache', removed: [removal] });
  const second = entry({
    number: 2,
    path: '/v2/cache',
    receivedAt: 3_000,
    removed: [{ imageId: other, bytes: 7, from: 'cache' }],
  });
  const events = { boots: [{ hostName: 'glance-01', imageId: other, at: 2_000 }], kills: [] };
  const facts = truth({ entries: [first, second] });
  const cleared: TargetOutcome = { ...target('done', 507, null), actual: { images: 2, bytes: 507 } };
  expect(verdict('clear', cleared, facts, events)).toEqual([expect.stringContaining('was sent a second time')]);
});

test('finds a request without a target, and a sent target that counts as waiting', () => {
  const stray = truth({ entries: [entry({ removed: [removal] }), entry({ number: 2, path: `/v2/cache/${other}` })] });
  expect(verdict('delete', target('done', 500), stray)).toEqual([expect.stringContaining('belongs to no target')]);
  const [sent] = stray.entries;
  expect(unrecorded([target('waiting', null)], sent ? [sent] : [], stray)).toHaveLength(1);
});
