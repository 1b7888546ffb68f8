import { expect, test } from 'vitest';
import type { FoundClouds } from '../../../electron/contract/clouds.ts';
import { choiceOf, firstChoice, nameOfSource, sourceOf } from './clouds-yaml-list.tsx';

const cloud = (name: string, problem: string | null = null, regionName: string | null = null) => ({
  name: regionName === null ? name : `${name} ${regionName}`,
  cloudName: name,
  regionName,
  authUrl: null,
  user: null,
  project: null,
  region: null,
  authType: 'password',
  problem,
});
const found = (preselected: string | null, ...clouds: FoundClouds['clouds']): FoundClouds => ({
  file: '/clouds.yaml',
  looked: [],
  clouds,
  preselected,
  failure: null,
});

test('OS_CLOUD is the first choice, unless it cannot be used', () => {
  expect(firstChoice(found('b', cloud('a'), cloud('b')))).toBe('b');
  expect(firstChoice(found('b', cloud('a'), cloud('b', 'no')))).toBe('a');
  expect(firstChoice(found('b', cloud('b', 'no')))).toBeNull();
});

test('the operator’s choice stays while it exists and is usable', () => {
  expect(choiceOf(found('a', cloud('a'), cloud('b')), 'b')).toBe('b');
  expect(choiceOf(found('a', cloud('a')), 'b')).toBe('a');
  expect(choiceOf(found('a', cloud('a'), cloud('b', 'no')), 'b')).toBe('a');
});

test('a cloud of several regions is one choice per region, and a source without a region means the first', () => {
  const regions = found(null, cloud('corp', null, 'north'), cloud('corp', null, 'south'), cloud('one'));
  expect(sourceOf(regions, 'corp south')).toEqual({ kind: 'cloudsYaml', cloudName: 'corp', regionName: 'south' });
  expect(sourceOf(regions, 'one')).toEqual({ kind: 'cloudsYaml', cloudName: 'one' });
  expect(sourceOf(regions, 'corp')).toBeUndefined();
  for (const name of ['corp north', 'corp south', 'one']) {
    expect(nameOfSource(regions, sourceOf(regions, name))).toBe(name);
  }
  expect(nameOfSource(regions, { kind: 'cloudsYaml', cloudName: 'corp' })).toBe('corp north');
  expect(nameOfSource(regions, { kind: 'cloudsYaml', cloudName: 'corp', regionName: 'west' })).toBeUndefined();
});
