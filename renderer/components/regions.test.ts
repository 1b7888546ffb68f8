import { expect, test } from 'vitest';
import { regionNames, regionsOf } from './regions.ts';

const host = (id: string, imageServiceId: string, region: string | null = null, cloudId = 'c') => ({
  id,
  name: id,
  cloudId,
  region,
  imageServiceId,
});

test('hosts are grouped by image service; stated regions name it, else its first host', () => {
  const hosts = [
    host('a', 'c'),
    host('b', 'c@b'),
    host('d', 'c/west', 'west'),
    host('e', 'c', 'east'),
    host('f', 'c@b'),
  ];
  expect(regionsOf(hosts).map(({ name, hosts }) => [name, hosts.map(({ id }) => id).join('')])).toEqual([
    ['east, login’s region', 'ae'],
    ['Region of b', 'bf'],
    ['west', 'd'],
  ]);
});

test('a cloud with one image service has no regions to show', () => {
  const one = [host('a', 'd', null, 'd'), host('b', 'd', null, 'd')];
  expect(regionNames(one).size).toBe(0);
  const names = regionNames([...one, host('x', 'c'), host('y', 'c/west', 'west')]);
  expect(Object.fromEntries(names)).toEqual({ x: 'Login’s region', y: 'west' });
});
