import { expect, test } from 'vitest';
import { FakeHost } from '../fleet/testing/fake-host.ts';
import { catalogueImage } from '../fleet/testing/host-fixtures.ts';
import { operationsOver } from './testing/fleet-of.ts';

const imageA = '11111111-1111-4111-8111-111111111111';
const imageB = '22222222-2222-4222-8222-222222222222';
const imageC = '33333333-3333-4333-8333-333333333333';

test('a deletion is planned without a request, then carried out and accounted for', async () => {
  const host = new FakeHost('glance-01', [imageA, imageB]);
  const { operations, carryOut, faults } = operationsOver([host]);
  const targets = [imageA, imageB, imageC, imageA].map((imageId) => ({ hostId: host.id, imageId }));
  const plan = await operations.plan({ kind: 'delete', targets });
  expect(host.requests).toEqual([]);
  expect(plan).toMatchObject({ willDo: 2, alreadyDone: 1, refused: 0, expected: { images: 2, bytes: 2_000 } });
  expect(plan.warnings).toEqual(['1 duplicate target ignored.']);

  const { operation, targets: outcomes } = await carryOut({ kind: 'delete', targets });
  expect(host.asked('delete').sort()).toEqual([imageA, imageB]);
  expect(operation).toMatchObject({ state: 'finished', total: 3, actual: { images: 2, bytes: 2_000 } });
  expect(operation.title).toBe('Delete 2 images from glance-01');
  expect(outcomes.map((outcome) => outcome.state)).toEqual(['done', 'done', 'alreadyDone']);
  expect(faults).toEqual([]);
});

test('a queued image is followed until it is cached', async () => {
  const host = new FakeHost('glance-01');
  host.fetch = (imageId) => {
    setTimeout(() => {
      host.queued.delete(imageId);
      setTimeout(() => host.cached.set(imageId, { ...cached(imageId) }), 15);
    }, 20);
  };
  const cached = (imageId: string) => ({
    imageId,
    sizeBytes: 700,
    hits: 0,
    lastAccessed: 1,
    lastModified: 1,
    catalogStatus: 'known' as const,
    description: null,
  });
  const { carryOut, faults } = operationsOver([host], { images: [catalogueImage(imageA), catalogueImage(imageB)] });
  const targets = [imageA, imageB].map((imageId) => ({ hostId: host.id, imageId }));
  const { operation, targets: outcomes } = await carryOut({ kind: 'queue', targets });
  expect(outcomes.map((outcome) => outcome.state)).toEqual(['done', 'done']);
  expect(operation).toMatchObject({ state: 'finished', actual: { images: 2, bytes: 1_400 } });
  expect(faults).toEqual([]);
});

test('clear, prune and clean are carried out and report what was removed', async () => {
  const host = new FakeHost('glance-01', [imageA, imageB]);
  const { carryOut, faults } = operationsOver([host]);
  host.pruned = () => ({ images: 3, bytes: 6_000 });
  const pruned = await carryOut({ kind: 'prune', hostIds: [host.id] });
  expect(pruned.targets[0]).toMatchObject({ state: 'done', actual: { images: 3, bytes: 6_000 } });
  const cleaned = await carryOut({ kind: 'clean', hostIds: [host.id] });
  expect(cleaned.targets[0]).toMatchObject({ state: 'done', text: expect.stringContaining('not available') });
  const cleared = await carryOut({ kind: 'clear', hostIds: [host.id], what: 'both' });
  expect(cleared.targets[0]).toMatchObject({ state: 'done', actual: { images: 2, bytes: 2_000 } });
  expect(cleared.operation.title).toBe('Clear the cache and queue of glance-01');
  expect(faults).toEqual([]);
});
