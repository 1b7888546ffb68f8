import { expect, test } from 'vitest';
import { namesOfServices, regionNames, regionsOf, serviceNames } from './regions.ts';

const host = (id: string, imageServiceId: string, region: string | null = null, cloudId = 'c') => ({
  id,
  name: id,
  cloudId,
  region,
  imageServiceId,
});

test('hosts are grouped by image service, named by its stated regions, otherwise by its first host', () => {
  const hosts = [
    host('a', 'c'),
    host('b', 'c/north', 'north'),
    host('d', 'c/west', 'west'),
    host('e', 'c', 'east'),
    host('f', 'c/north', 'north'),
  ];
  expect(regionsOf(hosts).map(({ name, hosts }) => [name, hosts.map(({ id }) => id).join('')])).toEqual([
    ['east', 'ae'],
    ['north', 'bf'],
    ['west', 'd'],
  ]);
});

test('hosts of several image services without a stated region are not assigned to the login’s region', () => {
  // The host that answered first has the id of its cloud as its service, whichever region it is in.
  const hosts = [host('a', 'c'), host('b', 'c@b'), host('e', 'c', 'east')];
  expect(regionsOf(hosts).map(({ name }) => name)).toEqual(['east', 'Region of b']);
  expect(regionsOf([host('a', 'c'), host('b', 'c@b')]).map(({ name }) => name)).toEqual(['Region of a', 'Region of b']);
});

test('hosts of one stated region with two databases form two groups with two names', () => {
  const hosts = [host('a', 'c/east', 'east'), host('b', 'c/east@b', 'east')];
  expect(regionsOf(hosts).map(({ name }) => name)).toEqual(['east', 'east (b)']);
  expect(serviceNames(hosts)).toEqual({ 'c/east': 'east', 'c/east@b': 'east (b)' });
  expect(namesOfServices(['c/east@b', 'c/east'], serviceNames(hosts))).toBe('east (b), east');
  expect(serviceNames(hosts.slice(0, 1))).toEqual({});
});

test('a cloud with one image service has no regions to show', () => {
  const one = [host('a', 'd', null, 'd'), host('b', 'd', null, 'd')];
  expect(regionNames(one).size).toBe(0);
  const names = regionNames([...one, host('x', 'c'), host('y', 'c/west', 'west')]);
  expect(Object.fromEntries(names)).toEqual({ x: 'Login’s region', y: 'west' });
});
