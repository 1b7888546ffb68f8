import { expect, test } from 'vitest';
import type { Action } from '../contract/operations.ts';
import { FakeHost } from '../fleet/testing/fake-host.ts';
import { ended, until } from './testing/fleet-of.ts';
import { interruptedConsole, Wire } from './testing/interrupted-console.ts';

const ids = Array.from({ length: 6 }, (_, index) => `image-${index}`);
const remove = (host: FakeHost): Action => ({
  kind: 'delete',
  targets: ids.map((imageId) => ({ hostId: host.id, imageId })),
});
const clear = (host: FakeHost): Action => ({ kind: 'clear', hostIds: [host.id], what: 'both' });

test.each([
  ['delete', 'delete'],
  ['delete', 'clear'],
  ['clear', 'delete'],
  ['clear', 'clear'],
])(
  'a continued %s does not count what a %s removed meanwhile, and the plan of the latter warned of that',
  async (first, second) => {
    const actions = { delete: remove, clear };
    const host = new FakeHost('glance-01', ids);
    const wire = new Wire([host], first === 'delete' ? 'delete' : 'clear');
    const sent = first === 'delete' ? 2 : 1;
    const { operations, id } = await interruptedConsole([host], actions[first as 'delete'](host), sent);
    // The requests of the first console never arrive.
    wire.isHeld = false;
    const [interrupted] = operations.list();
    const plan = await operations.plan(actions[second as 'delete'](host));
    expect(plan.warnings.join()).toContain(`“${interrupted?.title}” was interrupted with`);
    const other = await operations.start(plan.id);
    const counted = await ended(operations, other.id);
    expect(counted.actual).toEqual({ images: 6, bytes: 6_000 });
    expect(host.cached.size).toBe(0);
    await operations.continue(id);
    const continued = await ended(operations, id);
    expect(continued.actual).toEqual({ images: 0, bytes: 0 });
    expect(continued.counts.failed + continued.counts.unknown).toBe(0);
  },
);

test('a continued operation leaves targets alone that a newer operation works on', async () => {
  const host = new FakeHost('glance-01', ids);
  new Wire([host], 'delete');
  const { operations, id } = await interruptedConsole([host], remove(host), 2);
  const held = new Wire([host], 'delete');
  const other = await operations.start((await operations.plan(remove(host))).id);
  await until(operations, other.id, ({ counts }) => counts.sent === 2);
  await operations.continue(id);
  await held.arrive();
  const [continued, counted] = await Promise.all([ended(operations, id), ended(operations, other.id)]);
  expect(counted.actual).toEqual({ images: 6, bytes: 6_000 });
  expect(continued.actual).toEqual({ images: 0, bytes: 0 });
  for (const { text } of operations.targets({ id }).targets)
    expect(text).toMatch(/“Delete 6 images from glance-01”|Already deleted/);
  expect(host.cached.size).toBe(0);
});
