import { expect, test } from 'vitest';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { cachedImage, capabilities, catalogueImage, queuedImage } from '../../fleet/testing/host-fixtures.ts';
import { systemClock } from '../../lib/clock.ts';
import { ended } from '../testing/fleet-of.ts';
import { interruptedConsole, Wire } from '../testing/interrupted-console.ts';

const hostIds = ['glance-01', 'glance-02', 'glance-03', 'glance-04'];
const image = 'image-0';
const known = [catalogueImage(image), catalogueImage('image-1')];
const on = (hosts: readonly FakeHost[], imageIds = [image]) =>
  hosts.flatMap((host) => imageIds.map((imageId) => ({ hostId: host.id, imageId })));
const noted = (hosts: readonly FakeHost[], what: 'queue' | 'delete' | 'read') =>
  hosts.flatMap((host) => host.asked(what));

/** Hosts that fetch queued images at once. */
function fetchingHosts(): FakeHost[] {
  return hostIds.map((id) => {
    const host = new FakeHost(id);
    host.fetch = (imageId) =>
      setTimeout(() => {
        host.queued.delete(imageId);
        host.cached.set(imageId, cachedImage(imageId));
      }, 5);
    return host;
  });
}

/** Resolves when each host was listed this many more times. */
async function listed(hosts: readonly FakeHost[], times: number): Promise<void> {
  const before = new Map(hosts.map((host) => [host, host.asked('list').length]));
  while (hosts.some((host) => host.asked('list').length < (before.get(host) ?? 0) + times)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

test('a queue request that arrives after the operation was continued is not sent a second time', async () => {
  const hosts = fetchingHosts();
  for (const host of hosts) host.deadlines.change = 60_000;
  const wire = new Wire(hosts, 'queue');
  const { operations, id } = await interruptedConsole(hosts, { kind: 'queue', targets: on(hosts) }, 4, {
    images: known,
  });
  await operations.continue(id);
  await Promise.race([listed(hosts, 4), ended(operations, id)]);
  expect(operations.targets({ id }).targets).toEqual(
    hostIds.map((hostId) => expect.objectContaining({ hostId, state: 'unknown' })),
  );
  await wire.arrive();
  const { counts, actual } = await ended(operations, id);
  expect(counts.done).toBe(4);
  expect(actual).toEqual({ images: 4, bytes: 4_000 });
  expect(noted(hosts, 'queue')).toHaveLength(4);
});

test('a queue request that never arrived is sent again after its deadline, and unsent ones are sent before that', async () => {
  const [host = new FakeHost('')] = fetchingHosts();
  host.deadlines.change = 150;
  const wire = new Wire([host], 'queue');
  const action = { kind: 'queue', targets: on([host], [image, 'image-1']) } as const;
  const { operations, id } = await interruptedConsole([host], action, 1, { images: known });
  const sentAt = Date.now();
  wire.isHeld = false;
  const asked: [string | undefined, boolean][] = [];
  const { queue } = host.host;
  Object.assign(host.host, {
    queue: (...given: Parameters<typeof queue>) => {
      asked.push([given[1], Date.now() - sentAt >= 100]);
      return queue(...given);
    },
  });
  await operations.continue(id);
  expect((await ended(operations, id)).counts.done).toBe(2);
  expect(asked).toEqual([
    ['image-1', false],
    [image, true],
  ]);
});

test.each([
  ['set back by a day', -86_400_000],
  ['set forward by a day', 86_400_000],
])('a clock that was %s does not make the operation wait for ever', async (_, shift) => {
  const [host = new FakeHost('')] = fetchingHosts();
  const wire = new Wire([host], 'queue');
  const clock = { ...systemClock, now: () => systemClock.now() + shift };
  const action = { kind: 'queue', targets: on([host]) } as const;
  const { operations, id } = await interruptedConsole([host], action, 1, { images: known, clock });
  wire.isHeld = false;
  await operations.continue(id);
  expect((await ended(operations, id)).counts.done).toBe(1);
});

test('cancelling an operation that waits for late requests leaves them unknown and sends nothing', async () => {
  const hosts = fetchingHosts();
  for (const host of hosts) host.deadlines.change = 60_000;
  const wire = new Wire(hosts, 'queue');
  const { operations, id } = await interruptedConsole(hosts, { kind: 'queue', targets: on(hosts) }, 4, {
    images: known,
  });
  wire.isHeld = false;
  await operations.continue(id);
  await Promise.race([listed(hosts, 2), ended(operations, id)]);
  await operations.cancel(id);
  expect(await ended(operations, id)).toMatchObject({ state: 'cancelled', counts: { unknown: 4 } });
  expect(noted(hosts, 'queue')).toHaveLength(4);
});

test('a host that does not answer until the deadline leaves its targets unknown', async () => {
  const [host = new FakeHost('')] = fetchingHosts();
  host.deadlines.change = 400;
  const wire = new Wire([host], 'queue');
  const { operations, id } = await interruptedConsole([host], { kind: 'queue', targets: on([host]) }, 1, {
    images: known,
  });
  let lists = 0;
  host.faultFor = ({ what }) => {
    if (what !== 'list') return undefined;
    lists += 1;
    return lists <= 2 ? undefined : { failure: { code: 'unreachable', message: 'It is down.', remedy: 'Start it.' } };
  };
  await operations.continue(id);
  expect((await ended(operations, id)).counts.unknown).toBe(1);
  await wire.arrive();
  host.faultFor = () => undefined;
  await operations.continue(id);
  expect((await ended(operations, id)).counts.done).toBe(1);
  expect(noted([host], 'queue')).toHaveLength(1);
});

test('a read that may still be running is not repeated before its deadline', async () => {
  const host = new FakeHost('glance-18');
  host.capable = { ...capabilities, dialect: 'legacy', fetch: 'byProgram' };
  host.queued.set(image, queuedImage(image));
  host.deadlines.read = 60_000;
  const wire = new Wire([host], 'read');
  host.reads = async () => {
    host.queued.delete(image);
    host.cached.set(image, cachedImage(image));
    return 1_000;
  };
  const { operations, id } = await interruptedConsole(
    [host],
    { kind: 'prefetch', hostIds: [host.id], methods: { [host.id]: 'read' } },
    1,
    { images: known },
  );
  await operations.continue(id);
  await Promise.race([listed([host], 3), ended(operations, id)]);
  await wire.arrive();
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 1 }, actual: { images: 1, bytes: 1_000 } });
  expect(noted([host], 'read')).toHaveLength(1);
});
