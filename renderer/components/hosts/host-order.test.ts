import { expect, it } from 'vitest';
import { sampleHost } from '../../testing/sample-state.ts';
import { problemsFirst, railOrder } from './host-order.ts';

const warning = { kind: 'clock', label: 'clock', text: '' } as never;
const hosts = [
  sampleHost('glance-10', { state: 'reachable' }),
  sampleHost('glance-2', { state: 'reachable', warnings: [warning] }),
  sampleHost('glance-1', { state: 'reachable' }),
  sampleHost('glance-3', { state: 'failed' }),
];
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

it('puts unreachable hosts first, then those that need attention, then the others by name', () => {
  expect(names(problemsFirst(hosts))).toEqual(['glance-3', 'glance-2', 'glance-1', 'glance-10']);
});

it('keeps clouds and regions together', () => {
  const other = sampleHost('west', { state: 'failed', imageServiceId: 'west' });
  const elsewhere = sampleHost('elsewhere', { cloudId: 'c0', state: 'failed' });
  expect(names(railOrder([...hosts, other, elsewhere], ['c1', 'c0']))).toEqual([
    'glance-3',
    'glance-2',
    'glance-1',
    'glance-10',
    'west',
    'elsewhere',
  ]);
});
