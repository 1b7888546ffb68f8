import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { parseConfig } from './config-files.ts';

function problem(text: string, path = '/etc/openstack/clouds.yaml'): string {
  try {
    return JSON.stringify([...parseConfig(path, text)]);
  } catch (error) {
    if (error instanceof ExpectedFailure) return error.message;
    throw error;
  }
}

describe('parseConfig', () => {
  it('keeps scalars as they are written, and supports anchors, merges and repeated keys', () => {
    const map = parseConfig(
      'clouds.yaml',
      'clouds: {}\na: &a {x: 0123, y: yes, z: 1_000, n: null}\nb: {<<: *a, y: no}\nx: 1\nx: 2\n',
    );
    expect(map.get('a')).toEqual(new Map(Object.entries({ x: '0123', y: 'yes', z: '1_000' })));
    expect(map.get('b')).toEqual(new Map(Object.entries({ x: '0123', y: 'no', z: '1_000' })));
    expect(map.get('x')).toBe('2');
  });

  it.each([
    ['clouds:\n\ta: 1\n', 'in line 2, a tab is used for indentation'],
    ['clouds:\n  a: !!python/object:os.system x\n', 'in line 2, tags'],
    ['clouds:\n  a: !secret x\n', 'in line 2, tags'],
    ['a: b\nc d\ne: f\n', 'in line 2,'],
    ['- a', 'it does not start with clouds:'],
    ['a: *b', 'anchor'],
    ['clouds: {}\n---\nclouds: {}\n', 'more than one document'],
  ])('rejects %j', (text, words) => {
    expect(problem(text)).toContain(words);
  });

  it('reports the line of invalid JSON, and none of its text', () => {
    const problemText = problem('{"clouds":\n{"a": {"password": "hunter2",}}\n}', 'clouds.json');
    expect(problemText).toContain('clouds.json cannot be used: in line 2, invalid JSON');
    expect(problemText).not.toContain('hunter2');
  });

  it('limits the expansion of aliases, and the depth', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(problem(lines.join('\n'))).toContain('nested aliases');
    expect(problem(`a: ${'['.repeat(300)}${']'.repeat(300)}`)).toContain('a');
  });

  it('returns a map or an expected failure for any text', () => {
    const piece = fc.constantFrom(
      'clouds',
      ':',
      ' ',
      '\n',
      '  ',
      '-',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a',
      '*a',
      '!!',
      '<<',
      '|',
      '>',
      '\t',
      '#',
      '?',
      '@',
      '%',
      ',',
      '__proto__',
      '---',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => typeof problem(text) === 'string'),
      { numRuns: 500, examples: [['<<:'], ['a: &a b\n<<: *a']] },
    );
    fc.assert(fc.property(fc.json(), (text) => typeof problem(text, 'clouds.json') === 'string'));
  });
});
