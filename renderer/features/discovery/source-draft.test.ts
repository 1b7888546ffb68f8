import { describe, expect, it } from 'vitest';
import type { InventoryGroups } from '../../../electron/contract/discovery.ts';
import { chosenGroups, emptySourceDraft, sourceOf } from './source-draft.ts';

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
const inventory = { ...emptySourceDraft, inventory: '[glance-api]\na\n' };

describe('the place to look in', () => {
  it('is the inventory with the preselected group until others are chosen', () => {
    expect(sourceOf(inventory, sources, groups)).toMatchObject({
      source: { kind: 'inventory', format: 'ini', groups: ['glance-api'], port: 9_292 },
    });
    expect(chosenGroups({ ...inventory, groups: new Set(['all', 'gone']) }, groups)).toEqual(['all']);
  });

  it.each([
    [emptySourceDraft, groups, /no inventory/],
    [inventory, undefined, /being read/],
    [{ ...inventory, groups: new Set<string>() }, groups, /No group/],
    [{ ...inventory, port: '70000' }, groups, /port is none/],
    [{ ...inventory, kind: 'paste' as const }, groups, /Nothing is pasted/],
    [{ ...inventory, kind: 'nodes' as const }, groups, /^None/],
  ])('says why it cannot be asked', (draft, known, reason) => {
    const asked = sourceOf(draft, sources, known);
    expect('whyNot' in asked && asked.whyNot.reason).toMatch(reason);
  });
});
