import { expect, test } from 'vitest';
import { roleSummary } from './cloud-labels.ts';

const identity = { user: 'u', project: 'p', expiresAt: null };

test('an administrator is recognised in any spelling', () => {
  expect(roleSummary({ ...identity, roles: ['member', 'Admin'] }).admin).toBe(true);
});

test('other users are warned; a role with a similar name is not admin', () => {
  expect(roleSummary({ ...identity, roles: ['member', 'admin_readonly'] }).admin).toBe(false);
  expect(roleSummary({ ...identity, roles: [] }).text).toContain('no roles');
});
