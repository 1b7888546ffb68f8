import { expect, it } from 'vitest';
import type { PlannedTarget } from '../../electron/contract/operations.ts';
import { plannedHosts } from './planned-hosts.ts';

function target(hostId: string, rest: Partial<PlannedTarget>): PlannedTarget {
  return {
    hostId,
    hostName: `name of ${hostId}`,
    imageId: 'i',
    imageName: null,
    verdict: 'willDo',
    reason: null,
    expected: { images: 1, bytes: 10 },
    estimated: false,
    rung: null,
    preview: null,
    cleans: null,
    ...rest,
  };
}

it('sums a plan up host by host: only what will be done frees anything', () => {
  expect(
    plannedHosts([
      target('a', {}),
      target('b', { verdict: 'refused', reason: 'down' }),
      target('a', { expected: null }),
      target('a', { verdict: 'alreadyDone' }),
      target('b', { verdict: 'refused', reason: 'down' }),
    ]),
  ).toEqual([
    { hostId: 'a', hostName: 'name of a', willDo: 2, alreadyDone: 1, refused: 0, bytes: 10, reason: null },
    { hostId: 'b', hostName: 'name of b', willDo: 0, alreadyDone: 0, refused: 2, bytes: 0, reason: 'down' },
  ]);
});

it('gives no reason for a host with several', () => {
  const [host] = plannedHosts([
    target('a', { verdict: 'refused', reason: 'one' }),
    target('a', { verdict: 'refused', reason: 'other' }),
  ]);
  expect(host?.reason).toBeNull();
});
