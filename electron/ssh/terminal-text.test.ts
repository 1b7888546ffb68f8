import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, stripControlChars } from './terminal-text.ts';

describe('stripControlChars', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['a\u0008\u0000b\u007f', 'a␈␀b␡'],
    ['a\tb', 'a b'],
    ['evil\u202etxt', 'evil\ufffdtxt'],
    ['größer', 'größer'],
  ])('%j', (text, shown) => {
    expect(stripControlChars(text)).toBe(shown);
  });

  it('leaves no control character, and never makes a text longer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = stripControlChars(text);
        expect(shown).not.toMatch(/\p{Cc}|\p{Cs}/u);
        expect(shown.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('LineSplitter', () => {
  it('returns the same lines for any split of the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(7)), (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, ''));
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const got: string[] = [];
        const splitter = new LineSplitter((line) => got.push(line));
        let at = 0;
        for (const cut of cuts) {
          splitter.push(bytes.subarray(at, at + cut));
          at += cut;
        }
        splitter.push(bytes.subarray(at));
        splitter.end();
        expect(got).toEqual(lines);
      }),
    );
  });

  it('returns a line without an end in pieces', () => {
    const got: string[] = [];
    const splitter = new LineSplitter((line) => got.push(line));
    splitter.push(Buffer.alloc(20_001, 'x'));
    splitter.end();
    expect(got.map((line) => line.length)).toEqual([8_000, 8_000, 4_001]);
  });
});
