import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandRange, maxRangeSize } from './ansible-inventory.ts';

const names = (entry: string) => {
  const range = expandRange(entry);
  return 'names' in range ? range.names : range.problem;
};

describe('a range of hosts', () => {
  it.each([
    ['glance-01', ['glance-01']],
    ['glance[01:03]', ['glance01', 'glance02', 'glance03']],
    ['glance[8:11].example.net', ['glance8', 'glance9', 'glance10', 'glance11'].map((name) => `${name}.example.net`)],
    ['node[0:20:5]', ['node0', 'node5', 'node10', 'node15', 'node20']],
    ['node[:2]', ['node0', 'node1', 'node2']],
    ['edge-[a:c]', ['edge-a', 'edge-b', 'edge-c']],
    ['r[1:2]-[a:b]', ['r1-a', 'r1-b', 'r2-a', 'r2-b']],
    ['10.0.0.[9:11]', ['10.0.0.9', '10.0.0.10', '10.0.0.11']],
  ])('%s', (entry, expected) => expect(names(entry)).toEqual(expected));

  it.each([
    ['glance[01:03', 'a range bracket is not closed'],
    ['glance[]', 'the brackets do not contain a range such as [01:12] or [a:f]'],
    ['glance[1:]', 'the brackets do not contain a range such as [01:12] or [a:f]'],
    ['glance[a:9]', 'the brackets do not contain a range such as [01:12] or [a:f]'],
    ['glance[1:9:0]', 'the step of a range is 0'],
    ['glance[9:1]', 'the end of a range is before its start'],
    ['glance[01:100]', 'the start and end of a range with leading zeros differ in length'],
    ['glance[1:999999999]', 'it expands to more than 1,000 hosts'],
    ['g[1:40][1:40]', 'it expands to more than 1,000 hosts'],
  ])('%s is rejected: %s', (entry, problem) => expect(names(entry)).toBe(problem));

  it('never expands beyond its maximum, and never throws', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('[1:9]', '[01:99]', '[a:z]', '[0:999999999:3]', '[', ']', ':'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const range = expandRange(parts.join(''));
        if ('names' in range) expect(range.names.length).toBeLessThanOrEqual(maxRangeSize);
        else expect(range.problem).not.toBe('');
      }),
    );
  });
});
