import { renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { wasteConditions } from '../../electron/contract/waste.ts';
import { deepEqual, useStable } from './deep-equal.ts';

it('distinguishes changed values from equal ones', () => {
  const conditions = wasteConditions.parse({});
  expect(deepEqual(conditions, { ...conditions, hostIds: [] })).toBe(true);
  expect(deepEqual(conditions, { ...conditions, hostIds: ['h'] })).toBe(false);
});

it('keeps the earlier value while the next ones are equal', () => {
  const first = { targets: [{ hostId: 'a' }] };
  const { result, rerender } = renderHook(({ value }) => useStable(value), { initialProps: { value: first } });
  rerender({ value: structuredClone(first) });
  expect(result.current).toBe(first);
  rerender({ value: { targets: [{ hostId: 'b' }] } });
  expect(result.current).toEqual({ targets: [{ hostId: 'b' }] });
});
