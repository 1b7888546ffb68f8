import { expect, it } from 'vitest';
import { wasteConditions } from '../../electron/contract/waste.ts';
import { deepEqual } from './deep-equal.ts';

it('distinguishes changed values from equal ones', () => {
  const conditions = wasteConditions.parse({});
  expect(deepEqual(conditions, { ...conditions, hostIds: [] })).toBe(true);
  expect(deepEqual(conditions, { ...conditions, hostIds: ['h'] })).toBe(false);
});
