import { describe, expect, it } from 'vitest';
import type { InventoryGroups } from '../../../electron/contract/discovery.ts';
import { chosenGroups, emptySource, sourceOf } from './find-source.ts';

const groups: InventoryGroups = {
  format: 'ini',
  groups: [
    { name: 'all', hosts: 5 },
    { name: 'glance-api', hosts: 3 },
  ],
  preselected: 'glance-api',
  addressVariables: [],
  problems: [],
};
const sources = {
  catalogue: { can: true, text: '' },
  nodes: { can: false, reason: 'None.', remedy: 'Add one.' },
} as const;
const inventory = { ...emptySource, inventory: '[glance-api]\na\n' };

describe('the source', () => {
  it('is the inventory with the preselected group until others are chosen', () => {
    expect(sourceOf(inventory, sources, groups)).toMatchObject({
      source: { kind: 'inventory', format: 'ini', groups: ['glance-api'], port: 9_292 },
    });
    expect(chosenGroups({ ...inventory, groups: ['all', 'gone'] }, groups)).toEqual(['all']);
  });

  it.each([
    [emptySource, groups, /No inventory/],
    [inventory, undefined, /Reading/],
    [{ ...inventory, groups: [] }, groups, /No group/],
    [{ ...inventory, port: undefined }, groups, /port is invalid/],
    [{ ...inventory, kind: 'paste' as const }, groups, /list is empty/],
    [{ ...inventory, kind: 'nodes' as const }, groups, /^None/],
  ])('has the reason why it cannot be searched', (values, known, reason) => {
    const asked = sourceOf(values, sources, known);
    expect('whyNot' in asked && asked.whyNot.reason).toMatch(reason);
  });
});
