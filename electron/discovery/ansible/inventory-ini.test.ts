import { describe, expect, it } from 'vitest';
import { AnsibleInventory, withoutPort } from './ansible-inventory.ts';
import { readIni } from './inventory-ini.ts';

function inventoryOf(text: string): AnsibleInventory {
  const inventory = new AnsibleInventory();
  readIni(text, inventory);
  inventory.reportUndefinedGroups();
  return inventory;
}

/** In the manner of kolla-ansible's multinode. */
const multinode = `
# These initial groups are the only groups required to be modified.
[control]
control[01:03] ansible_host=10.0.0.[x]  # no range in a value
control04 ansible_host=10.0.0.14 ansible_user="the operator" ansible_password='s#cret'

[network]
net01:2222

[compute]
compute[001:120]

[control:vars]
glance_api_port = 9393
; a comment
[all:vars]
region="RegionOne"

[glance:children]
control

[glance-api:children]
glance

[deployment]
localhost       ansible_connection=local
`;

describe('an inventory in INI form', () => {
  it('has the hosts of nested groups, as kolla-ansible writes them', () => {
    const inventory = inventoryOf(multinode);
    expect(inventory.problems).toEqual([]);
    expect(inventory.members(['glance-api'])).toEqual(['control01', 'control02', 'control03', 'control04']);
    expect(inventory.counts()).toContainEqual({ name: 'compute', hosts: 120 });
    expect(inventory.counts()[0]).toEqual({ name: 'all', hosts: 126 });
    expect(inventory.members(['network'])).toEqual(['net01']);
  });

  it('gives a host the variables of its groups, with the quoting of a shell', () => {
    const variables = inventoryOf(multinode).variablesOf('control04');
    expect(Object.fromEntries(variables)).toEqual({
      region: 'RegionOne',
      glance_api_port: '9393',
      ansible_host: '10.0.0.14',
      ansible_user: 'the operator',
      ansible_password: 's#cret',
    });
  });

  it('prefers the host’s own variable to those of its groups, and a child group’s to its parent’s', () => {
    const inventory = inventoryOf(
      '[a]\nh1 v=own\nh2\n[b]\nh2\nh3\n[parent:children]\na\nb\n[parent:vars]\nv=parent\nw=parent\n[a:vars]\nv=a\n[b:vars]\nv=b\n[all:vars]\nw=all\nx=all\n',
    );
    expect(inventory.variablesOf('h1').get('v')).toBe('own');
    expect(inventory.variablesOf('h2').get('v')).toBe('b');
    expect(inventory.variablesOf('h3').get('w')).toBe('parent');
    expect(inventory.variablesOf('h3').get('x')).toBe('all');
  });

  it('reports by line what it does not understand, and never quotes a value', () => {
    const inventory = inventoryOf(
      '[ok]\nhost-1 password=hunter2 alone\npassword=hunter2\nhost-2 x="hunter2\n[odd:hosts:more]\nhunter2\n[gone:children]\nno-such\nhost[1:\n',
    );
    expect(inventory.problems.map(({ line }) => line)).toEqual([2, 3, 4, 5, 8, 9]);
    expect(JSON.stringify(inventory.problems)).not.toContain('hunter2');
    expect(inventory.members(['ok'])).toEqual(['host-1']);
  });

  it('visits groups that are children of each other once', () => {
    const inventory = inventoryOf('[a:children]\nb\na\n[b:children]\na\n[b]\nh v=1\n');
    expect(inventory.members(['a'])).toEqual(['h']);
    expect(inventory.variablesOf('h').get('v')).toBe('1');
    expect(inventory.problems).toEqual([{ line: 3, text: 'The group “a” contains itself.' }]);
  });

  it.each([
    ['glance-01:2222', 'glance-01'],
    ['glance[01:12]', 'glance[01:12]'],
    ['glance[01:12]:2222', 'glance[01:12]'],
    ['fd00::1', 'fd00::1'],
    ['[fd00::1]:22', 'fd00::1'],
  ])('parses %s as the host %s', (entry, host) => expect(withoutPort(entry)).toBe(host));
});
