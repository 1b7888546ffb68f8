import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GoldenRule, goldenRule } from '../contract/golden.ts';
import { applyRule, familyOf, globMatcher } from './golden-rules.ts';
import { image } from './testing/golden-samples.ts';

describe('a name pattern', () => {
  it.each([
    ['ubuntu-*-server', 'ubuntu-24.04-server', true],
    ['UBUNTU-*', 'Ubuntu-24.04', true],
    ['ubuntu', 'ubuntu-24.04', false],
    ['*', '', true],
    ['?', '', false],
    ['a?c', 'abc', true],
    ['a.c', 'abc', false],
    ['*-1.*', 'k8s-node-1.33.4', true],
    ['**x', 'aax', true],
    ['[ab]', 'a', false],
    ['straße?', 'STRAßE1', true],
  ])('%s for %s: %s', (pattern, text, is) => {
    expect(globMatcher(pattern)(text)).toBe(is);
  });

  it('matches the same names as the equivalent regular expression', () => {
    const word = fc.array(fc.constantFrom('a', 'B', 'b', '.', '*', '?', '(', '\n', '😀'), { maxLength: 12 });
    fc.assert(
      fc.property(word, word, (pattern, text) => {
        const source = pattern
          .map((one) => (one === '*' ? '.*' : one === '?' ? '.' : one.replace(/[.()]/g, '\\$&')))
          .join('');
        const expected = new RegExp(`^(?:${source})$`, 'isu').test(text.join(''));
        expect(globMatcher(pattern.join(''))(text.join(''))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is not slowed down by a hostile pattern', () => {
    const text = 'a'.repeat(1_000);
    expect(globMatcher(`${'*a'.repeat(120)}b`)(text)).toBe(false);
  });
});

describe('the family of a name', () => {
  it.each([
    ['k8s-node-1.33.4', 'k8s-node'],
    ['K8s-Node-1.32.8', 'k8s-node'],
    ['ci-runner-2026-11', 'ci-runner'],
    ['ubuntu-24.04-server', 'ubuntu-24.04-server'],
    ['ubuntu-24.04-server-20261101', 'ubuntu-24.04-server'],
    ['web-ubuntu-24.04-server-2026w05-r2', 'web-ubuntu-24.04-server'],
    ['rocky 9.4', 'rocky'],
    ['app_v2', 'app'],
    ['tool-rc1', 'tool'],
    ['sles-15-sp6', 'sles'],
    ['jenkins-agent-jdk21', 'jenkins-agent-jdk21'],
    ['24.04', '24'],
    ['trailing-1-', 'trailing'],
    ['', ''],
  ])('%s: %s', (name, family) => {
    expect(familyOf(name)).toBe(family);
  });

  it('is its own family, and part of the name, for any name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (name) => {
        const family = familyOf(name);
        expect(familyOf(family)).toBe(family);
        expect(name.trim().toLowerCase().startsWith(family)).toBe(true);
        expect(familyOf(`${name.trim() || 'x'}-20261101`)).toBe(familyOf(name.trim() || 'x'));
      }),
    );
  });
});

describe('a rule', () => {
  const ids = (rule: Partial<GoldenRule>, images: ReturnType<typeof image>[]) =>
    applyRule(goldenRule.parse(rule), images).images.map(({ id }) => id);
  const images = [
    image('a', { name: 'ubuntu-24.04', tags: ['lts', 'base'], properties: { os_distro: 'ubuntu' }, createdAt: 3 }),
    image('b', { name: 'ubuntu-22.04', tags: ['lts'], properties: { os_distro: 'ubuntu' }, createdAt: 2 }),
    image('c', { name: 'debian-12', tags: ['base'], visibility: 'private', createdAt: 9 }),
    image('d', { name: null, tags: ['base'], createdAt: null }),
  ];

  it('requires all of its conditions', () => {
    expect(ids({ name: 'ubuntu-*' }, images)).toEqual(['a', 'b']);
    expect(ids({ tags: ['base'] }, images)).toEqual(['a', 'c', 'd']);
    expect(ids({ tags: ['base', 'lts'] }, images)).toEqual(['a']);
    expect(ids({ properties: { os_distro: 'ubuntu' }, tags: ['base'] }, images)).toEqual(['a']);
    expect(ids({ properties: { toString: 'x' } }, images)).toEqual([]);
    expect(ids({ visibility: 'private' }, images)).toEqual(['c']);
    expect(ids({ name: '*' }, images)).toEqual(['a', 'b', 'c']);
  });

  it('without conditions selects nothing, even with “newest”', () => {
    expect(ids({}, images)).toEqual([]);
    expect(ids({ newest: { count: 1, per: 'rule' } }, images)).toEqual([]);
  });

  it('takes the newest of all images that it selects, or of each family', () => {
    expect(ids({ name: '*', newest: { count: 1, per: 'rule' } }, images)).toEqual(['c']);
    const found = applyRule(goldenRule.parse({ tags: ['base'], newest: { count: 1, per: 'family' } }), [
      ...images,
      image('e', { name: 'debian-13', tags: ['base'], createdAt: 10 }),
    ]);
    expect(found.images.map(({ id }) => id)).toEqual(['e', 'a', 'd']);
    expect([...(found.families?.values() ?? [])]).toEqual(['debian', 'ubuntu', 'd']);
    expect(found.older).toBe(1);
  });

  it('selects the same images every time among those of the same time', () => {
    const same = ['x', 'y', 'z'].map((id) => image(id, { name: 'n', createdAt: 1 }));
    for (const order of [same, [...same].reverse()]) {
      expect(ids({ name: 'n', newest: { count: 2, per: 'family' } }, order)).toEqual(['x', 'y']);
    }
  });
});
