import { expect } from 'vitest';
import type { TrapContext } from './trap-context.ts';

/**
 * A delete or clear during a fetch is accepted, but undone when the fetch ends (docs/glance-cache-api.md, section 3).
 */
export function describeDeleting({ trapHost, open, trap }: TrapContext): void {
  /** An image that another client has queued and that the host is fetching, and an operator who sees it queued. */
  async function beingFetched() {
    const imageId = await trapHost().makeImage('being-fetched');
    const fetch = await trapHost().holdFetch(imageId);
    const [operator, colleague] = [await open(), await open()];
    await (await colleague.start(await colleague.plan('queue', imageId))).until('following');
    await fetch.begun();
    await operator.refresh();
    return { imageId, fetch, operator };
  }

  trap(
    'undoneDelete',
    'a delete during the fetch is undone: the console warns before, checks, and reports it',
    async () => {
      const { imageId, fetch, operator } = await beingFetched();
      const plan = await operator.plan('delete', imageId);
      expect(plan.targets[0]?.reason).toMatch(/it is cached when the fetch ends/);
      const deleting = await operator.start(plan);
      expect((await deleting.until('following')).text).toMatch(
        /If it was being fetched, it is cached when the fetch ends/,
      );
      expect(await trapHost().list()).toEqual({ cached: [], queued: [] });
      await operator.refresh();
      const again = await operator.plan('queue', imageId);
      expect(again.targets).toMatchObject([{ verdict: 'refused' }]);
      expect(again.targets[0]?.reason).toMatch(/may still be fetching it/);

      await fetch.release();
      const outcome = await deleting.outcome();
      expect(outcome).toMatchObject({ state: 'failed' });
      expect(outcome.text).toMatch(/It was cached again.*Delete it again/);
      expect(await operator.warnings()).toEqual(['deletedCameBack']);
      expect(await operator.run(await operator.plan('delete', imageId))).toMatchObject({ state: 'done' });
      expect(await operator.warnings()).toEqual([]);
      expect(await trapHost().list()).toEqual({ cached: [], queued: [] });
      expect(operator.host.of('PUT', /./)).toEqual([]);
    },
  );

  trap(
    'undoneClear',
    'a clear during the fetch is undone: the console warns before, checks, and reports it',
    async () => {
      const { imageId, fetch, operator } = await beingFetched();
      const plan = await operator.planHost({ kind: 'clear', what: 'both' });
      expect(plan.targets[0]?.reason).toMatch(/is cached when the fetch ends/);
      const clearing = await operator.start(plan);
      expect((await clearing.until('following')).text).toMatch(/1 image from the queue may be cached/);
      expect(await trapHost().list()).toEqual({ cached: [], queued: [] });

      await fetch.release();
      const outcome = await clearing.outcome();
      expect(outcome).toMatchObject({ state: 'failed' });
      expect(outcome.text).toMatch(/1 image cached after the clear because a fetch was in progress. Clear again/);
      expect(await operator.warnings()).toEqual(['deletedCameBack']);
      expect((await operator.images()).cached).toMatchObject([{ imageId }]);
      const again = await operator.run(await operator.planHost({ kind: 'clear', what: 'both' }));
      expect(again).toMatchObject({ state: 'done', actual: { images: 1, bytes: 20_000 } });
      expect(await operator.warnings()).toEqual([]);
      expect(await trapHost().list()).toEqual({ cached: [], queued: [] });
    },
  );
}
