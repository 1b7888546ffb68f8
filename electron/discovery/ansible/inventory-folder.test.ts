import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventoryGroups } from '../../contract/discovery.ts';
import { inventoryCandidates } from '../host-candidates.ts';
import { groupsOf as groupsOfInput } from './read-inventory.ts';

type Files = Record<string, string>;

const filesOf = (files: Files) => Object.entries(files).map(([path, text]) => ({ path, text }));
const groupsOf = (files: Files) => groupsOfInput({ text: '', files: filesOf(files) });
const find = (files: Files, group = 'glance-api', addressFrom = 'ansible_host') =>
  inventoryCandidates({
    kind: 'inventory',
    text: '',
    files: filesOf(files),
    format: 'ini',
    groups: [group],
    addressFrom,
    scheme: 'http',
    port: 9292,
  });
const addresses = (files: Files, group?: string, addressFrom?: string) =>
  find(files, group, addressFrom).candidates.map(({ name, address }) => `${name} ${address.replace('http://', '')}`);

/** As OSISM's configuration repository has it. */
const osism = {
  'inventory/10-custom': '[control]\ntestbed-node-[0:1]\n[manager]\ntestbed-manager\n',
  'inventory/51-kolla': '[glance:children]\ncontrol\n[glance-api:children]\nglance\n',
  'inventory/99-overwrite': '',
  'inventory/group_vars/all.yml': 'glance_api_port: 9293\nansible_user: dragon\n',
  'inventory/group_vars/control/glance.yaml': 'glance_api_port: 9294\n',
  'inventory/host_vars/testbed-node-0.yml': 'ansible_host: 192.168.16.10\ninternal_address: 192.168.32.10\n',
  'inventory/host_vars/testbed-node-1/net':
    '---\nansible_host: "{{ internal_address }}"\ninternal_address: 192.168.32.11\n',
  'inventory/host_vars/testbed-manager.yml': 'ansible_connection: local\n',
};

describe('an inventory that is a folder', () => {
  it('is read with its group_vars and host_vars, in the layout of OSISM', () => {
    const { preselected, groups, addressVariables, problems } = groupsOf(osism);
    expect(preselected).toBe('glance-api');
    expect(groups[0]).toEqual({ name: 'all', hosts: 3 });
    expect(addressVariables).toEqual(['ansible_host', 'internal_address']);
    expect(problems).toEqual([]);
    expect(addresses(osism)).toEqual(['testbed-node-0 192.168.16.10:9294', 'testbed-node-1 testbed-node-1:9294']);
    expect(addresses(osism, 'glance-api', 'internal_address')).toEqual([
      'testbed-node-0 192.168.32.10:9294',
      'testbed-node-1 192.168.32.11:9294',
    ]);
    expect(find(osism).problems.map(({ text }) => text)).toContain(
      'The ansible_host of “testbed-node-1” is an Ansible template; the host name is used instead.',
    );
  });

  it('is found in a repository, in the layout of Kayobe', () => {
    const kayobe = {
      'config/README.rst': 'Kayobe',
      'config/.git/config': '[core]\n',
      'config/etc/kayobe/globals.yml': 'kolla_base_distro: rocky\n',
      'config/etc/kayobe/inventory/hosts': 'localhost ansible_connection=local\n[controllers]\nctl[01:02]\n',
      'config/etc/kayobe/inventory/groups': '[glance-api:children]\ncontrollers\n',
      'config/etc/kayobe/inventory/group_vars/controllers/ansible-host': 'ansible_host: 10.0.0.9\n',
    };
    expect(groupsOf(kayobe).problems).toEqual([]);
    expect(addresses(kayobe)).toEqual(['ctl01 10.0.0.9:9292']);
  });

  it('skips what Ansible skips: hidden files, backups, notes', () => {
    const files = {
      'i/hosts': '[glance-api]\na\n',
      'i/hosts~': '[glance-api]\nb\n',
      'i/.hosts.swp': '[glance-api]\nc\n',
      'i/hosts.retry': 'd\n',
      'i/ansible.cfg': '[defaults]\ninventory = hosts\n',
      'i/README.md': '# hosts\n',
      'i/old.bak/hosts': '[glance-api]\ne\n',
      'i/group_vars/.all.yml': 'glance_api_port: 1\n',
      'i/group_vars/all.yml~': 'glance_api_port: 2\n',
      'i/group_vars/all/notes.md': 'glance_api_port: 3\n',
      'i/sub/more.yml': 'glance-api:\n  hosts:\n    f:\n',
    };
    expect(groupsOf(files).problems).toEqual([]);
    expect(addresses(files)).toEqual(['a a:9292', 'f f:9292']);
  });

  it('reads the file without an extension before the others, and accepts hosts with dots in their names', () => {
    const files = {
      hosts: '[glance-api]\na.example.net\nb.example.net\n',
      'group_vars/glance-api': 'glance_api_port: 1\n',
      'group_vars/glance-api.yml': 'glance_api_port: 2\n',
      'host_vars/b.example.net.json': '{"glance_api_port": 3}',
      'host_vars/a.example.net.ini': 'glance_api_port: 4\n',
    };
    expect(addresses(files)).toEqual(['a.example.net a.example.net:1', 'b.example.net b.example.net:3']);
  });

  it('prefers group_vars to variables in the files, and the host’s own variables to both', () => {
    const files = {
      hosts: '[glance-api]\na\nb glance_api_port=5\n[glance-api:vars]\nglance_api_port=1\n',
      'group_vars/all': 'glance_api_port: 2\n',
    };
    expect(addresses(files)).toEqual(['a a:2', 'b b:5']);
  });

  it('names the file of a problem, and encrypted files', () => {
    const files = {
      'i/10': '[glance-api:children]\ncontrol\n',
      'i/20': '[control]\na x\n',
      'i/30.yml': '$ANSIBLE_VAULT;1.1;AES256\n37\n',
      'i/40.yml': 'all:\n\thosts:\n',
      'i/group_vars/all/vault.yml': '$ANSIBLE_VAULT;1.1;AES256\n37\n',
      'i/group_vars/all/sops.yml': 'a: ENC[x]\nsops: {mac: y}\n',
      'i/group_vars/all/empty.yml': '---\n',
    };
    expect(groupsOf(files).problems.map(({ file, line, text }) => `${file} ${line} ${text.slice(0, 40)}`)).toEqual([
      'i/20 2 A variable of the host “a” is not name=v',
      'i/30.yml 1 The file is encrypted with ansible-vault',
      'i/40.yml 2 Invalid YAML from this line on.',
      'i/group_vars/all/sops.yml null The file is encrypted with sops: its var',
      'i/group_vars/all/vault.yml null The file is encrypted with ansible-vault',
    ]);
  });

  it('reports several inventories in one folder, and a folder with only variables', () => {
    const several = {
      'r/prod/hosts': '[a]\nb\n',
      'r/prod/group_vars/all': '',
      'r/test/hosts': '',
      'r/test/group_vars/all': '',
    };
    expect(groupsOf(several).problems).toEqual([
      { line: null, text: 'The folder has several inventories (r/prod, r/test). Select the folder of one of them.' },
    ]);
    expect(groupsOf({ 'group_vars/all.yml': 'a: b\n' }).problems[0]?.text).toContain('only variables');
  });

  it('can consist of several files without a folder', () => {
    const files = { 'hosts.ini': '[control]\na\n', 'groups.txt': '[glance-api:children]\ncontrol\n' };
    expect(addresses(files)).toEqual(['a a:9292']);
    expect(groupsOf(files).problems).toEqual([]);
  });
});

it('the answer fits the contract for any files', () => {
  const part = fc.constantFrom(
    'group_vars',
    'host_vars',
    'inventory',
    'all',
    'a',
    'a.yml',
    '.git',
    'x~',
    '',
    '..',
    '__proto__',
  );
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/') || 'x');
  const text = fc.constantFrom(
    '[a]\nb\n',
    'a:\n  hosts: {b: }\n',
    'x: 1\n',
    '$ANSIBLE_VAULT;1',
    '',
    '{',
    '- x',
    '\0',
    'a: *b',
  );
  fc.assert(
    fc.property(fc.array(fc.record({ path, text }), { minLength: 1, maxLength: 8 }), (files) => {
      inventoryGroups.parse(groupsOfInput({ text: '', files }));
    }),
  );
});
