import { expect, it } from 'vitest';
import type { PlannedTarget } from '../../../../electron/contract/operations.ts';
import { planned } from '../testing/plan-samples.ts';
import { sumByHost } from './plan-view.tsx';

const nothing = { willDo: 0, goes: 0, alreadyDone: 0, refused: 0, bytes: 0, frees: 0, reason: null };

function target(hostId: string, rest: Partial<PlannedTarget>): PlannedTarget {
  return planned(hostId, { hostName: `name of ${hostId}`, imageId: 'i', expected: { images: 1, bytes: 10 }, ...rest });
}

it('sums a plan up host by host: only what will be done frees anything', () => {
  expect(
    sumByHost([
      target('a', {}),
      target('b', { verdict: 'refused', reason: 'down' }),
      target('a', { expected: null }),
      target('a', { verdict: 'alreadyDone' }),
      target('b', { verdict: 'refused', reason: 'down' }),
    ]),
  ).toEqual([
    { ...nothing, hostId: 'a', hostName: 'name of a', willDo: 2, alreadyDone: 1, bytes: 10 },
    { ...nothing, hostId: 'b', hostName: 'name of b', refused: 2, reason: 'down' },
  ]);
});

it('counts what is queued and what goes apart', () => {
  expect(sumByHost([target('a', { step: 'delete' }), target('a', { step: 'queue' })])).toEqual([
    { ...nothing, hostId: 'a', hostName: 'name of a', willDo: 1, goes: 1, bytes: 10, frees: 10 },
  ]);
});

it('gives no reason for a host with several', () => {
  const [host] = sumByHost([
    target('a', { verdict: 'refused', reason: 'one' }),
    target('a', { verdict: 'refused', reason: 'other' }),
  ]);
  expect(host?.reason).toBeNull();
});
