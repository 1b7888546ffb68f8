import { expect, it } from 'vitest';
import { filterPalette } from './palette.tsx';

const groups = [
  {
    group: 'Actions',
    actions: [
      { id: 'delete', label: 'Delete images…' },
      { id: 'queue', label: 'Queue images…' },
    ],
  },
  {
    group: 'Hosts',
    actions: [
      { id: 'a', label: 'edge-glance-01', keywords: ['http://10.0.0.1:9292', 'reachable'] },
      { id: 'b', label: 'glance-01', keywords: 'http://10.0.0.2:9292' },
    ],
  },
];
const found = (query: string) =>
  filterPalette(query, groups).flatMap((group) => ('actions' in group ? group.actions.map(({ id }) => id) : []));

it('finds entries with every word, those that begin with it first', () => {
  expect(found('')).toEqual(['delete', 'queue', 'a', 'b']);
  expect(found('glance-01')).toEqual(['b', 'a']);
  expect(found('images que')).toEqual(['queue']);
  expect(found('10.0.0.1 EDGE')).toEqual(['a']);
  expect(found('nothing')).toEqual([]);
});

it('limits the entries of a group', () => {
  const hosts = Array.from({ length: 500 }, (_, index) => ({ id: `${index}`, label: `host-${index}` }));
  const [group] = filterPalette('host', [{ group: 'Hosts', actions: hosts }]);
  expect(group && 'actions' in group ? group.actions : []).toHaveLength(40);
});
