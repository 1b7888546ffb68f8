import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action, TargetOutcome } from '../contract/operations.ts';
import { FakeHost } from '../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage } from '../fleet/testing/host-fixtures.ts';
import { ended, operationsOver } from './testing/fleet-of.ts';

const ids = ['image-0', 'image-1', 'image-2', 'image-3', 'image-4', 'image-5'];
const names = ['glance-01', 'glance-02'];
const known = ids.map((id) => catalogueImage(id));

const some = fc.subarray(ids, { minLength: 1 });
const onHosts = fc.subarray(names, { minLength: 1 });
const targetsOf = (hostIds: readonly string[], imageIds: readonly string[]) =>
  hostIds.flatMap((hostId) => imageIds.map((imageId) => ({ hostId, imageId })));
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(onHosts, some).map(([on, images]): Action => ({ kind: 'queue', targets: targetsOf(on, images) })),
  fc.tuple(onHosts, some).map(([on, images]): Action => ({ kind: 'delete', targets: targetsOf(on, images) })),
  onHosts.map((hostIds): Action => ({ kind: 'clear', hostIds, what: 'both' })),
  onHosts.map((hostIds): Action => ({ kind: 'clear', hostIds, what: 'cache' })),
  onHosts.map((hostIds): Action => ({ kind: 'prune', hostIds, method: 'delete' })),
  fc.tuple(onHosts, some, some).map(([on, come, go]): Action => {
    const goes = go.filter((id) => !come.includes(id));
    return { kind: 'align', queue: targetsOf(on, come), delete: targetsOf(on, goes) };
  }),
);
const setting = fc.record({
  cached: fc.tuple(fc.subarray(ids), fc.subarray(ids)),
  first: action,
  second: action,
  /** Milliseconds between the starts, whether the second is planned before the first starts, and how long requests take. */
  gap: fc.nat(12),
  plannedBefore: fc.boolean(),
  delays: fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
});

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('two concurrent operations report the outcome of each target, and count each removed image once', async () => {
  await fc.assert(
    fc.asyncProperty(setting, async ({ cached, first, second, gap, plannedBefore, delays }) => {
      let removed = 0;
      let step = 0;
      const hosts = names.map((name, at) => {
        const host = new FakeHost(name);
        for (const [index, id] of (cached[at] ?? []).entries()) {
          host.cached.set(id, cachedImage(id, 1_000 + index, 1_000 + index));
        }
        host.limitBytes = 2_500;
        host.poll();
        // Each removal at the host is counted.
        const { delete: drop, clear } = host.cached;
        host.cached.delete = (id) => {
          removed += host.cached.get(id)?.sizeBytes ?? 0;
          return drop.call(host.cached, id);
        };
        host.cached.clear = () => {
          for (const image of host.cached.values()) removed += image.sizeBytes ?? 0;
          clear.call(host.cached);
        };
        host.fetch = (id) =>
          void setTimeout(() => {
            if (host.queued.delete(id)) host.cached.set(id, cachedImage(id, 500));
          }, 3);
        host.faultFor = () => {
          step += 1;
          return wait(delays[step % delays.length] ?? 0).then(() => undefined);
        };
        return host;
      });
      const { operations, faults } = operationsOver(hosts, { images: known, timings: { fetchTimeout: 30_000 } });
      const one = await operations.plan(first);
      let two = plannedBefore ? await operations.plan(second) : undefined;
      const { id } = await operations.start(one.id);
      await wait(gap);
      two ??= await operations.plan(second);
      const other = await operations.start(two.id);
      await Promise.all([ended(operations, id), ended(operations, other.id)]);

      const outcomes = [id, other.id].map((each) => operations.targets({ id: each }));
      const counted = outcomes.reduce(
        (sum, { operation }) =>
          sum + (operation.freed?.bytes ?? (operation.kind === 'queue' ? 0 : operation.actual.bytes)),
        0,
      );
      expect(counted).toBe(removed);
      // Of several executed targets of an image, the one that ended last decides.
      for (const host of hosts) {
        for (const imageId of ids) {
          const effects = outcomes.flatMap(({ operation, targets }) =>
            targets
              .filter((target) => target.hostId === host.id && (target.imageId ?? imageId) === imageId)
              .filter(({ state }) => state === 'done')
              .map((target) => effectOf(operation.kind, target)),
          );
          const isCached = host.cached.has(imageId);
          const wasCached = cached[names.indexOf(host.id)]?.includes(imageId) === true;
          if (effects.length === 0) expect(isCached).toBe(wasCached);
          else expect(effects.map((effect) => effect === 'comes')).toContain(isCached);
        }
      }
      for (const { targets } of outcomes) {
        for (const { state, text } of targets) {
          expect(['done', 'alreadyDone', 'refused']).toContain(state);
          if (state !== 'done') expect(text).toBeTruthy();
        }
      }
      expect(faults).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

function effectOf(kind: Action['kind'], { step }: TargetOutcome): 'comes' | 'goes' {
  return (step ?? kind) === 'queue' ? 'comes' : 'goes';
}
