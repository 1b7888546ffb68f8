import { expect, it } from 'vitest';
import type { PlannedTarget, TargetOutcome } from '../../../electron/contract/operations.ts';
import { target } from '../operations/testing/operation-samples.ts';
import { planned } from '../operations/testing/plan-samples.ts';
import { compareWithPreview } from './prune-comparison.tsx';

function previewed(hostId: string, imageIds: string[]): PlannedTarget {
  return planned(hostId, {
    method: 'delete',
    preview: {
      goes: imageIds.map((imageId) => ({ imageId, imageName: `name of ${imageId}`, sizeBytes: 1, lastAccessed: 1 })),
      limitBytes: 1,
      limitFrom: 'stated',
      held: { images: 9, bytes: 9 },
      left: { images: 9, bytes: 9 },
    },
  });
}

function outcome(hostId: string, imageId: string | null, rest: Partial<TargetOutcome>): TargetOutcome {
  return target('done', { hostId, hostName: hostId, imageId, imageName: null, ...rest });
}

const nothing = new Map<string, ReadonlySet<string>>();

it('says that exactly the previewed images were removed', () => {
  const { asPreviewed, differences } = compareWithPreview(
    [previewed('a', ['x', 'y']), previewed('b', ['z'])],
    [outcome('a', 'x', {}), outcome('a', 'y', {}), outcome('b', null, { actual: { images: 1, bytes: 1 } })],
    new Map([['b', new Set(['other'])]]),
  );
  expect(asPreviewed).toEqual({ hosts: 2, images: 3 });
  expect(differences).toEqual([]);
});

it('names the images that stayed, if images are deleted one by one', () => {
  const { differences } = compareWithPreview(
    [previewed('a', ['x', 'y'])],
    [outcome('a', 'x', {}), outcome('a', 'y', { state: 'refused' })],
    nothing,
  );
  expect(differences).toEqual([
    { hostId: 'a', hostName: 'a', text: '2 images previewed, 1 deleted. Not deleted: name of y.' },
  ]);
});

it('compares a host that pruned itself by its report and by its images afterwards', () => {
  const plan = [previewed('a', ['x', 'y'])];
  const actual = { images: 2, bytes: 2 };
  const after = new Map([['a', new Set(['y'])]]);
  const { differences } = compareWithPreview(plan, [outcome('a', null, { actual })], after);
  expect(differences[0]?.text).toBe('2 images previewed, 2 deleted. Not deleted: name of y.');
  const more = compareWithPreview(plan, [outcome('a', null, { actual: { images: 3, bytes: 3 } })], nothing);
  expect(more.differences[0]?.text).toBe('2 images previewed, 3 deleted.');
});

it('says nothing about a host that failed as a whole', () => {
  const failed = compareWithPreview([previewed('a', ['x'])], [outcome('a', null, { state: 'failed' })], nothing);
  expect(failed).toEqual({ asPreviewed: { hosts: 0, images: 0 }, differences: [] });
});
