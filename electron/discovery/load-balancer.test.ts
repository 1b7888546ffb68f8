import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternates, answerMarks, type Observation } from './load-balancer.ts';

const seen = (lists: string, headers: (index: number) => Record<string, string> = () => ({})): Observation[] =>
  [...lists].map((list, index) => ({ list: list === '-' ? null : list, headers: headers(index) }));
const kinds = (observations: Observation[], proxied = false) =>
  answerMarks(observations, proxied).map(({ kind }) => kind);

describe('answers by turns', () => {
  it.each(['abab', 'aabbaabb', 'abcabcabc', 'abcdabcd', 'abcadb', 'aabaab'])('%s come from several hosts', (lists) =>
    expect(alternates([...lists])).toBe(true),
  );
  it.each(['', 'a', 'aaaaaa', 'aaabbb', 'abcdef', 'aabbcc', 'abbbba', 'a-a-a-'])('%s may be one host’s', (lists) =>
    expect(alternates(seen(lists).map(({ list }) => list))).toBe(false),
  );

  it('are never seen in a cache that only changes', () => {
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

describe('what an address gives away', () => {
  it('is nothing where six answers agree', () => {
    expect(kinds(seen('aaaaaa', () => ({ server: 'nginx', 'content-type': 'application/json' })))).toEqual([]);
  });

  it('is several hosts where lists, or the names of those who answer, come by turns', () => {
    expect(kinds(seen('ababab'))).toEqual(['answersDiffer']);
    expect(kinds(seen('aaaa', (index) => ({ server: index % 2 ? 'nginx/1.24' : 'nginx/1.26' })))).toEqual([
      'answersDiffer',
    ]);
  });

  it('is not the number of each request', () => {
    expect(kinds(seen('aaaa', (index) => ({ 'x-openstack-request-id': `req-${index % 2}` })))).toEqual([]);
  });

  it('is something in between where there is a cookie, a Via, or the name of a balancer', () => {
    expect(kinds(seen('aa', () => ({ 'set-cookie': 'SERVERID=s1; path=/' })))).toEqual(['between']);
    expect(kinds(seen('aa', () => ({ via: '1.1 lb01' })))).toEqual(['between']);
    expect(kinds(seen('aa', () => ({ server: 'awselb/2.0' })))).toEqual(['between']);
    expect(kinds(seen('aa', () => ({ 'x-forwarded-host': 'x' })))).toEqual(['between']);
  });

  it('is not the console’s own proxy', () => {
    expect(
      kinds(
        seen('aa', () => ({ via: '1.1 squid' })),
        true,
      ),
    ).toEqual([]);
  });
});
