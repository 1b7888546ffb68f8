import { expect, test } from 'vitest';
import { failureCode } from '../../contract/failure.ts';
import type { Action } from '../../contract/operations.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { catalogueImage, failureOf } from '../../fleet/testing/host-fixtures.ts';
import { operationsOver } from '../testing/fleet-of.ts';

const hostIds = ['glance-01'];
const targets = [{ hostId: 'glance-01', imageId: 'a' }];
const actions: Action[] = [
  { kind: 'queue', targets },
  { kind: 'delete', targets },
  { kind: 'clear', hostIds, what: 'both' },
  { kind: 'prune', hostIds },
  { kind: 'clean', hostIds },
  { kind: 'prefetch', hostIds },
  { kind: 'align', queue: [], delete: targets },
];

test.each(failureCode.options)('no plan calls a host unreachable if its failure is %s', async (code) => {
  const host = new FakeHost('glance-01', ['a']);
  host.failure = failureOf(code, { message: 'Its answer.', remedy: 'Look at it.' });
  const { operations } = operationsOver([host], { images: [catalogueImage('a')] });
  for (const action of actions) {
    const plan = await operations.plan(action);
    expect(plan).toMatchObject({ willDo: 0, refused: 1 });
    expect(plan.targets[0]?.reason).toMatch(/^The host .+: Its answer\. Look at it\.$/);
    expect(plan.warnings).toEqual([expect.stringMatching(/^1 host skipped: glance-01 .+\.$/)]);
    expect(JSON.stringify([plan.targets, plan.warnings])).not.toMatch(/\bdown\b/);
  }
});
