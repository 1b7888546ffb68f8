import { expect, test } from 'vitest';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { placeAtStart } from './welcome-steps.ts';

const cloud: Cloud = {
  id: 'c1',
  name: 'production',
  source: { kind: 'cloudsYaml', cloudName: 'production' },
  secret: 'reference',
  identity: { user: 'admin', project: 'admin', roles: ['admin'], expiresAt: null },
  failure: null,
  readOnly: false,
  production: false,
  remote: null,
};

test('without a cloud, the first step is to choose one', () => {
  expect(placeAtStart([], [])).toEqual({ step: 'cloud', way: 'choose' });
});

test('the setup of a cloud without hosts continues, at the login if that failed', () => {
  expect(placeAtStart([cloud], [])).toEqual({ step: 'hosts', cloudId: 'c1' });
  expect(placeAtStart([{ ...cloud, identity: null }], [])).toEqual({ step: 'login', cloudId: 'c1' });
  const failure = { code: 'unauthenticated' as const, message: 'm', remedy: 'r' };
  expect(placeAtStart([{ ...cloud, failure }], [])).toEqual({ step: 'login', cloudId: 'c1' });
});

test('the setup of a cloud with hosts is finished, and the demo cloud needs no steps', () => {
  expect(placeAtStart([cloud], [{ cloudId: 'c1' }]).step).toBe('cloud');
  expect(placeAtStart([{ ...cloud, source: { kind: 'demo' } }], []).step).toBe('cloud');
});
