import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { doubleRequests, judge } from '../judge.ts';
import { act, continueToEnd, images, Scenario } from './scenario.ts';

// Operations continued while a request that was sent before the kill is still on its way.

describe.concurrent('a request that arrives after the next console has started', () => {
  test.each([2_500, 6_000])(
    'does not send a PUT that takes %d ms again: each host fetches each image once',
    async (late) => {
      const wanted = images(4, 1_000_000);
      await using scenario = await Scenario.open({
        images: wanted,
        hosts: ['glance-01', 'glance-02'].map((name) => ({ name, release: '33' })),
      });
      const first = await scenario.start();
      await scenario.cloud.setRules([{ method: 'PUT', before: [late, late] }]);
      const targets = ['glance-01', 'glance-02'].flatMap((hostId) => wanted.map(({ id }) => ({ hostId, imageId: id })));
      await act(first.client, { kind: 'queue', targets });
      await wait(1_000);
      const kill = Date.now();
      await first.served.kill();
      const { client } = await scenario.start();
      const account = await continueToEnd(client);
      await scenario.cloud.quiet();
      const truth = await scenario.cloud.truth();
      expect(doubleRequests(truth)).toBe(0);
      expect(judge(account, truth, { boots: [], kills: [kill] })).toEqual([]);
      expect(account.operation).toMatchObject({ state: 'finished', counts: { done: targets.length } });
    },
  );
});

describe('a clear whose answer was lost when its console was killed', () => {
  test('Continue does not clear images cached since: they stay, and the account counts what the first clear removed', async () => {
    const old = images(20, 5_000_000);
    const hostIds = ['glance-01', 'glance-02', 'glance-03'];
    await using scenario = await Scenario.open({
      images: old,
      hosts: hostIds.map((name) => ({ name, release: '33', cached: old.map(({ id }) => id) })),
    });
    const first = await scenario.start();
    await scenario.cloud.setRules([{ method: 'DELETE', after: [3_000, 3_000] }]);
    const cleared = scenario.moment('done', hostIds.length);
    await act(first.client, { kind: 'clear', hostIds, what: 'cache' });
    await cleared;
    await first.served.kill();
    const kill = Date.now();
    const boots = [];
    for (const hostName of hostIds) {
      const fresh = images(20, 3_000_000, `boot at ${hostName}`);
      boots.push(...fresh.map(({ id }) => ({ hostName, imageId: id, at: Date.now() })));
      await scenario.cloud.boot(hostName, fresh);
    }
    const { client } = await scenario.start();
    const account = await continueToEnd(client);
    await scenario.cloud.quiet();
    const truth = await scenario.cloud.truth();
    for (const { cached } of truth.hosts) expect(cached).toHaveLength(20);
    expect(truth.entries).toHaveLength(hostIds.length);
    expect(judge(account, truth, { boots, kills: [kill] })).toEqual([]);
  });
});
