import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pasteReport } from '../contract/hosts.ts';
import { readPastedHosts } from './pasted-hosts.ts';

const gib = 1024 ** 3;

describe('pasted hosts', () => {
  it('have an address, then a name and a limit, in any of the usual separations', () => {
    const text = [
      '# the fleet',
      '',
      'glance-01',
      'glance-02:9393 two',
      'https://glance-03/image, three, 500GiB',
      'glance-04  four\t1.5 TiB   # old one',
      '10.0.0.5 200GiB',
      '[fd00::1];six',
    ].join('\r\n');
    expect(
      readPastedHosts(text, new Map()).map(({ line, address, name, limitBytes }) => [line, address, name, limitBytes]),
    ).toEqual([
      [3, 'http://glance-01:9292', 'glance-01', null],
      [4, 'http://glance-02:9393', 'two', null],
      [5, 'https://glance-03/image', 'three', 500 * gib],
      [6, 'http://glance-04:9292', 'four', 1536 * gib],
      [7, 'http://10.0.0.5:9292', '10.0.0.5', 200 * gib],
      [8, 'http://[fd00::1]:9292', 'six', null],
    ]);
  });

  it('case 21: a line of /etc/hosts, a network, and a name in quotes', () => {
    const lines = readPastedHosts('10.0.0.11 ctl01 ctl01.example.net\n10.0.0.0/24\n"ctl08"\nfd00::/64\n', new Map());
    expect(lines.map(({ outcome, address, name }) => [outcome, address, name])).toEqual([
      ['willAdd', 'http://10.0.0.11:9292', 'ctl01'],
      ['invalid', null, null],
      ['willAdd', 'http://ctl08:9292', 'ctl08'],
      ['invalid', null, null],
    ]);
    expect(lines[1]?.reason).toContain('is a network');
    expect(lines[3]?.reason).toContain('is a network');
  });

  it('are reported as duplicates of hosts and of each other', () => {
    const lines = readPastedHosts(
      'glance-01\nglance-02\nhttp://glance-02:9292/v2\n',
      new Map([['http://glance-01:9292', 'one']]),
    );
    expect(lines.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['duplicate', 'Same address as one.'],
      ['willAdd', null],
      ['duplicate', 'Same address as line 2.'],
    ]);
  });

  it('are reported as invalid with the reason', () => {
    const lines = readPastedHosts('ftp://x\nglance-01 name big\nglance-01 name 0', new Map());
    expect(lines.map(({ outcome }) => outcome)).toEqual(['invalid', 'invalid', 'invalid']);
    expect(lines[0]?.reason).toContain('ftp://x');
  });

  it('are reported within the contract, for any pasted text', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom(' ', ',', '\n', '#', 'glance-01', 'http://h', '5GiB', '[::1]'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const lines = readPastedHosts(words.join(''), new Map());
        pasteReport.parse({ lines });
        const added = lines.filter((line) => line.outcome === 'willAdd').map((line) => line.address);
        expect(new Set(added).size).toBe(added.length);
      }),
    );
  });
});
