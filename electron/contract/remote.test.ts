import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatShellWords, parseShellWords } from './remote.ts';

/** The words into which a real shell splits a command line. */
function wordsOf(line: string): string[] {
  const out = execFileSync('sh', ['-c', `printf '%s\\000' ${line}`], { encoding: 'utf8', cwd: '/' });
  return out.split('\0').slice(0, -1);
}

const word = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed()),
  fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        '\\',
        '$',
        '`',
        '!',
        ';',
        '&',
        '|',
        '<',
        '>',
        '(',
        ')',
        '{',
        '}',
        '*',
        '?',
        '[',
        '~',
        '#',
        '=',
        '\n',
        '\r',
        '\t',
        ' ',
        '-',
        'a',
        '$(id)',
        '%s',
        '\u001b',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('a command line', () => {
  it('quotes any text as one word, for a real shell', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
        expect(wordsOf(formatShellWords(words))).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves words readable that need no quotes, and rejects a NUL', () => {
    expect(formatShellWords(['glance-cache-pruner', '--config-file', '/etc/glance/glance-api.conf'])).toBe(
      'glance-cache-pruner --config-file /etc/glance/glance-api.conf',
    );
    expect(formatShellWords(['a=b'])).toBe("'a=b'");
    expect(formatShellWords(['env', 'a=b'])).toBe('env a=b');
    expect(() => formatShellWords(['a\0b'])).toThrow(RangeError);
  });
});

describe('words that an operator types', () => {
  it.each([
    ['sudo -n -u glance', ['sudo', '-n', '-u', 'glance']],
    ['  kubectl exec -n "open stack" glance-0 -- ', ['kubectl', 'exec', '-n', 'open stack', 'glance-0', '--']],
    ["a'b c'd \\$x ''", ['ab cd', '$x', '']],
    ['', []],
  ])('%s', (text, words) => {
    expect(parseShellWords(text)).toEqual(words);
  });

  it.each(["it's", 'a "b', 'end\\'])('%s has an unclosed quote', (text) => {
    expect(parseShellWords(text)).toBeUndefined();
  });

  it('can be parsed again after formatting', () => {
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(parseShellWords(formatShellWords(words))).toEqual(words);
      }),
    );
  });
});
