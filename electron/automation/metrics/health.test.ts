import { expect, it } from 'vitest';
import { failureOf } from '../../fleet/testing/host-fixtures.ts';
import { healthOf } from './health.ts';

const cloud = { name: 'Lab', failure: null };
const [waiting, reachable, failed] = (['waiting', 'reachable', 'failed'] as const).map((state) => ({ state }));

it.each([
  ['a new console', { clouds: [], hosts: [], storage: null }, []],
  ['hosts that were not polled yet', { clouds: [cloud], hosts: [waiting, failed], storage: null }, []],
  ['one host that answers', { clouds: [cloud], hosts: [reachable, failed], storage: null }, []],
  ['no host that answers', { clouds: [cloud], hosts: [failed, failed], storage: null }, ['None of 2 hosts answers.']],
  [
    'a missing secret',
    { clouds: [{ name: 'Lab', failure: failureOf('unauthenticated') }], hosts: [reachable], storage: null },
    ['The login to the cloud Lab does not work: unauthenticated at a host'],
  ],
  ['a full disk', { clouds: [cloud], hosts: [], storage: { message: 'The disk is full.' } }, ['The disk is full.']],
])('%s', (_, { clouds, hosts, storage }, problems) => {
  const given = { clouds, hosts: hosts.flatMap((host) => host ?? []), storage };
  expect(healthOf(given)).toEqual({ status: problems.length > 0 ? 'degraded' : 'ok', problems });
});
