import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Capabilities } from '../../contract/hosts.ts';
import { type Action, type ImageTarget, type PlannedTarget, plan as planSchema } from '../../contract/operations.ts';
import type { PruneLock } from '../../fleet/prune-locks.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import {
  cachedImage,
  capabilities,
  catalogueImage,
  failureOf,
  queuedImage,
} from '../../fleet/testing/host-fixtures.ts';
import { CloudGuard } from '../model/cloud-guard.ts';
import { indexImages } from '../model/image-index.ts';
import type { OpenOperation } from '../model/operation-conflicts.ts';
import { catalogueView, type HostView, type PlanInputs } from './host-view.ts';
import { planAction } from './plan-action.ts';

const now = 10_000_000;
const ids = ['image-a', 'image-b', 'image-c', 'image-d', 'image-e', 'a/b', '..', 'prune'];
const imageId = fc.constantFrom(...ids);
const confirmAbove = 2;
const cannot = { can: false as const, reason: 'It is too old.', remedy: 'Upgrade it.' };

type HostFixture = {
  name: string;
  cached: { imageId: string; sizeBytes: number; lastAccessed: number }[];
  queued: string[];
  stalled: boolean;
  down: boolean;
  old: boolean;
  legacy: boolean;
  nullList: boolean;
  limit: number | null;
  requested: string[];
  dequeued: string[];
  prune: PruneLock['state'] | null;
  readOnly: boolean;
  production: boolean;
};

const hostFixture = (name: string): fc.Arbitrary<HostFixture> =>
  fc.record({
    name: fc.constant(name),
    cached: fc.uniqueArray(fc.record({ imageId, sizeBytes: fc.nat(1_000), lastAccessed: fc.nat(50) }), {
      selector: (image) => image.imageId,
    }),
    queued: fc.uniqueArray(imageId),
    stalled: fc.boolean(),
    down: fc.boolean(),
    old: fc.boolean(),
    legacy: fc.boolean(),
    nullList: fc.boolean(),
    limit: fc.option(fc.nat(3_000).map((bytes) => bytes + 1)),
    requested: fc.uniqueArray(imageId, { maxLength: 2 }),
    dequeued: fc.uniqueArray(imageId, { maxLength: 2 }),
    prune: fc.option(fc.constantFrom('running' as const, 'hung' as const, 'returned' as const)),
    readOnly: fc.integer({ max: 4, min: 0 }).map((number) => number === 0),
    production: fc.boolean(),
  });
const hosts = fc.tuple(hostFixture('glance-01'), hostFixture('glance-02'), hostFixture('glance-03'));
const hostId = fc.constantFrom('glance-01', 'glance-02', 'glance-03', 'forgotten');
const targets = fc.array(fc.record({ hostId, imageId }), { minLength: 1, maxLength: 30 });
const hostIds = fc.array(hostId, { minLength: 1, maxLength: 6 });
/** Each (host, image) in one of the lists, perhaps more than once there. */
const align: fc.Arbitrary<Action> = fc
  .array(fc.record({ hostId, imageId, goes: fc.boolean() }), { minLength: 1, maxLength: 30 })
  .map((all) => {
    const lists = { queue: [] as ImageTarget[], delete: [] as ImageTarget[] };
    for (const { goes: _, ...target } of all) {
      const first = all.find((one) => one.hostId === target.hostId && one.imageId === target.imageId);
      lists[first?.goes ? 'delete' : 'queue'].push(target);
    }
    return { kind: 'align', ...lists };
  });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('queue' as const), targets }),
  fc.record({ kind: fc.constant('delete' as const), targets }),
  fc.record({ kind: fc.constant('clear' as const), hostIds, what: fc.constantFrom('cache', 'queue', 'both') }),
  fc.record({ kind: fc.constant('prune' as const), hostIds }),
  fc.record({ kind: fc.constant('clean' as const), hostIds }),
  fc.record({ kind: fc.constant('prefetch' as const), hostIds }),
  align,
);
const statuses = fc.array(fc.constantFrom('active', 'queued', 'deactivated'), { minLength: 6, maxLength: 6 });

function planInputsOf(fixtures: readonly HostFixture[], catalogueStatuses: readonly string[], read = true): PlanInputs {
  const views = new Map(
    fixtures.map((context) => {
      const host = new FakeHost(context.name);
      for (const image of context.cached) {
        host.cached.set(image.imageId, cachedImage(image.imageId, image.sizeBytes, image.lastAccessed));
      }
      for (const id of context.queued) host.queued.set(id, queuedImage(id, context.stalled ? 'It is stalled.' : null));
      host.poll();
      const warnings = context.nullList ? [{ kind: 'nullList' as const, label: 'null', text: 'It lists null.' }] : [];
      const abilities = context.old
        ? { ...capabilities.abilities, queue: cannot, prune: cannot, clean: cannot }
        : capabilities.abilities;
      const capable: Capabilities = { ...capabilities, abilities, dialect: context.legacy ? 'legacy' : 'cacheApi' };
      const prune = context.prune && {
        hostId: context.name,
        state: context.prune,
        at: now - 1_000,
        operationId: 'before',
        overBytes: 5,
      };
      const view: HostView = {
        summary: { ...host.summary(), limitBytes: context.limit, warnings },
        images: host.images(),
        ...indexImages(host.images()),
        capabilities: capable,
        failure: context.down ? failureOf('unreachable') : null,
        others: othersOf(context.requested),
        dequeued: new Map(context.dequeued.map((id) => [id, now + 1])),
        prune: prune ?? undefined,
        runningPrune: prune && prune.state !== 'returned' ? prune : undefined,
        overSsh: false,
        ...flagsOf(context),
      };
      return [context.name, view];
    }),
  );
  const images = catalogueStatuses.map((status, index) => catalogueImage(ids[index] ?? '', { status }));
  const catalogue = catalogueView({ images, readAt: read ? 1 : null, failure: null });
  return {
    host: (id) => views.get(id),
    catalogue: () => catalogue,
    interrupted: [],
    disk: () => undefined,
    prefetcher: () => undefined,
    now,
    confirmAbove,
  };
}

/** An operation that queues some images. */
function othersOf(requested: readonly string[]): OpenOperation[] {
  const open = { queue: requested.length, delete: 0, read: 0, clear: 0, prune: 0, clean: 0, prefetch: 0 };
  const activity = (id: string) => (requested.includes(id) ? ('queue' as const) : undefined);
  return requested.length > 0 ? [{ id: 'other', kind: 'queue', title: 'Queue images', open, activity }] : [];
}

/** Each host is of a cloud of its own, named after it. */
function flagsOf({ name, readOnly, production }: HostFixture) {
  const cloud = { name: `cloud of ${name}`, readOnly, production };
  const guard = new CloudGuard({ cloud: () => cloud, hosts: () => [] });
  return { cloud: guard.flags('cloud'), closed: guard.closed('cloud') };
}

function namedIn(asked: Action): { hostId: string; imageId: string | null }[] {
  if (asked.kind === 'align') return [...asked.delete, ...asked.queue];
  return 'targets' in asked ? asked.targets : asked.hostIds.map((id) => ({ hostId: id, imageId: null }));
}

function totalExpected(targets: readonly PlannedTarget[]) {
  const sum = (of: 'images' | 'bytes') => targets.reduce((total, { expected }) => total + (expected?.[of] ?? 0), 0);
  return { images: sum('images'), bytes: sum('bytes') };
}

test('a plan names each target once, loses none, and its sums are those of its targets', () => {
  fc.assert(
    fc.property(hosts, action, statuses, fc.boolean(), (fixtures, asked, known, read) => {
      const plan = planAction('plan', asked, planInputsOf(fixtures, known, read));
      expect(planSchema.parse(plan)).toEqual(plan);
      const key = (target: { hostId: string; imageId: string | null }) => `${target.hostId} ${target.imageId}`;
      const named = namedIn(asked);
      // A host whose queue is read is named image by image.
      const hostsOf = (targets: typeof named) => [...new Set(targets.map(({ hostId }) => hostId))];
      if (asked.kind === 'prefetch') expect(hostsOf(plan.targets)).toEqual(hostsOf(named));
      else expect(plan.targets.map(key)).toEqual([...new Set(named.map(key))]);
      expect(new Set(plan.targets.map(key)).size).toBe(plan.targets.length);
      for (const verdict of ['willDo', 'alreadyDone', 'refused'] as const) {
        expect(plan[verdict]).toBe(plan.targets.filter((target) => target.verdict === verdict).length);
      }
      const todo = plan.targets.filter((target) => target.verdict === 'willDo');
      const goes = todo.filter((target) => target.step === 'delete');
      expect(plan.expected).toEqual(totalExpected(todo.filter((target) => !goes.includes(target))));
      expect(plan.frees).toEqual(asked.kind === 'align' ? totalExpected(goes) : null);
      const steps = plan.targets.map((target) => target.step);
      expect(steps.every((step) => (step === null) === (asked.kind !== 'align'))).toBe(true);
      // Deletions come first.
      expect(steps).toEqual([...steps].sort());
      for (const target of plan.targets) if (target.verdict === 'refused') expect(target.reason).toBeTruthy();
    }),
    { numRuns: 300 },
  );
});

test('nothing is planned for a host that is down, and no image is fetched twice', () => {
  fc.assert(
    fc.property(hosts, action, statuses, (fixtures, asked, known) => {
      const plan = planAction('plan', asked, planInputsOf(fixtures, known));
      for (const target of plan.targets) {
        if (target.verdict !== 'willDo') continue;
        const context = fixtures.find((one) => one.name === target.hostId);
        expect(context?.down).toBe(false);
        const step = target.step ?? asked.kind;
        if (step === 'queue' && target.imageId !== null && context) {
          const there = [...context.cached.map((image) => image.imageId), ...context.queued, ...context.requested];
          expect([...there, ...context.dequeued]).not.toContain(target.imageId);
          expect(known[ids.indexOf(target.imageId)]).toBe('active');
          expect(context.nullList || context.old).toBe(false);
        }
        if (target.method === 'delete') expect(context?.limit).not.toBeNull();
        if (target.method === 'read' && context) {
          expect(context.queued).toContain(target.imageId);
          expect([...context.cached.map((image) => image.imageId), ...context.requested]).not.toContain(target.imageId);
          expect(context.stalled || context.nullList).toBe(true);
        }
        if (asked.kind === 'prune' && target.method === 'native')
          expect(context?.prune === 'running' || context?.prune === 'hung').toBe(false);
        if (step === 'delete') expect(['a/b', '..']).not.toContain(target.imageId);
      }
    }),
    { numRuns: 300 },
  );
});

test('nothing is planned on a read-only cloud, and the reason says how to change that', () => {
  fc.assert(
    fc.property(hosts, action, statuses, (fixtures, asked, known) => {
      const readOnly = new Set(fixtures.filter((context) => context.readOnly).map((context) => context.name));
      for (const target of planAction('plan', asked, planInputsOf(fixtures, known)).targets) {
        if (!readOnly.has(target.hostId)) continue;
        expect(target).toMatchObject({
          verdict: 'refused',
          reason: expect.stringContaining('turn off read-only mode'),
        });
      }
    }),
  );
});

test('a typed name is required only where much of a production cloud would be deleted', () => {
  fc.assert(
    fc.property(hosts, action, statuses, (fixtures, asked, known) => {
      const plan = planAction('plan', asked, planInputsOf(fixtures, known));
      const marked = new Map(
        fixtures.filter((context) => context.production).map((context) => [context.name, context]),
      );
      const touched = plan.targets.filter(
        ({ verdict, hostId: id, step }) => verdict === 'willDo' && marked.has(id) && step !== 'queue',
      );
      const images = touched.reduce((sum, target) => sum + (target.expected?.images ?? 0), 0);
      const clears = asked.kind === 'clear' && asked.what !== 'queue' && touched.length > 0;
      const destroys =
        asked.kind === 'delete' || asked.kind === 'align' || asked.kind === 'clear' || asked.kind === 'prune';
      if (!destroys || touched.length === 0) expect(plan.typedName).toBeNull();
      else if (clears || images > confirmAbove) expect(plan.typedName).not.toBeNull();
      if (plan.typedName === null) return;
      const names = [...new Set(touched.map((target) => target.hostName))];
      expect(names.length === 1 ? names : names.map((name) => `cloud of ${name}`)).toContain(plan.typedName);
    }),
    { numRuns: 300 },
  );
});

const plain: HostFixture = {
  name: 'glance-01',
  cached: [],
  queued: [],
  stalled: false,
  down: false,
  old: false,
  legacy: false,
  nullList: false,
  limit: null,
  requested: [],
  dequeued: [],
  prune: null,
  readOnly: false,
  production: false,
};
const active = ids.slice(0, 6).map(() => 'active');

test('a refusal has the reason and the remedy', () => {
  const prune: Action = { kind: 'prune', hostIds: ['glance-01'] };
  const reasonOf = (context: Partial<HostFixture>, asked: Action) =>
    planAction('plan', asked, planInputsOf([{ ...plain, ...context }], active)).targets[0]?.reason;
  expect(reasonOf({ old: true }, prune)).toContain(
    'It is too old. Upgrade it. glance-cache-pruner requires SSH access',
  );
  expect(reasonOf({ down: true }, prune)).toBe('The host is unreachable: unreachable at a host Look at it.');
  expect(reasonOf({ prune: 'hung' }, prune)).toContain('Restart glance-api');
  const remove = (id: string): Action => ({ kind: 'delete', targets: [{ hostId: 'glance-01', imageId: id }] });
  expect(reasonOf({ queued: ['a/b'] }, remove('a/b'))).toContain('slash');
  expect(reasonOf({ queued: ['prune'] }, remove('prune'))).toContain('method name');
  const queue = (id: string): Action => ({ kind: 'queue', targets: [{ hostId: 'glance-01', imageId: id }] });
  expect(reasonOf({}, queue('never-heard-of'))).toContain('Not in the image catalog');
});

test('a prune without a stated limit expects nothing; if the last one left the host over its limit, it warns', () => {
  const prune: Action = { kind: 'prune', hostIds: ['glance-01'] };
  const blind = planAction('plan', prune, planInputsOf([plain], active));
  expect(blind.targets[0]).toMatchObject({ verdict: 'willDo', expected: null, estimated: true });
  const cached = [
    { imageId: 'image-a', sizeBytes: 600, lastAccessed: 5 },
    { imageId: 'image-b', sizeBytes: 600, lastAccessed: 3 },
  ];
  const stated = planAction(
    'plan',
    prune,
    planInputsOf([{ ...plain, cached, limit: 1_000, prune: 'returned' }], active),
  );
  expect(stated.targets[0]).toMatchObject({ expected: { images: 1, bytes: 600 }, estimated: true });
  expect(stated.warnings[0]).toContain('never ends');
});

test('the plan warns if queueing exceeds the stated limit', () => {
  const queue: Action = { kind: 'queue', targets: [{ hostId: 'glance-01', imageId: 'image-a' }] };
  const plan = planAction('plan', queue, planInputsOf([{ ...plain, limit: 400 }], active));
  expect(plan.overLimit).toMatchObject([{ hostName: 'glance-01', over: { bytes: 600 }, limitBytes: 400 }]);
});

test('a plan warns of files without a record, as seen over ssh; if they alone exceed the limit, nothing is pruned', () => {
  const prune: Action = { kind: 'prune', hostIds: ['glance-01'] };
  const cached = [{ imageId: 'image-a', sizeBytes: 600, lastAccessed: 5 }];
  const at = (name: string, sizeBytes: number) => ({ name, sizeBytes, modifiedAt: 1, accessedAt: 1 });
  const planWith = (stray: number, driver: string) =>
    planAction('plan', prune, {
      ...planInputsOf([{ ...plain, cached }], active),
      disk: () => ({
        configuration: { ...read, driver, limitBytes: 1_000 },
        listing: {
          ...{ directory: '/cache', freeBytes: null, totalBytes: null, hostTime: 1, truncated: false },
          files: [
            { state: 'cached', ...at('image-a', 600) },
            { state: 'cached', ...at('stray', stray) },
          ],
        },
      }),
    });
  const some = planWith(500, 'centralized_db');
  expect(some.targets[0]).toMatchObject({
    verdict: 'willDo',
    estimated: false,
    preview: { goes: [{ imageId: 'image-a' }], held: { bytes: 1_100 }, left: { bytes: 500 } },
  });
  expect(some.warnings.join()).toContain('1 file without a record');
  expect(planWith(1_001, 'centralized_db').targets[0]).toMatchObject({
    verdict: 'refused',
    reason: expect.stringContaining('never end'),
  });
  expect(planWith(1_001, 'sqlite').targets[0]?.verdict).toBe('willDo');
});

const read = { directory: '/cache', stallSeconds: 86_400, stated: [], files: [], problems: [] };
