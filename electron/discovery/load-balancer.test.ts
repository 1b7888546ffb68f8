import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternates, answerMarks, type Observation } from './load-balancer.ts';

const seen = (lists: string, headers: (index: number) => Record<string, string> = () => ({})): Observation[] =>
  [...lists].map((list, index) => ({ list: list === '-' ? null : list, headers: headers(index) }));
const kinds = (observations: Observation[], proxied = false) =>
  answerMarks(observations, proxied).map(({ kind }) => kind);

describe('answers in turns', () => {
  it.each(['abab', 'aabbaabb', 'abcabcabc', 'abcdabcd', 'abcadb', 'aabaab'])('%s come from several hosts', (lists) =>
    expect(alternates([...lists])).toBe(true),
  );
  it.each(['', 'a', 'aaaaaa', 'aaabbb', 'abcdef', 'aabbcc', 'abbbba', 'a-a-a-'])('%s may come from one host', (lists) =>
    expect(alternates(seen(lists).map(({ list }) => list))).toBe(false),
  );

  it('are never detected in a cache that only changes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5 }), { maxLength: 16 }), (steps) => {
        let version = 0;
        const lists = steps.map((step) => {
          version += step;
          return String(version);
        });
        expect(alternates(lists)).toBe(false);
      }),
    );
  });
});

describe('the answers of an address', () => {
  it('show nothing where six of them agree', () => {
    expect(kinds(seen('aaaaaa', () => ({ server: 'nginx', 'content-type': 'application/json' })))).toEqual([]);
  });

  it('show several hosts where lists or server names alternate', () => {
    expect(kinds(seen('ababab'))).toEqual(['answersDiffer']);
    expect(kinds(seen('aaaa', (index) => ({ server: index % 2 ? 'nginx/1.24' : 'nginx/1.26' })))).toEqual([
      'answersDiffer',
    ]);
  });

  it('show nothing by the id of each request', () => {
    expect(kinds(seen('aaaa', (index) => ({ 'x-openstack-request-id': `req-${index % 2}` })))).toEqual([]);
  });

  it('show something in between by a cookie, a Via header, or the name of a balancer', () => {
    expect(kinds(seen('aa', () => ({ 'set-cookie': 'SERVERID=s1; path=/' })))).toEqual(['between']);
    expect(kinds(seen('aa', () => ({ via: '1.1 lb01' })))).toEqual(['between']);
    expect(kinds(seen('aa', () => ({ server: 'awselb/2.0' })))).toEqual(['between']);
    expect(kinds(seen('aa', () => ({ 'x-forwarded-host': 'x' })))).toEqual(['between']);
  });

  it('do not show the console’s own proxy as a balancer', () => {
    expect(
      kinds(
        seen('aa', () => ({ via: '1.1 squid' })),
        true,
      ),
    ).toEqual([]);
  });
});
