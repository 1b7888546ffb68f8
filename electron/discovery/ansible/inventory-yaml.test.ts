import { describe, expect, it } from 'vitest';
import { AnsibleInventory } from './ansible-inventory.ts';
import { readYaml } from './inventory-yaml.ts';

function inventoryOf(text: string): AnsibleInventory {
  const inventory = new AnsibleInventory();
  readYaml(text, inventory);
  inventory.reportUndefinedGroups();
  return inventory;
}

const yaml = `---
all:
  vars:
    region: RegionOne
  children:
    control:
      hosts:
        glance-[01:03]:
          ansible_host: 10.0.0.1
          ansible_port: 0022
        glance-04:
        glance-05: {ansible_host: 10.0.0.5, ansible_password: !vault "abc"}
    glance_api:
      children:
        control:
      vars:
        glance_api_port: 9393
`;

describe('an inventory in YAML form', () => {
  it('can have nested groups, ranges and variables, which are read as text', () => {
    const inventory = inventoryOf(yaml);
    expect(inventory.problems).toEqual([]);
    expect(inventory.members(['glance_api'])).toEqual([
      'glance-01',
      'glance-02',
      'glance-03',
      'glance-04',
      'glance-05',
    ]);
    expect(Object.fromEntries(inventory.variablesOf('glance-02'))).toEqual({
      region: 'RegionOne',
      glance_api_port: '9393',
      ansible_host: '10.0.0.1',
      ansible_port: '0022',
    });
  });

  it('reads the JSON of a dynamic inventory', () => {
    const inventory = inventoryOf(
      JSON.stringify({
        _meta: {
          hostvars: { 'infra1-glance': { ansible_host: '172.29.236.9', glance_service_port: 9292, __proto__x: 1 } },
        },
        glance_api: { hosts: ['infra1-glance'], children: ['more'], vars: {} },
        more: { hosts: ['infra2-glance'] },
        all: { children: ['glance_api', 'ungrouped'] },
      }),
    );
    expect(inventory.problems).toEqual([]);
    expect(inventory.members(['glance_api'])).toEqual(['infra1-glance', 'infra2-glance']);
    expect(inventory.variablesOf('infra1-glance').get('glance_service_port')).toBe('9292');
  });

  it('merges what an anchor defines once for all', () => {
    const text = 'g:\n  hosts:\n    a: &base {glance_api_port: 1}\n    b: {<<: *base, ansible_host: h}\n';
    expect(Object.fromEntries(inventoryOf(text).variablesOf('b'))).toEqual({ glance_api_port: '1', ansible_host: 'h' });
  });

  it.each([
    ['a list', '- glance-01\n', { line: 1, text: 'An inventory must be a mapping of groups.' }],
    ['a tab', 'all:\n\thosts:\n', { line: 2, text: 'Invalid YAML from this line on.' }],
    [
      'hosts without colons',
      'glance:\n  hosts: glance-01 glance-02\n',
      { line: 1, text: 'The hosts of the group “glance” are not a mapping: a colon may be missing.' },
    ],
    [
      'an invalid range',
      'glance:\n  hosts:\n    "glance[1:":\n',
      { line: 3, text: 'The host “glance[1:” is skipped: a range bracket is not closed.' },
    ],
  ])('reports problems by line: %s', (_, text, problem) => expect(inventoryOf(text).problems).toEqual([problem]));

  it('limits the expansion of aliases', () => {
    const levels = Array.from({ length: 30 }, (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}]`);
    const inventory = inventoryOf(['l0: &l0 [x]', ...levels].join('\n'));
    expect(inventory.problems[0]?.text).toMatch(/aliases/);
  });

  it('limits the nesting depth', () => {
    let text = '{"hosts": ["deep"]}';
    for (let level = 0; level < 200; level += 1) text = `{"children": {"g${level}": ${text}}}`;
    const inventory = inventoryOf(`{"top": ${text}}`);
    expect(inventory.problems.some(({ text: said }) => said.includes('too large'))).toBe(true);
  });
});
