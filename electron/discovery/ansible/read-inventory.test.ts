import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidate, findProblem, inventoryGroups } from '../../contract/discovery.ts';
import { inventoryCandidates } from '../host-candidates.ts';
import { formatOf, groupsOf as groupsOfInput } from './read-inventory.ts';

const asked = {
  kind: 'inventory' as const,
  files: [],
  addressFrom: 'ansible_host',
  scheme: 'http' as const,
  port: 9292,
};

const groupsOf = (text: string, fileName?: string) => groupsOfInput({ text, fileName, files: [] });

describe('the form of an inventory', () => {
  it.each([
    ['[glance-api]\nglance-01\n', undefined, 'ini'],
    ['glance-01\nglance-02\n', undefined, 'ini'],
    ['# all\nall:\n  hosts:\n    glance-01:\n', undefined, 'yaml'],
    ['---\nall: {}\n', undefined, 'yaml'],
    ['{"all": {}}', undefined, 'yaml'],
    ['all:\n', 'hosts.ini', 'ini'],
    ['[a]\n', 'hosts.yml', 'yaml'],
  ] as const)('%j named %s is %s', (text, name, form) => expect(formatOf(text, name)).toBe(form));
});

describe('the groups of an inventory', () => {
  it('have the group of glance-api preselected', () => {
    const groups = groupsOf(
      '[control]\nc1 ansible_host=10.0.0.1 api_address=glance.example.net\n[glance:children]\ncontrol\n[glance-api:children]\nglance\n',
    );
    expect(groups).toMatchObject({ format: 'ini', preselected: 'glance-api', problems: [] });
    expect(groups.addressVariables).toEqual(['ansible_host', 'api_address']);
    expect(groups.groups.map(({ name }) => name)).toEqual(['all', 'control', 'glance', 'glance-api']);
    expect(groupsOf('[glance_api]\nh\n').preselected).toBe('glance_api');
    expect(groupsOf('[web]\nh\n').preselected).toBeNull();
  });
});

describe('the hosts of an inventory as candidates', () => {
  const find = (text: string, more: object = {}) =>
    inventoryCandidates({ ...asked, format: formatOf(text), text, groups: ['glance-api'], ...more });

  it('have the address of ansible_host, else their name, and the port of their variables, never the ssh port', () => {
    const text =
      '[glance-api]\nc1 ansible_host=10.0.0.1 ansible_port=22\nc2:22\nc3 glance_api_port=9393\nc4 ansible_host=fd00::4\n';
    expect(find(text).candidates.map(({ address, name }) => [name, address])).toEqual([
      ['c1', 'http://10.0.0.1:9292'],
      ['c2', 'http://c2:9292'],
      ['c3', 'http://c3:9393'],
      ['c4', 'http://[fd00::4]:9292'],
    ]);
    const tls = find(text, { scheme: 'https', port: 443, addressFrom: 'nothing' });
    expect(tls.candidates.map(({ address }) => address).slice(0, 2)).toEqual(['https://c1', 'https://c2']);
  });

  it('are skipped with a message if they have no address', () => {
    const { candidates, problems } = find(
      '[glance-api]\nc1 ansible_host="{{ lookup(x) }}"\nc2 ansible_host=10.0.0.2/24\nc3 ansible_host=c1\nc4 glance_api_port=none\n',
    );
    expect(candidates.map(({ address }) => address)).toEqual(['http://c1:9292', 'http://c4:9292']);
    expect(problems.map(({ text }) => text)).toEqual([
      'The ansible_host of “c1” is an Ansible template; the host name is used instead.',
      'The host “c2” is skipped: its ansible_host is not an address.',
      'The host “c3” has the same address as “c1” and is skipped.',
      'The glance_api_port of “c4” is not a port; 9292 is used instead.',
    ]);
  });

  it('are limited to a thousand', () => {
    const { candidates, problems } = find('[glance-api]\na[1:900]\nb[1:900]\n');
    expect(candidates).toHaveLength(1_000);
    expect(problems[0]?.text).toContain('1,800 hosts');
  });
});

/** Lines that look like an inventory, and lines that do not. */
const line = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '[glance-api]',
    '[glance-api:children]',
    '[a:vars]',
    '[a]',
    '[b:children]',
    'a',
    'b',
    'glance-api',
    'h[01:12]',
    'h1 ansible_host=10.0.0.1',
    'x="',
    "x='y' z=1 # c",
    '[',
    ']',
    '[a:b:c]',
    'all:',
    '  hosts:',
    '    h1:',
    '  children:',
    '    a: *x',
    '    a: &x {b: c}',
    '  vars: {x: y}',
    '---',
    '{',
    '"a": {"hosts": ["h"]}',
    '}',
    '\t',
    '<<: *x',
  ),
);

describe('any input as an inventory', () => {
  it('gives an answer that fits the contract, and never throws', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('', 'x.yml', 'x.ini'), (lines, fileName) => {
        const text = lines.join('\n');
        const groups = groupsOf(text, fileName);
        inventoryGroups.parse(groups);
        const names = groups.groups.map(({ name }) => name);
        const found = inventoryCandidates({ ...asked, format: groups.format, text, groups: names });
        for (const problem of found.problems) findProblem.parse(problem);
        for (const one of found.candidates) candidate.parse({ ...one, knownHostId: null, marks: [] });
        expect(new Set(found.candidates.map(({ address }) => address)).size).toBe(found.candidates.length);
      }),
      { numRuns: 150 },
    );
  });

  it('is parsed quickly, however large or nested it is', () => {
    const long = 100_000;
    for (const text of [
      '['.repeat(long),
      '\n'.repeat(long),
      ' '.repeat(long),
      'h[1:9]'.repeat(long / 6),
      '[a]\n'.repeat(long / 4),
      'h[1:1000]\n'.repeat(long / 10),
      `[a:children]\n${'b\n'.repeat(long / 2)}`,
      'x="'.repeat(long / 3),
      ':'.repeat(long),
    ]) {
      const groups = groupsOf(text);
      expect(groups.groups.length).toBeLessThanOrEqual(2_000);
    }
  });
});
