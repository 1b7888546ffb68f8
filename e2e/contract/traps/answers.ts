import { expect } from 'vitest';
import type { TrapContext } from './trap-context.ts';

/** Traps 8, 10 and 12: misleading answers. */
export function describeAnswers({ trapHost, open, trap, pruneAndClean }: TrapContext): void {
  trap(
    'keystoneAway',
    'trap 8: after a 401 the console logs in once more, then names both possible causes',
    async () => {
      const operator = await open();
      const mend = await trapHost().cutKeystone();
      try {
        // A token that the host has not validated yet, so it must ask Keystone.
        await operator.client.clouds.test({ id: operator.cloudId });
        operator.host.exchanges = [];
        const { state, failure } = await operator.refresh();
        expect({ state, failure }).toMatchObject({
          state: 'failed',
          failure: { code: 'unauthenticated', status: 401 },
        });
        expect(failure?.message).toMatch(/rejected the token and a new token/);
        expect(failure?.remedy).toMatch(/cannot reach Keystone.*belongs to a different cloud/);
        const asked = operator.host.of('GET', '/v2/cache');
        expect(asked.map(({ status }) => status)).toEqual([401, 401]);
        expect(new Set(asked.map(({ token }) => token)).size).toBe(2);
        const plan = await operator.planHost({ kind: 'clear', what: 'both' });
        expect(plan.targets[0]?.reason).toMatch(/cannot reach Keystone/);
      } finally {
        await mend();
      }
      expect(await operator.refresh()).toMatchObject({ state: 'reachable', failure: null });
    },
  );

  trap('shiftedTimes', 'trap 10: times in the future are reported and have no other effect', async () => {
    const [kept, gone] = [await trapHost().makeImage('kept'), await trapHost().makeImage('gone')];
    const operator = await open();
    await operator.cache(kept, gone);
    const moveBack = await trapHost().moveToNewYork();
    try {
      const { state, warnings } = await operator.refresh();
      expect(state).toBe('reachable');
      expect(warnings).toMatchObject([{ kind: 'clockShifted', label: expect.stringMatching(/^Times [45] h in the/) }]);
      expect(warnings[0]?.text).toMatch(/host's time zone/);
      const { cached } = await operator.images();
      for (const { lastAccessed } of cached) expect(lastAccessed).toBeGreaterThan(Date.now() + 3 * 3_600_000);
      expect(await operator.run(await operator.plan('delete', gone))).toMatchObject({ state: 'done' });
      expect((await trapHost().list()).cached).toEqual([kept]);
    } finally {
      await moveBack();
    }
    expect(await operator.refresh()).toMatchObject({ state: 'reachable', warnings: [] });
  });

  trap(
    'nullList',
    'trap 12: null instead of a list does not mean an empty cache, and nothing is decided by it',
    async () => {
      const [imageId, other] = [await trapHost().makeImage('unseen'), await trapHost().makeImage('other')];
      const operator = await open({ limitBytes: 10_000 });
      await operator.cache(imageId);
      const [queueEarly, pruneEarly] = [
        await operator.plan('queue', other),
        await operator.planHost({ kind: 'prune' }),
      ];
      expect(pruneEarly).toMatchObject({ willDo: 1, expected: { images: 1, bytes: 20_000 } });
      const mend = await trapHost().breakCacheDatabase();
      try {
        expect((await trapHost().list()).cached).toBeNull();
        expect(await operator.refresh()).toMatchObject({ state: 'reachable', warnings: [{ kind: 'nullList' }] });
        expect((await operator.summary()).warnings[0]?.text).toMatch(/its cached images are unknown/);
        const clear = await operator.planHost({ kind: 'clear', what: 'cache' });
        expect(clear.targets).toMatchObject([{ verdict: 'willDo', estimated: true }]);
        const remove = await operator.plan('delete', imageId);
        expect(remove.targets).toMatchObject([{ verdict: 'willDo', expected: null, estimated: true }]);
        const queue = await operator.plan('queue', other);
        expect(queue.targets).toMatchObject([{ verdict: 'refused' }]);
        expect(queue.targets[0]?.reason).toMatch(/^The host returned null/);
        // A host with native prune knows its own cache; prune by deletion would depend on the null list.
        const [prune] = (await operator.planHost({ kind: 'prune' })).targets;
        expect(prune).toMatchObject({ verdict: pruneAndClean ? 'willDo' : 'refused', expected: null });
        expect(prune?.reason).toMatch(/^The host returned null/);

        // Plans made before the failure send nothing either.
        operator.host.exchanges = [];
        for (const plan of pruneAndClean ? [queueEarly] : [queueEarly, pruneEarly]) {
          expect(await operator.run(plan)).toMatchObject({ state: 'failed', failure: { code: 'badResponse' } });
        }
        expect(operator.host.exchanges.filter(({ method }) => method !== 'GET')).toEqual([]);
      } finally {
        await mend();
      }
      expect(await operator.refresh()).toMatchObject({ state: 'reachable', warnings: [{ kind: 'overLimit' }] });
      expect((await operator.images()).cached).toMatchObject([{ imageId }]);
    },
  );
}
