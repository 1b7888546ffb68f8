import { expect, test } from 'vitest';
import type { FoundClouds } from '../../../electron/contract/clouds.ts';
import { choiceOf, firstChoice } from './clouds-yaml-list.tsx';

const cloud = (name: string, problem: string | null = null) => ({
  name,
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
