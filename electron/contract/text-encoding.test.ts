import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from './text-encoding.ts';

const bytes = (text: string, encoding: BufferEncoding) => Buffer.from(text, encoding);
const utf16be = (text: string) => bytes(`\ufeff${text}`, 'utf16le').swap16();

function utf32(text: string): Buffer {
  const file = Buffer.alloc(text.length * 4);
  for (let at = 0; at < text.length; at += 1) file.writeUInt32LE(text.charCodeAt(at), at * 4);
  return file;
}

describe('a text file', () => {
  it('is read in UTF-8, and in UTF-16 with a byte order mark, whatever it contains', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !/^\ufeff|\0/.test(text)),
        (text) => {
          expect(decodeText(bytes(text, 'utf8'))).toEqual({ text });
          expect(decodeText(bytes(`\ufeff${text}`, 'utf8'))).toEqual({ text });
          expect(decodeText(bytes(`\ufeff${text}`, 'utf16le'))).toEqual({ text });
          expect(decodeText(utf16be(text))).toEqual({ text });
        },
      ),
    );
  });

  it('in Latin-1 is rejected with the line and the byte', () => {
    const file = bytes('clouds:\n  one:\n    auth:\n      password: "p\u00e4$$w#rd"\n', 'latin1');
    expect(decodeText(file)).toEqual({
      problem: 'it is not UTF-8: byte 0xe4 is in another encoding (such as Latin-1): save it as UTF-8',
      line: 4,
    });
  });

  it('is never read with replacement characters', () => {
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

  it('in UTF-16 without a byte order mark is read', () => {
    const text = 'clouds:\n  one:\n    auth: {password: "p\u00e4"}\n';
    expect(decodeText(bytes(text, 'utf16le'))).toEqual({ text });
    expect(decodeText(bytes(text, 'utf16le').swap16())).toEqual({ text });
  });

  it('that ends in the middle of a character is rejected', () => {
    expect(decodeText(bytes('\ufeffclouds:', 'utf16le').subarray(0, 7))).toEqual({
      problem: 'it starts as UTF-16LE but is damaged',
    });
    expect(decodeText(bytes('a\u00e4', 'utf8').subarray(0, 2))).toMatchObject({ line: 1 });
  });

  it.each([
    ['gzip', gzipSync('clouds:\n'), 'gunzip'],
    ['zip', Buffer.from('PK\u0003\u0004 and more', 'latin1'), 'ZIP archive'],
    ['bzip2', Buffer.from('BZh91AY&SY and more', 'latin1'), 'bunzip2'],
    ['xz', Buffer.from('\u00fd7zXZ\0', 'latin1'), 'unxz'],
    ['zstd', Buffer.from('\u0028\u00b5\u002f\u00fd', 'latin1'), 'unzstd'],
    ['tar', Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar\u000000')]), 'tar archive'],
    ['git-crypt', Buffer.from('\0GITCRYPT\0 and more', 'latin1'), 'git-crypt'],
    ['openssl', Buffer.from('Salted__\u0001\u0002', 'latin1'), 'openssl'],
    ['UTF-32', utf32('\ufeffclouds:\n'), 'UTF-32'],
    ['UTF-32 without a mark', utf32('clouds:\n'), 'UTF-32'],
    ['ELF', Buffer.from('\u007fELF\u0002\u0001\0\0\u00ff\u00fe', 'latin1'), 'not a text file'],
    ['a byte of zero', Buffer.from('clouds:\n  one\0:\n'), 'zero byte'],
  ])('of %s is recognised as such', (_, file, problem) =>
    expect(decodeText(file)).toMatchObject({ problem: expect.stringContaining(problem) }),
  );

  it('that starts with a host name like the signature of an archive is still text', () =>
    expect(decodeText(Buffer.from('BZh01\n'))).toEqual({ text: 'BZh01\n' }));
});
