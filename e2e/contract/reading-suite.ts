import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ImageReading } from '../../electron/glance/warm-by-reading.ts';
import { failureOf, has, SuiteFixture } from './suite-fixture.ts';
import type { CacheApiTarget } from './target.ts';

const bytes = 3_000_000;

/**
 * The facts that warming a cache by reading depends on, tested with the console's own client against one host,
 * simulated or real. Changes nothing else on the host.
 */
export function describeReading(name: string, makeTarget: () => Promise<CacheApiTarget>): void {
  describe(`reading through ${name}`, () => {
    let fixture: SuiteFixture;
    let made: string[] = [];
    beforeAll(async () => {
      fixture = new SuiteFixture(await makeTarget());
    });
    afterEach(async () => {
      const capabilities = await fixture.capabilities();
      for (const imageId of made) {
        await fixture.host.delete(capabilities, imageId);
        await fixture.target.deleteImage(imageId);
      }
      made = [];
    });
    afterAll(() => Promise.all([fixture?.admin.close(), fixture?.member.close()]));

    async function queuedImage(size = bytes): Promise<string> {
      const imageId = await fixture.target.makeImage({ name: 'contract-reading', bytes: size, visibility: 'public' });
      made.push(imageId);
      await fixture.queueForNobody(imageId);
      expect((await fixture.list()).queued).toContain(imageId);
      return imageId;
    }

    const quiet: ImageReading = { sizeBytes: bytes, taken: () => undefined };

    test('reading a queued image that nothing fetches caches it and removes it from the queue', async () => {
      const imageId = await queuedImage();
      const progressReports: [number, number | null][] = [];
      // Glance sends no length here, so the client asks for the size if it is not known.
      const reading = {
        sizeBytes: null,
        taken: (...progress: [number, number | null]) => void progressReports.push(progress),
      };
      expect(await fixture.host.readImage(imageId, reading)).toBe(bytes);
      expect(progressReports.at(-1)).toEqual([bytes, bytes]);
      const { cached } = await fixture.until(
        'the image to be cached and not queued',
        (listing) => has(listing.cached, imageId) && !listing.queued.includes(imageId),
      );
      expect(cached.find((record) => record.imageId === imageId)).toMatchObject({ sizeBytes: bytes, hits: 0 });
      // A second read is a hit and changes nothing else.
      expect(await fixture.host.readImage(imageId, { ...quiet, sizeBytes: null })).toBe(bytes);
      await fixture.until('the hit', (listing) =>
        listing.cached.some((record) => record.imageId === imageId && record.hits === 1),
      );
    });

    test('an aborted read does not cache the image, which stays queued; a new read caches it', async () => {
      // More than the buffers of the sockets hold.
      const large = 24_000_000;
      const imageId = await queuedImage(large);
      const cancel = new AbortController();
      const reading = {
        sizeBytes: large,
        taken: () => {
          cancel.abort();
          return new Promise<void>((resolve) => setTimeout(resolve, 50));
        },
      };
      expect((await failureOf(fixture.host.readImage(imageId, reading, cancel.signal))).code).toBe('interrupted');
      const { cached, queued } = await fixture.list();
      expect([has(cached, imageId), queued.includes(imageId)]).toEqual([false, true]);
      // The host may still be busy with the rest of the image.
      for (let tries = 0; tries < 20 && !has((await fixture.list()).cached, imageId); tries += 1) {
        expect(await fixture.host.readImage(imageId, { ...quiet, sizeBytes: large })).toBe(large);
      }
      await fixture.until('the image to be cached and not queued', (listing) => {
        return has(listing.cached, imageId) && !listing.queued.includes(imageId);
      });
    });

    test('an unknown image is not found; one without data has no bytes', async () => {
      expect((await failureOf(fixture.host.readImage(randomUUID(), quiet))).code).toBe('notFound');
      const empty = await fixture.target.makeImageWithoutData('contract-reading-without-data');
      made.push(empty);
      expect(await fixture.host.readImage(empty, { ...quiet, sizeBytes: null })).toBe(0);
    });

    test('an image that is too small is reported, and one that is too large is not read to its end', async () => {
      const imageId = await queuedImage();
      const larger = await failureOf(fixture.host.readImage(imageId, { ...quiet, sizeBytes: bytes + 1 }));
      expect(larger).toMatchObject({ code: 'badResponse', message: expect.stringContaining('ended after') });
      const smaller = await failureOf(fixture.host.readImage(imageId, { ...quiet, sizeBytes: bytes - 1 }));
      expect(smaller).toMatchObject({
        code: 'badResponse',
        message: expect.stringContaining('the download was stopped'),
      });
    });
  });
}
