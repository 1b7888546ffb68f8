import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageId } from '../../contract/images.ts';
import { settled } from '../../lib/testing/manual-clock.ts';
import { StorageHealth } from '../../store/storage-health.ts';
import { fakeFleet, second } from '../testing/fake-fleet.ts';
import { capabilities, catalogueImage, failing, record } from '../testing/host-fixtures.ts';
import { ExternalRemovals } from './external-removals.ts';

const minute = 60 * second;
const names = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A host that is watched for some minutes already, with images that Glance has. It is polled only when the test says so. */
async function watched() {
  const fleet = fakeFleet(1, { refreshPaused: true });
  const { clock, host, catalogue, externalRemovals } = fleet;
  const access = fleet.fleet.access('h0');
  catalogue.images = names.map((name) => catalogueImage(name));
  const one = {
    ...fleet,
    api: access.host,
    access,
    list: () => externalRemovals.list(),
    cache(...imageIds: ImageId[]) {
      host.cached.push(...imageIds.map((imageId) => record(imageId, { lastModified: clock.now() })));
    },
    /** Images leave the cache, whoever removed them. */
    lose(...imageIds: ImageId[]) {
      host.cached = host.cached.filter(({ imageId }) => !imageIds.includes(imageId));
    },
    async poll(after = 30 * second) {
      await clock.forward(after);
      await access.refresh().catch(() => undefined);
      await settled();
    },
    async polls(times: number) {
      for (let time = 0; time < times; time += 1) await one.poll();
    },
    /** Deletes an image as an operation does. */
    async delete(imageId: ImageId) {
      host.delete = async () => {
        one.lose(imageId);
        return { wasThere: true };
      };
      await access.host.delete(capabilities, imageId);
    },
  };
  one.cache(...names);
  await one.polls(6);
  return one;
}

describe('a removal by something else', () => {
  it('is reported once the next list confirms it and Glance still has the images', async () => {
    const host = await watched();
    const from = host.clock.now();
    host.lose('a', 'b');
    await host.poll();
    const until = host.clock.now();
    await host.poll();
    expect(host.list()).toEqual([]);
    await host.poll();
    expect(host.list()).toEqual([{ hostId: 'h0', from, until, removed: { images: 2, bytes: 2_000 } }]);
    await host.polls(3);
    expect(host.list()).toHaveLength(1);
  });

  it('is reported beside a delete of this console', async () => {
    const host = await watched();
    await host.delete('a');
    host.lose('b');
    await host.polls(3);
    expect(host.list()).toMatchObject([{ removed: { images: 1 } }]);
  });

  it('counts as one removal while it continues from list to list', async () => {
    const host = await watched();
    host.lose('a');
    await host.poll();
    host.lose('b');
    await host.polls(3);
    expect(host.list()).toMatchObject([{ removed: { images: 2, bytes: 2_000 } }]);
    await host.polls(5);
    host.lose('c');
    await host.polls(3);
    expect(host.list().map(({ removed }) => removed.images)).toEqual([2, 1]);
  });

  it('is forgotten when the host gets another address', async () => {
    const host = await watched();
    host.lose('a');
    await host.polls(3);
    expect(host.list()).toHaveLength(1);
    host.configure([{ ...(host.settings[0] ?? { id: 'h0' }), address: 'http://other:9292' } as never]);
    expect(host.list()).toEqual([]);
  });

  const nothing: Record<string, (host: Awaited<ReturnType<typeof watched>>) => Promise<void> | void> = {
    'this console deleted them': (host) => host.delete('a'),
    'this console deleted them some seconds before the last list': async (host) => {
      await host.api.delete(capabilities, 'a');
      await host.poll(5 * second);
      host.lose('a');
    },
    'a delete of this console is on its way': async (host) => {
      host.host.delete = () => new Promise(() => undefined);
      void host.api.delete(capabilities, 'a');
      await host.poll();
      host.lose('a');
    },
    'a delete without an answer arrived later': async (host) => {
      host.host.delete = () => Promise.reject(failing('timeout'));
      await host.api.delete(capabilities, 'a').catch(() => undefined);
      await host.poll(40 * second);
      host.lose('a');
    },
    'this console cleared the cache': async (host) => {
      await host.api.clear(capabilities, 'cache');
      host.lose('a', 'b', 'c');
    },
    'this console pruned the host': async (host) => {
      await host.api.prune();
      host.lose('a', 'b');
    },
    'a prune of this console may still run there': async (host) => {
      host.access.state.pruneUnanswered(host.access.state.pruneStarted('op'));
      await host.polls(40);
      host.lose('a');
    },
    'a program of this console runs there': async (host) => {
      host.access.state.ownRemovals.begin();
      await host.polls(5);
      host.lose('a');
    },
    'they were deleted in Glance': (host) => {
      host.catalogue.images = host.catalogue.images.filter(({ id }) => id !== 'a');
      host.lose('a');
    },
    'they were orphans': async (host) => {
      host.cache('orphan');
      await host.polls(3);
      expect(host.fleet.images('h0').cached.find(({ imageId }) => imageId === 'orphan')?.catalogStatus).toBe('orphan');
      host.lose('orphan');
    },
    'the image catalogue cannot be read': (host) => {
      host.catalogue.failure = failing('forbidden');
      host.lose('a');
    },
    'they are queued again': (host) => {
      host.host.queued = ['a'];
      host.lose('a');
    },
    'the host failed between the lists': async (host) => {
      host.host.failure = failing('unreachable');
      host.lose('a');
      await host.poll();
      host.host.failure = undefined;
    },
    'the host sent null in place of a list': async (host) => {
      const { cached } = host.host;
      host.host.nullList = true;
      host.host.cached = [];
      await host.polls(4);
      expect(host.list()).toEqual([]);
      host.host.nullList = false;
      host.host.cached = cached;
    },
    'a list has new records that cannot be read': (host) => {
      host.host.odd = [{ text: '{"image_id": null}', problem: 'no image ID' }];
      host.lose('a');
    },
    'one list was incomplete': async (host) => {
      const { cached } = host.host;
      host.host.cached = cached.slice(3);
      await host.poll();
      host.host.cached = cached;
    },
    'the address is a load balancer': async (host) => {
      const nodes = [host.host.cached, [record('d', { lastModified: host.clock.now() - 5 * minute })], []];
      for (const cached of [...nodes, ...nodes, ...nodes]) {
        host.host.cached = cached;
        await host.poll();
      }
    },
    'the address is a load balancer that moves the console to another node': (host) => {
      host.host.cached = [record('d', { lastModified: host.clock.now() - 5 * minute })];
    },
    'this console deleted them between two lists that are minutes apart': async (host) => {
      await host.delete('a');
      await host.poll(4 * minute);
      await host.poll(4 * minute);
    },
    'the console slept': async (host) => {
      host.lose('a');
      await host.poll(20 * minute);
    },
  };
  it.each(Object.entries(nothing))('is not reported when %s', async (_, happen) => {
    const host = await watched();
    await happen(host);
    await host.polls(4);
    expect(host.list()).toEqual([]);
  });

  it('is not reported in the first minutes, because an earlier run of the console may have sent requests', async () => {
    const { fleet, clock, host, catalogue, externalRemovals } = fakeFleet(1);
    catalogue.images = [catalogueImage('a')];
    host.cached = [record('a', { lastModified: clock.now() })];
    await clock.forward(60 * second);
    host.cached = [];
    await clock.forward(200 * second);
    expect(fleet.summaries()).toMatchObject([{ state: 'reachable' }]);
    expect(externalRemovals.list()).toEqual([]);
  });

  it('is withdrawn when the same copies are listed again', async () => {
    const host = await watched();
    const { cached } = host.host;
    host.lose('a');
    await host.polls(3);
    expect(host.list()).toHaveLength(1);
    host.host.cached = cached;
    await host.poll();
    expect(host.list()).toEqual([]);
  });

  it('stays reported when the images are cached again', async () => {
    const host = await watched();
    host.lose('a');
    await host.polls(2);
    host.cache('a');
    await host.polls(3);
    expect(host.list()).toHaveLength(1);
  });
});

type Happening =
  | { kind: 'delete' | 'lostDelete' | 'cache' | 'deleteInGlance'; imageId: ImageId }
  | { kind: 'clear' | 'prune' | 'poll' | 'failedPoll' | 'incompletePoll' };
const quiet = fc.oneof(
  fc.record({
    kind: fc.constantFrom('delete' as const, 'lostDelete' as const, 'cache' as const, 'deleteInGlance' as const),
    imageId: fc.constantFrom(...names),
  }),
  fc.record({ kind: fc.constantFrom('clear' as const, 'prune' as const, 'poll' as const, 'failedPoll' as const) }),
);
const incomplete = fc.record({ kind: fc.constant('incompletePoll' as const) });
/** Lists that are incomplete in the same way twice in a row cannot be told from removals. */
const anything = fc
  .array(fc.oneof({ weight: 8, arbitrary: quiet }, { weight: 1, arbitrary: incomplete }), { maxLength: 20 })
  .filter((all) => !/incompletePoll,((?!poll,).)*incompletePoll/.test(all.map(({ kind }) => `${kind},`).join('')));

async function happen(host: Awaited<ReturnType<typeof watched>>, one: Happening): Promise<void> {
  const { catalogue, api } = host;
  switch (one.kind) {
    case 'delete':
      return host.delete(one.imageId);
    case 'lostDelete':
      host.host.delete = () => Promise.reject(failing('timeout'));
      await api.delete(capabilities, one.imageId).catch(() => undefined);
      host.clock.after(20 * second, () => host.lose(one.imageId));
      return;
    case 'cache':
      if (!catalogue.images.some(({ id }) => id === one.imageId)) return;
      if (!host.host.cached.some(({ imageId }) => imageId === one.imageId)) host.cache(one.imageId);
      return;
    case 'deleteInGlance':
      catalogue.images = catalogue.images.filter(({ id }) => id !== one.imageId);
      host.lose(one.imageId);
      return;
    case 'clear':
      await api.clear(capabilities, 'cache');
      return host.lose(...names);
    case 'prune':
      await api.prune();
      return host.lose(...names.slice(0, 3));
    case 'poll':
      return host.poll();
    case 'failedPoll':
      host.host.failure = failing('unreachable');
      await host.poll();
      host.host.failure = undefined;
      return;
    case 'incompletePoll': {
      const { cached } = host.host;
      host.host.cached = cached.slice(2);
      await host.poll();
      host.host.cached = cached;
    }
  }
}

describe('any sequence of actions of this console and Glance', () => {
  it('is not reported as a removal by something else', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (all) => {
        const host = await watched();
        for (const one of all) await happen(host, one);
        await host.polls(3);
        expect(host.list()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('hides no removal of other images by something else', async () => {
    const removed = fc.uniqueArray(fc.constantFrom('d', 'e', 'f'), { minLength: 1 });
    const others = fc.array(
      fc.record({
        kind: fc.constantFrom('delete' as const, 'cache' as const),
        imageId: fc.constantFrom('a', 'b', 'c'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(quiet, { maxLength: 10 }), removed, others, async (before, gone, beside) => {
        const host = await watched();
        for (const one of before) await happen(host, one);
        await host.polls(3);
        host.catalogue.images = names.map((name) => catalogueImage(name));
        for (const name of names) await happen(host, { kind: 'cache', imageId: name });
        await host.polls(4);
        for (const one of beside) await happen(host, one);
        host.lose(...gone);
        await host.polls(3);
        expect(host.list()).toMatchObject([{ removed: { images: gone.length } }]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the stored removals', () => {
  const health = new StorageHealth(null);
  const removal = (from: number, hostId = 'h') => ({
    hostId,
    from,
    until: from + 1,
    removed: { images: 1, bytes: 5, unsized: 1 },
  });

  it('survive a restart, for 30 days and with the last 20 of each host', () => {
    const database = new DatabaseSync(':memory:');
    const day = 24 * 60 * minute;
    const kept = new ExternalRemovals(database, health, () => 0);
    for (let count = 0; count < 25; count += 1) kept.add(removal(count * 10));
    kept.add(removal(day * 20, 'other'));
    kept.add(removal(day * 20, 'gone'));
    kept.forget('gone');
    const again = new ExternalRemovals(database, health, () => day * 29);
    expect(again.list()).toEqual(kept.list());
    expect(again.list()).toHaveLength(21);
    expect(again.list()[0]).toEqual(removal(50));
    expect(new ExternalRemovals(database, health, () => day * 40).list()).toEqual([removal(day * 20, 'other')]);
  });

  it('are written when there is space again', () => {
    const database = new DatabaseSync(':memory:');
    const storage = new StorageHealth(null);
    const kept = new ExternalRemovals(database, storage, () => 0);
    database.exec('PRAGMA query_only = ON');
    kept.add(removal(10));
    expect(kept.list()).toEqual([removal(10)]);
    expect(storage.problem).toMatchObject({ code: 'storage' });
    database.exec('PRAGMA query_only = OFF');
    expect(storage.check()).toBeUndefined();
    expect(new ExternalRemovals(database, storage, () => 0).list()).toEqual([removal(10)]);
    storage.stop();
  });
});
