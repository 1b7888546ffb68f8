import { expect, test } from 'vitest';
import { selected } from '../../contract/selections.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage, failureOf, queuedImage } from '../../fleet/testing/host-fixtures.ts';
import { operationsOver } from '../testing/fleet-of.ts';

const known = ['a', 'b', 'c', 'd', 'e'].map((id) => catalogueImage(id, { sizeBytes: 2_000 }));

function pair() {
  const from = new FakeHost('glance-01');
  const hits = { a: 1, b: 7, c: 0, d: 7 };
  for (const [id, count] of Object.entries(hits)) {
    from.cached.set(id, { ...cachedImage(id, 1_000, id === 'd' ? 2_000 : 1_000), hits: count });
  }
  const to = new FakeHost('glance-02', ['a']);
  for (const host of [from, to]) host.poll();
  return { from, to };
}

test('lists what one host has and the other lacks, the most requested first, in both directions', async () => {
  const { from, to } = pair();
  to.cached.set('e', cachedImage('e'));
  to.queued.set('c', queuedImage('c'));
  to.poll();
  const { operations } = operationsOver([from, to], { images: known });
  const there = await operations.select({ kind: 'like', from: from.id, to: to.id });
  expect(selected.parse(there)).toEqual(there);
  expect(there).toEqual({
    targets: ['d', 'b'].map((imageId) => ({ hostId: to.id, imageId })),
    images: 2,
    unsized: 0,
    bytes: 4_000,
    unmatched: [],
    notes: [],
  });
  const back = await operations.select({ kind: 'like', from: to.id, to: from.id });
  expect(back.targets).toEqual([{ hostId: from.id, imageId: 'e' }]);
  const plan = await operations.plan({ kind: 'queue', targets: there.targets });
  expect(plan).toMatchObject({ willDo: 2, expected: { bytes: there.bytes } });
});

test('leaves out orphans, inactive images and images of another catalogue, and reports them', async () => {
  const { from, to } = pair();
  from.cached.set('o', { ...cachedImage('o'), catalogStatus: 'orphan' });
  from.cached.set('x', cachedImage('x'));
  from.poll();
  const images = known.map((image) => (image.id === 'c' ? catalogueImage('c', { status: 'deactivated' }) : image));
  const { operations } = operationsOver([from, to], { images });
  const { targets, notes } = await operations.select({ kind: 'like', from: from.id, to: to.id });
  expect(targets.map(({ imageId }) => imageId)).toEqual(['d', 'b']);
  expect(notes).toEqual([
    { kind: 'skipped', text: 'Skipped: 1 orphan that no longer exists in Glance.' },
    { kind: 'skipped', text: 'Skipped: 1 image not in the image catalog of glance-02 or not visible to this login.' },
    { kind: 'skipped', text: 'Skipped: 1 image not active. Glance caches only active images.' },
  ]);
});

test('does not compare a host whose list is unknown, and uses the last known state of one that is down', async () => {
  const { from, to } = pair();
  const unread = new FakeHost('glance-03');
  unread.images = () => ({ ...to.images(), takenAt: null });
  const { operations } = operationsOver([from, to, unread], { images: known });
  for (const ends of [
    { from: unread.id, to: to.id },
    { from: to.id, to: unread.id },
  ]) {
    const unknown = await operations.select({ kind: 'like', ...ends });
    expect(unknown.targets).toEqual([]);
    expect(unknown.notes).toMatchObject([
      { text: expect.stringContaining('The cached images of glance-03 are unknown') },
    ]);
  }
  from.failure = failureOf('unreachable');
  const down = await operations.select({ kind: 'like', from: from.id, to: to.id });
  expect(down.images).toBe(3);
  expect(down.notes).toEqual([{ kind: 'warning', text: 'glance-01 is unreachable; using its last known state.' }]);
});

test('rejects the same host twice, and a host that was removed', async () => {
  const { from, to } = pair();
  const { operations } = operationsOver([from, to]);
  const same = operations.select({ kind: 'like', from: from.id, to: from.id });
  await expect(same).rejects.toMatchObject({ failure: { code: 'invalidInput' } });
  const gone = operations.select({ kind: 'like', from: from.id, to: 'forgotten' });
  await expect(gone).rejects.toMatchObject({ failure: { code: 'notFound' } });
});
