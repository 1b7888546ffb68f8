import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hostImages, hostSummary } from '../contract/fleet.ts';
import type { CacheListing } from '../glance/cache-listing.ts';
import { fakeFleet, second } from './testing/fake-fleet.ts';

const imageId = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.constantFrom('__proto__', 'constructor', 'not-a-uuid'),
);
const time = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 5e12 }));
const listing: fc.Arbitrary<Omit<CacheListing, 'requestId'>> = fc.record({
  cached: fc.uniqueArray(
    fc.record({
      imageId,
      sizeBytes: fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER)),
      hits: fc.nat(),
      lastAccessed: time,
      lastModified: time,
    }),
    { maxLength: 12, selector: (record) => record.imageId },
  ),
  queued: fc.uniqueArray(imageId, { maxLength: 8 }),
  odd: fc.array(fc.record({ text: fc.string(), problem: fc.string() }), { maxLength: 3 }),
  nullList: fc.boolean(),
});

it('sums agree with what is shown, the revision grows only with changes, and the contract holds, for any list of a host', async () => {
  const step = fc.record({
    listing,
    expected: fc.option(
      fc.record({ kind: fc.constantFrom('queued', 'deleted', 'cleared', 'pruned'), imageIds: fc.array(imageId) }),
    ),
    wait: fc.constantFrom(0, 1, 29, 400),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const { clock, fleet, host } = fakeFleet(1, { refreshPaused: true });
      let last = fleet.images('h0');
      for (const { listing: listed, expected, wait, fails } of steps) {
        Object.assign(host, listed, { failure: fails ? new Error('fails') : undefined });
        if (expected) fleet.access('h0').report(expected);
        await clock.forward(wait * second);
        await fleet.refresh();
        const images = hostImages.parse(fleet.images('h0'));
        const { totals, revision } = hostSummary.parse(fleet.summary('h0'));
        expect(revision).toBe(images.revision);
        expect(revision).toBeGreaterThanOrEqual(last.revision);
        if (revision === last.revision) {
          expect(byId(images)).toEqual(byId(last));
        }
        last = images;
        if (!totals) continue;
        expect(totals).toMatchObject({
          cachedImages: images.cached.length,
          queued: images.queued.length,
          oddRecords: images.odd.length,
          sizeBytes: Math.min(Number.MAX_SAFE_INTEGER, sum(images.cached.map((image) => image.sizeBytes ?? 0))),
          unsized: images.cached.filter((image) => image.sizeBytes === null).length,
          hits: sum(images.cached.map((image) => image.hits)),
          orphans: images.cached.filter((image) => image.catalogStatus === 'orphan').length,
          oldestQueued: images.queued.length > 0 ? Math.min(...images.queued.map((image) => image.firstSeen)) : null,
        });
        if (fails) continue;
        expect(new Set(images.cached.map((image) => image.imageId))).toEqual(
          new Set(listed.cached.map((one) => one.imageId)),
        );
        expect(images.queued.map((image) => image.imageId)).toEqual([...new Set(listed.queued)]);
      }
      await fleet.stop();
    }),
    { numRuns: 60 },
  );
});

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function byId({ cached, queued, odd }: { cached: { imageId: string }[]; queued: unknown[]; odd: unknown[] }) {
  return { cached: new Map(cached.map((image) => [image.imageId, image])), queued, odd };
}
