import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ImageCatalogue } from '../../electron/glance/image-catalogue.ts';
import { has, type SuiteFixture } from './suite-fixture.ts';

/** `GET /v2/images`, and what it says about cached and queued ids. */
export function describeCatalogue(at: () => SuiteFixture): void {
  const catalogueOf = (fixture: SuiteFixture) =>
    new ImageCatalogue({ address: fixture.target.address, session: fixture.admin });

  describe('catalogue', () => {
    /** A name that no other image of the catalog has. */
    const mark = `catalogue-${randomUUID()}`;
    const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => `${mark}-${letter}`);
    const ids: string[] = [];
    beforeAll(async () => {
      for (const name of names) ids.push(await at().image(name));
    });
    const query = () => `visibility=all&sort=name:asc&name=in:${names.map((name) => `contract-${name}`).join(',')}`;
    const page = async (path: string) => {
      const { status, text } = await at().raw({ method: 'GET', path });
      expect(status, text).toBe(200);
      return JSON.parse(text) as { images: { id: string }[]; next?: string; first: string };
    };

    test('is read in several pages by the id of the last image', async () => {
      const found: string[] = [];
      let marker = '';
      let pages = 0;
      for (;;) {
        const { images } = await page(`/v2/images?${query()}&limit=2${marker}`);
        pages += 1;
        if (images.length === 0) break;
        found.push(...images.map((image) => image.id));
        marker = `&marker=${found.at(-1)}`;
      }
      expect({ found, pages }).toEqual({ found: ids, pages: 4 });
    });

    test('has a link to the next page, and none on the last', async () => {
      const first = await page(`/v2/images?${query()}&limit=3`);
      expect(first.next).toContain(`marker=${ids[2]}`);
      const second = await page(first.next ?? '');
      expect(second.images.map((image) => image.id)).toEqual(ids.slice(3));
      expect(second.next).toBeUndefined();
      // A full last page is followed by an empty one.
      expect((await page(`/v2/images?${query()}&limit=5`)).next).toBeDefined();
    });

    test('contains private and hidden images, and images without data', async () => {
      const fixture = at();
      const hidden = await fixture.image('hidden', { hidden: true, bytes: 4_321 });
      const secret = await fixture.image('private', { visibility: 'private' });
      const nothing = await fixture.imageWithoutData('without-data');
      const images = await catalogueOf(fixture).readAll();
      const find = (id: string) => images.find((image) => image.id === id);
      expect(find(hidden)).toMatchObject({ name: 'contract-hidden', hidden: true, status: 'active', sizeBytes: 4_321 });
      expect(find(secret)).toMatchObject({ visibility: 'private', hidden: false, diskFormat: 'raw' });
      expect(find(nothing)).toMatchObject({ status: 'queued', sizeBytes: null });
      expect(new Set(images.map((image) => image.id)).size).toBe(images.length);
    });

    test('shows a member only the images that they may see', async () => {
      const fixture = at();
      const secret = await fixture.image('not-theirs', { visibility: 'private' });
      const catalogue = new ImageCatalogue({ address: fixture.target.address, session: fixture.member });
      const seen = (await catalogue.readAll()).map((image) => image.id);
      expect(seen).toContain(ids[0]);
      expect(seen).not.toContain(secret);
      const described = await catalogue.describe([ids[0] ?? '', secret, randomUUID()]);
      expect([...described.values()].map((each) => (typeof each === 'string' ? each : each.id))).toEqual(
        expect.arrayContaining([ids[0], 'notVisible', 'notVisible']),
      );
    });

    test('finds more ids than fit into one request', async () => {
      const unknown = Array.from({ length: 110 }, () => randomUUID());
      const described = await catalogueOf(at()).describe([...unknown.slice(0, 105), ...ids, ...unknown.slice(105)]);
      expect(ids.map((id) => described.get(id))).toEqual(ids.map((id) => expect.objectContaining({ id })));
      expect(unknown.map((id) => described.get(id))).toEqual(unknown.map(() => 'orphan'));
    });

    test('finds an orphan: cached or queued, but deleted from Glance', async () => {
      const fixture = at();
      const imageId = await fixture.image('orphan');
      await fixture.cacheImage(imageId);
      await fixture.queueForNobody('not-a-uuid');
      await fixture.target.deleteImage(imageId);
      const described = await catalogueOf(fixture).describe([imageId, 'not-a-uuid']);
      expect([...described]).toEqual(
        expect.arrayContaining([
          [imageId, 'orphan'],
          ['not-a-uuid', 'orphan'],
        ]),
      );
      const { cached, queued } = await fixture.list();
      expect(has(cached, imageId)).toBe(fixture.target.facts.deletesElsewhere);
      expect(queued).toEqual(['not-a-uuid']);
      await fixture.host.delete(await fixture.capabilities(), imageId);
      expect((await fixture.list()).cached).toEqual([]);
    });
  });
}
