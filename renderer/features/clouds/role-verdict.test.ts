import { expect, test } from 'vitest';
import { roleVerdict } from './role-verdict.ts';

const identity = { user: 'u', project: 'p', expiresAt: null };

test('an administrator is told so, in any spelling', () => {
  expect(roleVerdict({ ...identity, roles: ['member', 'Admin'] }).admin).toBe(true);
});

test('others are warned; a role that only sounds like it is no admin', () => {
  expect(roleVerdict({ ...identity, roles: ['member', 'admin_readonly'] }).admin).toBe(false);
  expect(roleVerdict({ ...identity, roles: [] }).text).toContain('no roles');
});
