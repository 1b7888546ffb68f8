import { expect } from 'vitest';
import type { TargetOutcome } from '../../../electron/contract/operations.ts';
import type { Exchange } from './recorder.ts';
import type { TrapContext } from './trap-context.ts';

/** The requests and outcomes of every action an operator can start, each once. */
type AllActions = { outcomes: TargetOutcome[]; host: Exchange[]; service: Exchange[] };

/** Traps 5, 6, 7, 9 and 11: which requests are sent where, and how their answers are read. */
export function describeWire({ trapHost, open, trap, pruneAndClean }: TrapContext): void {
  let running: Promise<AllActions> | undefined;
  const allActions = () => {
    running ??= runAllActions();
    return running;
  };

  async function runAllActions(): Promise<AllActions> {
    const [first = '', second = ''] = [await trapHost().makeImage('first'), await trapHost().makeImage('second')];
    // The first operator waits for fetches; the second does not wait long for images that may reappear.
    const [patient, operator] = [await open(), await open({ timings: { fetchTimeout: 500 } })];
    patient.service.exchanges = [];
    await patient.cache(first, second);
    await operator.refresh();
    const outcomes = [await operator.run(await operator.plan('delete', first))];
    await trapHost().queueWithoutFetch(first);
    for (const what of ['queue', 'cache'] as const) {
      await operator.refresh();
      outcomes.push(await operator.run(await operator.planHost({ kind: 'clear', what })));
    }
    await patient.refresh();
    await patient.cache(second);
    await operator.refresh();
    outcomes.push(await operator.run(await operator.planHost({ kind: 'clear', what: 'both' })));
    if (pruneAndClean) {
      for (const kind of ['prune', 'clean'] as const)
        outcomes.push(await operator.run(await operator.planHost({ kind })));
    }
    const verdict = await operator.client.hosts.test({ cloudId: operator.cloudId, address: operator.host.address });
    expect(verdict.failure).toBeNull();
    await operator.client.clouds.catalogue({ imageServiceId: operator.cloudId });
    return {
      outcomes,
      host: [...patient.host.exchanges, ...operator.host.exchanges],
      service: patient.service.exchanges,
    };
  }

  trap('noBody', 'trap 5: no request of any action has a body, and each accepts JSON', async () => {
    const { outcomes, host } = await allActions();
    expect(outcomes.map(({ state }) => state)).toEqual(outcomes.map(() => 'done'));
    expect(new Set(host.map(({ method }) => method))).toEqual(
      new Set(['GET', 'PUT', 'DELETE', ...(pruneAndClean ? ['POST'] : [])]),
    );
    for (const { method, path, headers, bodyBytes } of host) {
      const what = `${method} ${path}`;
      expect(bodyBytes, what).toBe(0);
      expect(headers['content-length'] ?? '0', what).toBe('0');
      expect(headers['transfer-encoding'], what).toBeUndefined();
      expect(headers['content-type'], what).toBeUndefined();
      expect(headers['accept'], what).toBe('application/json');
    }
  });

  trap('clearBoth', 'trap 6: the header of a clear is cache or queue, and is left out for both', async () => {
    const { host } = await allActions();
    const clears = host.filter(({ method, path }) => method === 'DELETE' && path === '/v2/cache');
    expect(clears.map(({ headers }) => headers['x-image-cache-clear-target'])).toEqual(['queue', 'cache', undefined]);
    expect(clears.map(({ status }) => status)).toEqual([204, 204, 204]);
  });

  trap('emptyHtml', 'trap 7: an empty answer with the type HTML counts as success', async () => {
    const { outcomes, host } = await allActions();
    const empty = host.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/prune'));
    expect(empty.length).toBeGreaterThan(5);
    for (const { method, path, answer, status } of empty) {
      expect([200, 202, 204], `${method} ${path}`).toContain(status);
      expect(answer.text, `${method} ${path}`).toBe('');
      expect(answer.headers['content-type'], `${method} ${path}`).toMatch(/^text\/html/);
    }
    for (const outcome of outcomes) expect(outcome).toMatchObject({ state: 'done', failure: null });
  });

  trap(
    'ownAddress',
    'trap 9: a cache is requested from the host itself, never from the address in the catalog',
    async () => {
      const { host, service } = await allActions();
      expect(host.filter(({ path }) => path.startsWith('/v2/cache')).length).toBeGreaterThan(8);
      expect(service.filter(({ path }) => !path.startsWith('/v2/images'))).toEqual([]);
    },
  );

  trap('ids', 'trap 11: an id keeps its case, and no path ends in a slash', async () => {
    const imageId = await trapHost().makeImage('lower-case');
    const upper = imageId.toUpperCase();
    await (await open()).cache(imageId);
    const operator = await open({ timings: { fetchTimeout: 500 } });
    const plan = await operator.plan('queue', upper);
    expect(plan.targets).toMatchObject([{ verdict: 'refused' }]);
    expect(plan.targets[0]?.reason).toMatch(/^Not in the image catalog/);

    await trapHost().queueWithoutFetch(upper);
    await operator.refresh();
    const { cached, queued } = await operator.images();
    expect([...cached, ...queued].map((record) => record.imageId)).toEqual([imageId, upper]);
    expect(await operator.run(await operator.plan('delete', upper))).toMatchObject({ state: 'done' });
    expect(await trapHost().list()).toEqual({ cached: [imageId], queued: [] });
    expect(operator.host.of('DELETE', /./)).toMatchObject([{ path: `/v2/cache/${upper}`, status: 204 }]);
    const slashed = [...operator.host.exchanges, ...(await allActions()).host].filter(({ path }) => /.\/$/.test(path));
    expect(slashed).toEqual([]);
  });
}
