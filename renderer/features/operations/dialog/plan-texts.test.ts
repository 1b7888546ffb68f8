import { describe, expect, it } from 'vitest';
import type { Action, PlannedTarget } from '../../../../electron/contract/operations.ts';
import { planned, planOf } from '../testing/plan-samples.ts';
import { confirmText, planText } from './plan-texts.ts';

const gib = 1024 ** 3;

function target(hostName: string, imageId: string | null, rest: Partial<PlannedTarget> = {}): PlannedTarget {
  return planned(hostName, { imageId, expected: { images: 1, bytes: gib }, ...rest });
}

describe('the texts of an align name what it queues and what it deletes, and never add up the two', () => {
  const align: Action = { kind: 'align', queue: [{ hostId: 'a', imageId: 'x' }], delete: [] };
  const queued = ['x', 'y', 'z'].map((id) => target('a', id, { step: 'queue' }));
  const goes = [target('a', 'o', { step: 'delete' })];

  it('on one host and on several hosts', () => {
    const one = planOf(align, [...goes, ...queued]);
    expect(confirmText(one)).toBe('Queue 3 and delete 1 image');
    expect(planText(one)).toBe('On a, 3 images will be fetched, 3.00 GiB, and 1 will be deleted, 1.00 GiB freed.');
    const two = planOf(align, [...goes, ...queued, target('b', 'o', { step: 'delete' })]);
    expect(confirmText(two)).toBe('Queue 3 and delete 2 images on 2 hosts');
  });

  it('where only one of the two remains', () => {
    expect(confirmText(planOf(align, queued))).toBe('Queue 3 images');
    expect(planText(planOf(align, queued))).toBe('On a, 3 images will be fetched, 3.00 GiB.');
    expect(confirmText(planOf(align, goes))).toBe('Delete 1 image');
    expect(planText(planOf(align, goes))).toBe('On a, 1 image will be deleted, 1.00 GiB freed.');
  });
});

const images: Action = { kind: 'delete', targets: [{ hostId: 'a', imageId: 'x' }] };

describe('the button names the action and its count', () => {
  it('counts only the images of the host that will be deleted', () => {
    const plan = planOf(images, [
      target('a', 'x'),
      target('a', 'y'),
      target('a', 'z', { verdict: 'refused', expected: null }),
    ]);
    expect(confirmText(plan)).toBe('Delete 2 images');
    expect(planText(plan)).toBe('2 images will be deleted from a, 2.00 GiB will be freed.');
  });

  it('names the number of hosts, and counts an image that is queued on several hosts once', () => {
    const targets = [target('a', 'x'), target('b', 'x')];
    expect(confirmText(planOf({ kind: 'queue', targets: [] }, targets))).toBe('Queue 1 image on 2 hosts');
    expect(planText(planOf({ kind: 'queue', targets: [] }, targets))).toBe(
      '1 image will be fetched onto 2 hosts: 2 fetches, 2.00 GiB.',
    );
    expect(confirmText(planOf(images, targets))).toBe('Delete 2 copies of 1 image from 2 hosts');
    expect(planText(planOf(images, targets))).toBe(
      '2 copies of 1 image will be deleted from 2 hosts, 2.00 GiB will be freed.',
    );
    expect(confirmText(planOf(images, [target('a', 'x'), target('b', 'y')]))).toBe('Delete 2 images from 2 hosts');
  });

  it('names the host of an action on a whole host', () => {
    const prune: Action = { kind: 'prune', hostIds: ['a'] };
    expect(confirmText(planOf(prune, [target('glance-03', null, { expected: null })]))).toBe('Prune glance-03');
    expect(confirmText(planOf({ kind: 'clean', hostIds: [] }, [target('a', null), target('b', null)]))).toBe(
      'Clean 2 hosts',
    );
  });

  it('counts the images that a prune removes, and says when the number is an estimate', () => {
    const prune: Action = { kind: 'prune', hostIds: ['a'] };
    const nine = target('glance-03', null, { expected: { images: 9, bytes: gib } });
    const three = target('glance-01', null, { expected: { images: 3, bytes: gib }, estimated: true });
    expect(confirmText(planOf(prune, [nine]))).toBe('Prune 9 images from glance-03');
    expect(confirmText(planOf(prune, [nine, three]))).toBe('Prune about 12 copies from 2 hosts');
    const within = target('glance-02', null, { expected: { images: 0, bytes: 0 }, estimated: true });
    expect(confirmText(planOf(prune, [three, within]))).toBe('Prune 2 hosts');
    expect(planText(planOf(prune, [three, within]))).toBe(
      'About 3 images, 1.00 GiB will be deleted from glance-01, the least recently accessed first. None expected from 1 host.',
    );
    const untold = target('glance-02', null, { expected: null, estimated: true });
    expect(confirmText(planOf(prune, [nine, untold]))).toBe('Prune 2 hosts');
    expect(planText(planOf(prune, [nine, untold]))).toContain('The number for 1 more host is not available.');
  });

  it('counts the images that a clear removes', () => {
    const clear: Action = { kind: 'clear', hostIds: ['a'], what: 'cache' };
    expect(confirmText(planOf(clear, [target('a', null, { expected: { images: 63, bytes: 0 } })]))).toBe(
      'Clear 63 images',
    );
    const hosts = ['a', 'b'].map((host) => target(host, null, { expected: { images: 6, bytes: gib } }));
    expect(confirmText(planOf(clear, hosts))).toBe('Clear 12 copies from 2 hosts');
    expect(planText(planOf(clear, hosts))).toBe('12 copies, 2.00 GiB will be deleted from 2 hosts.');
    expect(confirmText(planOf(clear, [target('a', null, { expected: { images: 0, bytes: 0 } })]))).toBe('Clear a');
  });
});

it('says that the amount is not available, or is an estimate', () => {
  const prune: Action = { kind: 'prune', hostIds: ['a'] };
  expect(planText(planOf(prune, [target('a', null, { expected: null, estimated: true })]))).toContain('not available');
  expect(planText(planOf(prune, [target('a', null, { estimated: true })]))).toMatch(/^About 1 image, 1.00 GiB/);
  expect(planText(planOf(prune, [target('a', null, { verdict: 'refused' })]))).toBe('Nothing to do.');
});
