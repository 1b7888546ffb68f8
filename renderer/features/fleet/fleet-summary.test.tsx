import { expect, it } from 'vitest';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { filterByText } from '../../lib/text-filter.ts';
import { fleetSubtitle, searchFields, sumHosts } from './fleet-summary.tsx';

function host(name: string, change: Partial<HostSummary> = {}): HostSummary {
  return {
    id: name,
    cloudId: 'c',
    name,
    address: `http://${name}:9292`,
    limitBytes: 100,
    note: '',
    labels: [],
    region: null,
    imageServiceId: 'cloud',
    remote: null,
    state: 'reachable',
    capabilities: null,
    maintenance: { prune: [], clean: [], prefetch: [] },
    failure: null,
    failedTries: 0,
    failingSince: null,
    warnings: [],
    totals: {
      cachedImages: 2,
      sizeBytes: 50,
      unsized: 0,
      unsizedOrphans: 0,
      hits: 3,
      queued: 1,
      stalled: 0,
      oldestQueued: 1_000,
      orphans: 1,
      orphanBytes: 10,
      oddRecords: 0,
    },
    refreshedAt: 1,
    refreshing: false,
    nextPollAt: 2,
    revision: 1,
    ...change,
  };
}

const down = host('edge', {
  state: 'failed',
  failure: { code: 'unreachable', message: 'edge refuses', remedy: 'Start it.' },
});
const locked = host('b', { state: 'failed', failure: { code: 'forbidden', message: 'no', remedy: 'Ask.' } });
const over = host('c', { warnings: [{ kind: 'overLimit', label: '61 GiB over its limit', text: 'Prune it.' }] });
const fresh = host('d', { state: 'waiting', totals: null, limitBytes: null });

it('adds up what is known, including hosts that do not answer now', () => {
  expect(sumHosts([host('a'), down, fresh])).toEqual({
    hosts: 2,
    images: 4,
    bytes: 100,
    limitBytes: 200,
    limited: 2,
    hits: 6,
    queued: 2,
    oldestQueued: 1_000,
    orphans: 2,
    orphanBytes: 20,
    unsized: 0,
    unsizedOrphans: 0,
  });
});

it('includes the limit of a host only if its usage is known', () => {
  const unread = host('unread', { state: 'failed', totals: null });
  expect(sumHosts([host('a'), unread])).toMatchObject({ bytes: 50, limitBytes: 100, limited: 1 });
});

it('counts the images of unknown size', () => {
  const totals = host('a').totals;
  const odd = host('odd', { totals: totals && { ...totals, unsized: 1, unsizedOrphans: 1 } });
  expect(sumHosts([host('a'), odd, odd])).toMatchObject({ bytes: 150, unsized: 2, orphanBytes: 30, unsizedOrphans: 2 });
});

it('describes the fleet in one line, without zero counts', () => {
  expect(fleetSubtitle([host('a')])).toBe('1 host');
  expect(fleetSubtitle([host('a'), down, locked, over, fresh])).toBe(
    '5 hosts, 1 needs attention, 1 unreachable, 1 failing, 1 pending',
  );
});

it('finds hosts by name, state and warning', () => {
  const names = (text: string) => filterByText([host('a'), down, over], text, searchFields).map(({ name }) => name);
  expect(names('EDGE')).toEqual(['edge']);
  expect(names('unreachable')).toEqual(['edge']);
  expect(names('over limit')).toEqual(['c']);
  expect(names('')).toHaveLength(3);
});
