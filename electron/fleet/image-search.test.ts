import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CoverageImage } from '../contract/coverage.ts';
import { foundImages } from '../contract/images.ts';
import { atOnce } from '../lib/slices.ts';
import { searchSteps } from './image-search.ts';

const ubuntu = '3f0c9a1e-77b2-4c1e-9a51-0d7e5b1c2f44';
const other = 'ad0e6cb0-b9dc-4751-8501-ea34778e4f93';

function image(imageId: string, name: string | null, cells = 'cqm-'): CoverageImage {
  return { imageId, name, catalogStatus: 'known', status: 'active', sizeBytes: 1, hits: 0, lastAccessed: null, cells };
}
const images = [
  image('b81f2a90-4f1d-4a5e-8a0c-91d2c3b4e5f6', 'my ubuntu-24.04'),
  image(ubuntu, 'ubuntu-24.04-server', 'c?q?'),
  image('47a92efa-8481-4541-b9ce-38a9615f3b60', 'Ubuntu-9.10'),
  image('c29373d9-850a-4dee-a5ce-3ac952dd6fb1', 'kubuntu'),
  image(other, null, '?---'),
];
const clouds = ['one', 'one', 'two', 'two'];
const found = (text: string) => atOnce(searchSteps({ images }, clouds, text, 100)).images.map(({ imageId }) => imageId);
const at = (...places: number[]) => places.map((place) => images[place]?.imageId);

it('ranks names that begin with the text before words that do, and these before any other part', () => {
  expect(found('ubuntu')).toEqual(at(2, 1, 0, 3));
  expect(found('24.04 ubuntu')).toEqual(at(0, 1));
  expect(found('Ubuntu-9.10')).toEqual(at(2));
  expect(found('')).toEqual([]);
  expect(found('nowhere')).toEqual([]);
});

it('finds ids: whole, in quotes, without dashes, by their beginning, by a part, and several at once', () => {
  for (const text of [
    ubuntu,
    ubuntu.toUpperCase(),
    `"${ubuntu}"`,
    ubuntu.replaceAll('-', ''),
    '3f0c9a1e',
    '3f0c9a1e77b2',
  ]) {
    expect(found(text)).toEqual([ubuntu]);
  }
  expect(found('0d7e5b1c2f44')).toEqual([ubuntu]);
  expect(found(`${ubuntu}, ${other}`).toSorted()).toEqual([ubuntu, other]);
  expect(found(`${ubuntu} server`)).toEqual([ubuntu]);
});

it('shows where an image is, among the hosts of the clouds that have it', () => {
  const whereIs = (text: string) => atOnce(searchSteps({ images }, clouds, text, 1)).images[0];
  const imageServiceIds = ['one', 'two'];
  expect(whereIs('kubuntu')).toMatchObject({ cached: 1, queued: 1, unknown: 0, hosts: 4, imageServiceIds });
  expect(whereIs(ubuntu)).toMatchObject({ cached: 1, queued: 1, unknown: 2, hosts: 4 });
  expect(whereIs(other)).toMatchObject({ cached: 0, unknown: 0, hosts: 0, imageServiceIds: [] });
});

it('finds exactly the images that contain every word of any search, each once', () => {
  const name = fc.option(fc.stringMatching(/^[a-c .-]{0,6}$/), { nil: null });
  const listed = fc.uniqueArray(fc.record({ id: fc.uuid(), name, cells: fc.stringMatching(/^[cqm?-]{4}$/) }), {
    selector: ({ id }) => id,
    maxLength: 12,
  });
  const typed = fc.oneof(fc.string({ maxLength: 8 }), fc.stringMatching(/^[a-f0-9 .-]{0,5}$/));
  fc.assert(
    fc.property(listed, typed, fc.integer({ min: 1, max: 5 }), (given, text, most) => {
      const all = given.map(({ id, name, cells }) => image(id, name, cells));
      const answer = atOnce(searchSteps({ images: all }, clouds, text, most));
      expect(foundImages.parse(answer)).toEqual(answer);
      const words = text
        .trim()
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      const expected = all.filter(
        ({ imageId, name }) =>
          words.length > 0 &&
          words.every((word) => imageId.includes(word) || (name ?? '').toLowerCase().includes(word)),
      );
      expect(answer.matching).toBe(expected.length);
      expect(answer.images).toHaveLength(Math.min(most, expected.length));
      const whole = atOnce(searchSteps({ images: all }, clouds, text, 100)).images.map(({ imageId }) => imageId);
      expect([...whole].sort()).toEqual(expected.map(({ imageId }) => imageId).sort());
      expect(answer.images.map(({ imageId }) => imageId)).toEqual(whole.slice(0, most));
    }),
  );
});
