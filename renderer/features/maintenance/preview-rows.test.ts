import { expect, it } from 'vitest';
import type { PlannedTarget } from '../../../electron/contract/operations.ts';
import { planned } from '../operations/testing/plan-samples.ts';
import { maintenanceRows } from './maintenance-rows.ts';

function target(hostId: string, sizes: number[]): PlannedTarget {
  return planned(hostId, {
    method: 'delete',
    preview: {
      goes: sizes.map((sizeBytes, index) => ({
        imageId: `i${index}`,
        imageName: null,
        sizeBytes,
        lastAccessed: index,
      })),
      limitBytes: 5,
      limitFrom: 'stated',
      held: { images: 9, bytes: 20 },
      left: { images: 9 - sizes.length, bytes: 20 - sizes.reduce((sum, size) => sum + size, 0) },
    },
  });
}

it('lists the images of an expanded host in the order of removal, each with the bytes that remain', () => {
  const targets = [target('a', [3, 4]), target('b', [1]), target('c', [])];
  const rows = maintenanceRows(targets, new Set(['a', 'c']));
  expect(rows.map(({ id }) => id)).toEqual(['a', 'a i0', 'a i1', 'b', 'c']);
  expect(rows.flatMap((row) => (row.is === 'image' ? [row.leftBytes] : []))).toEqual([17, 13]);
  expect(rows.flatMap((row) => (row.is === 'host' ? [row.open] : []))).toEqual([true, false, false]);
});
