import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from './text-encoding.ts';

const bytes = (text: string, encoding: BufferEncoding) => Buffer.from(text, encoding);
const utf16be = (text: string) => bytes(`\ufeff${text}`, 'utf16le').swap16();

describe('a text file', () => {
  it('is read in UTF-8, and in UTF-16 with a byte order mark, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('\ufeff')),
        (text) => {
          expect(decodeText(bytes(text, 'utf8'))).toEqual({ text });
          expect(decodeText(bytes(`\ufeff${text}`, 'utf8'))).toEqual({ text });
          expect(decodeText(bytes(`\ufeff${text}`, 'utf16le'))).toEqual({ text });
          expect(decodeText(utf16be(text))).toEqual({ text });
        },
      ),
    );
  });

  it('in Latin-1 is refused with the line and the byte', () => {
    const file = bytes('clouds:\n  one:\n    auth:\n      password: "p\u00e4$$w#rd"\n', 'latin1');
    expect(decodeText(file)).toEqual({
      problem: 'it is not UTF-8: the byte 0xe4 belongs to another encoding',
      line: 4,
    });
  });

  it('is never taken with replaced characters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (file) => {
        const decoded = decodeText(file);
        const known = /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/.test(Buffer.from(file).toString('latin1'));
        if (known || file.includes(0)) return;
        if ('text' in decoded) expect(Buffer.from(decoded.text, 'utf8')).toEqual(Buffer.from(file));
        else expect(Buffer.from(Buffer.from(file).toString('utf8'), 'utf8')).not.toEqual(Buffer.from(file));
      }),
    );
  });

  it('in UTF-16 without a byte order mark, or cut in the middle of a character, is refused', () => {
    expect(decodeText(bytes('clouds:', 'utf16le'))).toEqual({ problem: 'it is not a text in UTF-8' });
    expect(decodeText(bytes('\ufeffclouds:', 'utf16le').subarray(0, 7))).toEqual({
      problem: 'it begins as UTF-16LE and is damaged',
    });
    expect(decodeText(bytes('a\u00e4', 'utf8').subarray(0, 2))).toMatchObject({ line: 1 });
  });
});
