import { expect, it } from 'vitest';
import type { PlannedTarget } from '../../../electron/contract/operations.ts';
import { sumPrefetchByHost } from './maintenance-rows.ts';

function target(hostId: string, imageId: string | null, changes: Partial<PlannedTarget> = {}): PlannedTarget {
  return {
    hostId,
    hostName: hostId,
    imageId,
    imageName: null,
    step: null,
    verdict: 'willDo',
    reason: null,
    expected: { images: 1, bytes: 1_000 },
    estimated: false,
    method: imageId === null ? 'ssh' : 'read',
    preview: null,
    cleans: null,
    ...changes,
  };
}

it('adds up the images of a host that is read image by image, and leaves a host with a program unchanged', () => {
  const program = target('a', null, { expected: { images: 4, bytes: 4_000 } });
  const left = { verdict: 'refused', reason: 'Not there.', expected: null, method: null } as const;
  const done = { verdict: 'alreadyDone', reason: 'Already cached.', method: null } as const;
  const rows = sumPrefetchByHost([
    program,
    target('b', '1'),
    target('b', '2', { estimated: true }),
    target('b', '3', left),
    target('c', '1', done),
    target('c', '2', left),
    target('d', '1', left),
    target('d', '2', { ...left, reason: 'Another reason.' }),
  ]);
  expect(rows[0]).toBe(program);
  expect(rows.slice(1)).toMatchObject([
    {
      hostId: 'b',
      imageId: null,
      method: 'read',
      verdict: 'willDo',
      expected: { images: 2, bytes: 2_000 },
      estimated: true,
      reason: '1 queued image skipped. Not there.',
    },
    {
      hostId: 'c',
      verdict: 'alreadyDone',
      method: null,
      reason: expect.stringMatching(/^1 queued image already done/),
    },
    { hostId: 'd', verdict: 'refused', reason: '2 queued images skipped.' },
  ]);
});
