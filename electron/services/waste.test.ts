import { expect, it } from 'vitest';
import { isIdle, isNeverHit } from '../contract/images.ts';
import { wasteConditions } from '../contract/waste.ts';
import { testServices } from './testing/test-services.ts';

const demo = { hosts: 4, images: 40, seed: 1 };
const filter = { name: 'Old and large', conditions: wasteConditions.parse({ idleDays: 90, minBytes: 2 ** 30 }) };

it('keeps the operator’s filters after a restart, each with its own name', async () => {
  await using console = await testServices();
  const { id } = await console.client.waste.saveFilter(filter);
  await expect(console.client.waste.saveFilter({ ...filter, name: 'OLD and large' })).rejects.toMatchObject({
    code: 'invalidInput',
  });
  await expect(console.client.waste.saveFilter({ ...filter, name: 'Orphans' })).rejects.toMatchObject({
    code: 'invalidInput',
  });
  await console.restart();
  expect((await console.client.waste.filters({})).filters).toEqual([{ ...filter, id }]);
  const renamed = await console.client.waste.saveFilter({ ...filter, id, name: 'Older' });
  expect((await console.client.waste.filters({})).filters).toEqual([renamed]);
  await console.client.waste.removeFilter({ id });
  expect((await console.client.waste.filters({})).filters).toEqual([]);
});

it('finds what the hosts list, without images that golden sets want, and sums it by host', async () => {
  await using console = await testServices({ demo });
  const { client } = console;
  await client.hosts.refresh({});
  const conditions = wasteConditions.parse({ neverHitDays: 1, idleDays: 30 });
  const { hosts } = await console.state();
  const now = Date.now();
  const expected: string[] = [];
  for (const { id } of hosts) {
    for (const image of (await client.hosts.images({ id })).cached) {
      if (isIdle(image, now, 30) || isNeverHit(image, now, 1)) expected.push(`${id} ${image.imageId}`);
    }
  }
  expect(expected.length).toBeGreaterThan(5);
  const keysOf = async () =>
    (await client.waste.targets({ conditions, images: null })).targets.map((one) => `${one.hostId} ${one.imageId}`);
  expect(await keysOf()).toEqual(expected);
  const { rows, copies, goldenUnknown } = await client.waste.list({ conditions });
  expect([copies, goldenUnknown]).toEqual([expected.length, []]);
  const { hosts: sums } = await client.waste.reclaim({ conditions, images: null });
  expect(sums.reduce((sum, { images }) => sum + images, 0)).toBe(expected.length);

  const [first] = rows;
  const [host] = hosts;
  if (!first || !host) throw new Error('Nothing was found');
  await client.golden.save({
    cloudId: first.cloudId,
    name: 'kept',
    note: '',
    hosts: { kind: 'named', hostIds: [host.id] },
    exact: false,
    images: [{ by: 'id', imageId: first.imageId }],
    rules: [],
  });
  const kept = `${host.id} ${first.imageId}`;
  expect(await keysOf()).toEqual(expected.filter((key) => key !== kept));
});

it('finds images by name and id, cached or not, and what the catalogues have of one', async () => {
  await using console = await testServices({ demo });
  const { client } = console;
  await client.hosts.refresh({});
  const { images } = await client.clouds.catalogue({ imageServiceId: 'demo' });
  const [image] = images.filter(({ name }) => name !== null);
  if (!image) throw new Error('The catalogue is empty');
  const { images: found } = await client.search.images({ text: image.id });
  expect(found).toMatchObject([{ imageId: image.id, name: image.name, hosts: 4 }]);
  const byName = await client.search.images({ text: image.name ?? '', limit: 100 });
  expect(byName.images.map(({ imageId }) => imageId)).toContain(image.id);
  expect((await client.search.catalogued({ imageId: image.id })).entries).toEqual([
    { cloudId: 'demo', imageServiceId: 'demo', image },
  ]);
  expect((await client.search.catalogued({ imageId: 'nothing' })).entries).toEqual([]);
});
