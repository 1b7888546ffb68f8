import { expect } from 'vitest';
import { type Operator, until } from './operator.ts';
import type { TrapContext } from './trap-context.ts';

const requests = (operator: Operator, method: 'GET' | 'PUT') => operator.host.of(method, /^\/v2\/cache(\/|$)/);

/** Traps 1, 2 and 3, and the moment in which an image is in neither list. */
export function describeQueueing({ trapHost, open, trap }: TrapContext): void {
  // Runs first, while the service has one process.
  trap(
    'deadWorker',
    'trap 2: a failed fetch ends all later ones; the console reports it with the cure, which works',
    async () => {
      const [lost, good] = [await trapHost().makeImage('lost'), await trapHost().makeImage('good')];
      await trapHost().useOneProcess();
      await trapHost().loseData(lost);
      const operator = await open({ timings: { fetchTimeout: 1_000 } });
      const queueing = await operator.start(await operator.plan('queue', lost, good));
      for (const outcome of await queueing.outcomes()) {
        expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'hostError' } });
        expect(outcome.failure?.message).toMatch(/the-host accepted .*did not cache it within .*still queued/);
        expect(outcome.failure?.remedy).toMatch(/fetch worker .* has probably died.*Restart glance-api/);
      }
      expect(requests(operator, 'PUT').map(({ status }) => status)).toEqual([202, 202]);
      expect((await trapHost().list()).queued.sort()).toEqual([lost, good].sort());

      // The cure as reported: restart, delete from the queue, queue again.
      await trapHost().restart();
      expect((await operator.refresh()).state).toBe('reachable');
      const deleting = await operator.start(await operator.plan('delete', lost, good));
      for (const outcome of await deleting.outcomes()) expect(outcome).toMatchObject({ state: 'done' });
      await (await open()).cache(good);
      expect(await trapHost().list()).toEqual({ cached: [good], queued: [] });
    },
  );

  trap(
    'accepted',
    'trap 1: an accepted request is not a success; the image is followed until it is cached',
    async () => {
      const imageId = await trapHost().makeImage('followed');
      const fetch = await trapHost().holdFetch(imageId);
      const operator = await open();
      const running = await operator.start(await operator.plan('queue', imageId));
      await fetch.begun();
      expect((await running.until('following')).text).toContain('Accepted');
      expect(requests(operator, 'PUT')).toMatchObject([{ path: `/v2/cache/${imageId}`, status: 202 }]);
      const looks = requests(operator, 'GET').length;
      await until(() => requests(operator, 'GET').length >= looks + 3, 'the console to look again');
      expect((await running.target()).state).toBe('following');
      await fetch.release();
      expect(await running.outcome()).toMatchObject({ state: 'done', actual: { images: 1, bytes: 20_000 } });
      expect(await trapHost().list()).toEqual({ cached: [imageId], queued: [] });
    },
  );

  trap('queuedTwice', 'trap 3: an image that is queued or being fetched is not requested again by anyone', async () => {
    const [imageId, waiting] = [await trapHost().makeImage('once'), await trapHost().makeImage('waiting')];
    const fetch = await trapHost().holdFetch(imageId);
    const [operator, colleague] = [await open(), await open()];
    // The plans are made while nothing is queued, so they are outdated when they start.
    const [first, twin] = [await operator.plan('queue', imageId), await operator.plan('queue', imageId)];
    const elsewhere = await colleague.plan('queue', imageId);
    const running = await operator.start(first);
    await fetch.begun();
    for (const outcome of [await operator.run(twin), await colleague.run(elsewhere)]) {
      expect(outcome).toMatchObject({ state: 'alreadyDone', actual: { images: 0 } });
      expect(outcome.text).toMatch(/[Aa]lready queued|already queueing it/);
    }
    await trapHost().queueWithoutFetch(waiting);
    for (const one of [operator, colleague]) {
      await one.refresh();
      const plan = await one.plan('queue', imageId, waiting);
      expect(plan).toMatchObject({ willDo: 0, alreadyDone: 2 });
      for (const { reason } of plan.targets)
        expect(reason).toMatch(/Already queued or being fetched|already queueing it/);
    }
    // A repeated request does not send it either; it only applies to stalled images.
    const targets = [{ hostId: colleague.hostId, imageId }];
    const anew = await colleague.client.operations.plan({ kind: 'queue', targets, anew: true });
    expect(anew.targets).toMatchObject([{ verdict: 'refused' }]);
    expect(anew.targets[0]?.reason).toMatch(/The host may be fetching it/);
    await fetch.release();
    expect(await running.outcome()).toMatchObject({ state: 'done' });
    expect(requests(operator, 'PUT')).toMatchObject([{ path: `/v2/cache/${imageId}` }]);
    expect(requests(colleague, 'PUT')).toEqual([]);
  });

  trap('neitherList', 'an image that is in neither list at the end of its fetch has not failed', async () => {
    const imageId = await trapHost().makeImage('between');
    const endGap = await trapHost().gapAtEnd(imageId);
    const operator = await open({ limits: { minFollowInterval: 10, maxFollowInterval: 10 } });
    const running = await operator.start(await operator.plan('queue', imageId));
    try {
      await until(() => {
        const sent = operator.host.exchanges.findIndex(({ method }) => method === 'PUT');
        const after = operator.host.exchanges.slice(sent + 1).filter(({ path }) => path === '/v2/cache');
        return sent >= 0 && after.some(({ status, answer }) => status === 200 && !answer.text.includes(imageId));
      }, 'the console to see it in neither list');
      expect(['following', 'done']).toContain((await running.target()).state);
    } finally {
      await endGap();
    }
    expect(await running.outcome()).toMatchObject({ state: 'done', failure: null });
  });
}
