import { expect, it } from 'vitest';
import type { Action } from '../../contract/operations.ts';
import { titleOf } from './operation-texts.ts';

const target = (
  hostName: string,
  imageId: string | null,
  verdict: 'willDo' | 'alreadyDone' | 'refused' = 'willDo',
) => ({
  hostName,
  imageId,
  imageName: null,
  step: null,
  verdict,
});

it('counts only the hosts and images that need an action, as on the button that starts it', () => {
  const prune: Action = { kind: 'prune', hostIds: [] };
  const some = [target('a', null), target('b', null, 'alreadyDone'), target('c', null), target('d', null, 'refused')];
  expect(titleOf(prune, some)).toBe('Prune 2 hosts');
  expect(titleOf(prune, some.slice(0, 2))).toBe('Prune a');
  const queue: Action = { kind: 'queue', targets: [] };
  const images = [target('a', 'x'), target('b', 'x'), target('a', 'y'), target('b', 'y', 'alreadyDone')];
  expect(titleOf(queue, images)).toBe('Queue 2 images on 2 hosts');
  expect(titleOf({ kind: 'queue', targets: [], anew: true }, images)).toBe('Requeue 2 images on 2 hosts');
  const remove: Action = { kind: 'delete', targets: [] };
  expect(titleOf(remove, images)).toBe('Delete 3 copies of 2 images from 2 hosts');
  expect(titleOf(remove, images.slice(1, 3))).toBe('Delete 2 images from 2 hosts');
  expect(titleOf(remove, images.slice(0, 2))).toBe('Delete x from 2 hosts');
});

it('names its hosts even if none needs an action', () => {
  expect(titleOf({ kind: 'prune', hostIds: [] }, [target('a', null, 'alreadyDone')])).toBe('Prune a');
});
