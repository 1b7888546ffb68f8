import { expect, test } from 'vitest';
import type { Action } from '../../contract/operations.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { cachedImage, capabilities, failureOf, queuedImage } from '../../fleet/testing/host-fixtures.ts';
import { ended, operationsOver } from '../testing/fleet-of.ts';
import { interruptedConsole, Wire } from '../testing/interrupted-console.ts';

const ids = ['image-0', 'image-1', 'image-2'];
const clear = (what: 'cache' | 'queue' | 'both' = 'both'): Action => ({ kind: 'clear', hostIds: ['glance-01'], what });
const remove = (imageIds = ids): Action => ({
  kind: 'delete',
  targets: imageIds.map((imageId) => ({ hostId: 'glance-01', imageId })),
});

let time = 1_700_000_000_000;
/** Caches images on the host, as booting servers from them does. */
function cache(host: FakeHost, ...imageIds: string[]): void {
  for (const imageId of imageIds) {
    time += 1_000;
    host.cached.set(imageId, { ...cachedImage(imageId), lastModified: time });
  }
}

function hostWith(...imageIds: string[]): FakeHost {
  const host = new FakeHost('glance-01');
  cache(host, ...imageIds);
  host.poll();
  return host;
}

const held = (host: FakeHost) => [...host.cached.keys(), ...host.queued.keys()].sort();

/** Interrupts a console while its request is in flight; `arrives`: whether the host carries it out. */
async function interrupt(host: FakeHost, action: Action, arrives: boolean, sent = 1) {
  const wire = new Wire([host], action.kind === 'clear' ? 'clear' : 'delete');
  const console = await interruptedConsole([host], action, sent, { limits: { requestsPerHost: 3 } });
  if (arrives) await wire.arrive();
  else wire.isHeld = false;
  return { wire, ...console };
}

test('images cached after a clear that was carried out stay, and the account has what the clear removed', async () => {
  const host = hostWith(...ids);
  const { operations, id } = await interrupt(host, clear(), true);
  expect(held(host)).toEqual([]);
  cache(host, 'new-0', 'new-1', 'image-1');
  await operations.continue(id);
  const operation = await ended(operations, id);
  expect(held(host)).toEqual(['image-1', 'new-0', 'new-1']);
  expect(operation).toMatchObject({ counts: { done: 1 }, actual: { images: 3, bytes: 3_000 } });
  expect(operations.targets({ id }).targets[0]?.text).toContain('3 images cached or queued since');
  expect(host.asked('clear')).toHaveLength(1);
  expect(host.asked('delete')).toEqual([]);
});

test('a clear that never arrived is not repeated over images cached since: the others are deleted one by one', async () => {
  const host = hostWith(...ids);
  host.queued.set('queued-0', queuedImage('queued-0', 'It is stalled.'));
  const { operations, id } = await interrupt(host, clear(), false);
  cache(host, 'new-0');
  await operations.continue(id);
  const operation = await ended(operations, id);
  expect(held(host)).toEqual(['new-0']);
  expect(operation).toMatchObject({ counts: { done: 1 }, actual: { images: 4, bytes: 3_000 } });
  expect(host.asked('clear')).toHaveLength(1);
  expect(host.asked('delete').sort()).toEqual([...ids, 'queued-0']);
});

test('a clear that never arrived is sent again if nothing was cached since', async () => {
  const host = hostWith(...ids);
  const { operations, id } = await interrupt(host, clear(), false);
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 1 }, actual: { images: 3, bytes: 3_000 } });
  expect(held(host)).toEqual([]);
  expect(host.asked('clear')).toHaveLength(2);
});

test('a clear that may still arrive is waited for, and what it removes is counted', async () => {
  const host = hostWith(...ids);
  host.deadlines.change = 60_000;
  const { operations, id, wire } = await interrupt(host, clear(), false);
  cache(host, 'new-0');
  await operations.continue(id);
  const lists = host.asked('list').length;
  while (host.asked('list').length < lists + 3 && operations.targets({ id }).operation.state === 'running')
    await new Promise((resolve) => setTimeout(resolve, 1));
  expect(operations.targets({ id }).targets[0]?.state).toBe('unknown');
  await wire.arrive();
  cache(host, 'new-1');
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 1 }, actual: { images: 4, bytes: 4_000 } });
  expect(held(host)).toEqual(['new-1']);
  expect(host.asked('clear')).toHaveLength(1);
});

test('a clear that was carried out in part is completed for the recorded images only', async () => {
  const host = hostWith(...ids);
  const { operations, id } = await interrupt(host, clear('cache'), false);
  host.cached.delete('image-0');
  cache(host, 'new-0');
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 1 }, actual: { images: 3, bytes: 3_000 } });
  expect(held(host)).toEqual(['new-0']);
  expect(host.asked('clear')).toHaveLength(1);
});

test('images queued again after a clear are not removed, and the operator is told', async () => {
  const host = hostWith(...ids);
  host.queued.set('queued-0', queuedImage('queued-0', 'It is stalled.'));
  const { operations, id } = await interrupt(host, clear(), true);
  host.queued.set('queued-0', queuedImage('queued-0'));
  await operations.continue(id);
  await ended(operations, id);
  expect(held(host)).toEqual(['queued-0']);
  expect(operations.targets({ id }).targets[0]).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('1 image is still listed, or listed again'),
    actual: { images: 3, bytes: 3_000 },
  });
});

test('a clear of the queue removes no image from the cache', async () => {
  const host = hostWith(...ids);
  for (const imageId of ['queued-0', 'queued-1']) host.queued.set(imageId, queuedImage(imageId, 'It is stalled.'));
  const { operations, id } = await interrupt(host, clear('queue'), false);
  host.queued.set('queued-2', queuedImage('queued-2'));
  cache(host, 'queued-1');
  await operations.continue(id);
  await ended(operations, id);
  expect(held(host)).toEqual([...ids, 'queued-1', 'queued-1', 'queued-2']);
});

test('an image whose fetch was running when its queue was cleared is reported as cached again', async () => {
  const host = hostWith('image-0');
  host.queued.set('queued-0', queuedImage('queued-0'));
  const { operations, id } = await interrupt(host, clear(), true);
  await operations.continue(id);
  setTimeout(() => cache(host, 'queued-0'), 20);
  await ended(operations, id);
  expect(operations.targets({ id }).targets[0]).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('1 image cached after the clear'),
  });
});

test('a clear whose answer is lost is not repeated if images were cached since', async () => {
  const host = hostWith(...ids);
  const { carryOut } = operationsOver([host]);
  host.faultFor = ({ what }) => {
    if (what !== 'clear') return undefined;
    setTimeout(() => cache(host, 'new-0'), 0);
    return { failure: failureOf('timeout'), done: true };
  };
  const { refresh } = host;
  host.refresh = async (...given) => {
    if (host.asked('clear').length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    return refresh.apply(host, given);
  };
  const { operation } = await carryOut(clear());
  expect(held(host)).toEqual(['new-0']);
  expect(operation).toMatchObject({ counts: { done: 1 }, actual: { images: 3, bytes: 3_000 } });
  expect(host.asked('clear')).toHaveLength(1);
});

test('an image cached again after its delete was sent is not deleted again', async () => {
  const host = hostWith(...ids);
  const { operations, id } = await interrupt(host, remove(), true, 3);
  cache(host, 'image-1');
  await operations.continue(id);
  const operation = await ended(operations, id);
  expect(held(host)).toEqual(['image-1']);
  expect(operation).toMatchObject({ counts: { done: 3 }, actual: { images: 3, bytes: 3_000 } });
  expect(operations.targets({ id }).targets[1]?.text).toContain('cached or queued again since');
  expect(host.asked('delete')).toHaveLength(3);
});

test('a delete that never arrived is sent again after its deadline, also when the copy was read meanwhile', async () => {
  const host = hostWith(...ids);
  const { operations, id } = await interrupt(host, remove(), false, 3);
  for (const [imageId, image] of host.cached) host.cached.set(imageId, { ...image, hits: 5, lastAccessed: time + 1 });
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 3 }, actual: { images: 3, bytes: 3_000 } });
  expect(held(host)).toEqual([]);
  expect(host.asked('delete')).toHaveLength(6);
});

test('a delete that may still arrive is waited for', async () => {
  const host = hostWith(...ids);
  host.deadlines.change = 60_000;
  const { operations, id, wire } = await interrupt(host, remove(), false, 3);
  await operations.continue(id);
  await wire.arrive();
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 3 }, actual: { images: 3, bytes: 3_000 } });
  expect(host.asked('delete')).toHaveLength(3);
});

test('an image that a running fetch brings back after its delete is reported, not deleted again', async () => {
  const host = hostWith();
  host.queued.set('image-0', queuedImage('image-0'));
  const { operations, id } = await interrupt(host, remove(['image-0']), true);
  cache(host, 'image-0');
  await operations.continue(id);
  await ended(operations, id);
  expect(operations.targets({ id }).targets[0]).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('It was cached again'),
  });
  expect(host.asked('delete')).toHaveLength(1);
});

test('a delete whose answer is lost is not repeated for a copy cached since', async () => {
  const host = hostWith(...ids);
  const { carryOut } = operationsOver([host]);
  host.faultFor = ({ what, imageId }) => {
    if (what !== 'delete' || imageId !== 'image-1' || host.asked('delete').filter((one) => one === imageId).length > 1)
      return undefined;
    setTimeout(() => cache(host, 'image-1'), 0);
    return { failure: failureOf('unreachable'), done: true };
  };
  const { refresh } = host;
  host.refresh = async (...given) => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    return refresh.apply(host, given);
  };
  const { operation } = await carryOut(remove());
  expect(held(host)).toEqual(['image-1']);
  expect(operation).toMatchObject({ counts: { done: 3 }, actual: { images: 3, bytes: 3_000 } });
});

test('a prune by deletion keeps an image that was cached again after its delete was sent', async () => {
  const host = hostWith(...ids);
  host.capable = {
    ...capabilities,
    abilities: { ...capabilities.abilities, prune: { can: false, reason: 'No.', remedy: 'No.' } },
  };
  host.limitBytes = 1_000;
  const prune: Action = { kind: 'prune', hostIds: [host.id], methods: { [host.id]: 'delete' } };
  const { operations, id } = await interrupt(host, prune, true, 2);
  const [left] = held(host);
  for (const imageId of ids) if (imageId !== left) cache(host, imageId);
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 2 }, actual: { images: 2, bytes: 2_000 } });
  expect(held(host)).toEqual(ids);
  expect(host.asked('delete')).toHaveLength(2);
});

test('the delete step of an align keeps an image that was cached again after its delete was sent', async () => {
  const host = hostWith(...ids);
  const align: Action = { kind: 'align', queue: [], delete: [{ hostId: host.id, imageId: 'image-0' }] };
  const { operations, id } = await interrupt(host, align, true);
  cache(host, 'image-0');
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 1 }, freed: { images: 1, bytes: 1_000 } });
  expect(held(host)).toEqual(ids);
});
