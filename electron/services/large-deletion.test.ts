import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Operation, TargetState } from '../contract/operations.ts';
import { startDemoCloud } from '../demo/simulated-cloud.ts';
import { KillableServices } from './testing/killable-services.ts';

const hostCount = 20;
const perHost = 100;
const nameOf = (index: number) => `glance-${String(index + 1).padStart(2, '0')}`;
const [down, slow, unwilling] = [nameOf(19), nameOf(18), nameOf(17)];

/** Twenty hosts with about 100 cached images each, and a data directory whose console knows them. */
async function twentyHosts() {
  const demo = await startDemoCloud({
    hosts: Array.from({ length: hostCount }, (_, index) => ({ name: nameOf(index), release: '33', fill: 'ordinary' })),
    images: perHost,
    traffic: false,
  });
  const directory = await mkdtemp(join(tmpdir(), 'many-hosts-'));
  const { password, ...admin } = demo.login.admin;
  const login = { kind: 'password', authUrl: demo.authUrl, ...admin };
  const settings = {
    preferences: { refreshPaused: true },
    clouds: [{ id: 'cloud', name: 'Demo', source: { kind: 'typed', login, connection: {} } }],
    hosts: demo.hosts.map(({ name, address }) => ({
      id: name,
      cloudId: 'cloud',
      name,
      address,
      limitBytes: null,
      note: '',
    })),
  };
  await writeFile(join(directory, 'settings.json'), JSON.stringify(settings));
  for (const host of demo.control.hosts) for (const imageId of host.state().queued) host.node.cache.dequeue(imageId);
  const consoles: KillableServices[] = [];
  return {
    control: demo.control,
    console() {
      const console = new KillableServices(directory, { cloud: password });
      consoles.push(console);
      return console;
    },
    /** The images that the hosts really have, `host image` to bytes. */
    truth: () =>
      new Map<string, number>(
        demo.control.hosts.flatMap((host) =>
          host.state().cached.map(({ imageId, size }) => [`${host.name} ${imageId}`, size] as const),
        ),
      ),
    async [Symbol.asyncDispose]() {
      for (const console of consoles) await console.kill();
      await demo.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const ended = ({ state }: Operation) => state !== 'running' && state !== 'cancelling';

it('a deletion of 2,000 images on 20 hosts (one down, one slow, one failing) is killed, continued, cancelled and retried', async () => {
  await using cloud = await twentyHosts();
  const { control } = cloud;
  const before = cloud.truth();
  const bytesOf = (keys: Iterable<string>) => [...keys].reduce((sum, key) => sum + (before.get(key) ?? 0), 0);
  const onDown = [...before.keys()].filter((key) => key.startsWith(`${down} `)).length;
  expect(before.size).toBeGreaterThan(hostCount * perHost * 0.9);
  control.host(slow).fault({ kind: 'slow', ms: 80 }, { method: 'DELETE' });
  control.host(unwilling).fault({ kind: 'status', status: 503 }, { method: 'DELETE', every: 15 });
  // Slow enough to be interrupted: at most 800 requests a second, over 16 hosts with two requests each.
  for (const host of control.hosts) host.fault({ kind: 'slow', ms: 40 }, { method: 'DELETE' });

  // Planned: nothing was sent.
  const first = cloud.console();
  await first.hosts.refresh({});
  const hostIds = control.hosts.map((host) => host.name);
  const imageIds = [...new Set([...before.keys()].map((key) => key.split(' ')[1] ?? ''))];
  const selected = await first.operations.select({ kind: 'images', for: 'delete', hostIds, imageIds });
  expect(selected).toMatchObject({ images: imageIds.length, bytes: bytesOf(before.keys()) });
  const plan = await first.operations.plan({ kind: 'delete', targets: selected.targets });
  expect(plan).toMatchObject({ willDo: before.size, expected: { images: before.size, bytes: bytesOf(before.keys()) } });
  expect(control.hosts.reduce((sum, host) => sum + host.countRequests('DELETE', /./), 0)).toBe(0);
  await control.host(down).down();

  /** Every number of an operation agrees with its targets, and its targets agree with the hosts. */
  async function agree(console: KillableServices, id: string) {
    const { operation, hosts, targets } = await console.operations.targets({ id });
    const now = cloud.truth();
    const keysIn = (state: TargetState) =>
      targets.filter((target) => target.state === state).map((target) => `${target.hostId} ${target.imageId}`);
    const done = keysIn('done');
    expect(done.filter((key) => now.has(key))).toEqual([]);
    for (const state of ['waiting', 'cancelled'] as const) {
      expect(keysIn(state).filter((key) => !now.has(key))).toEqual([]);
    }
    expect(operation.total).toBe(targets.length);
    expect(operation.actual).toEqual({ images: done.length, bytes: bytesOf(done) });
    for (const [state, count] of Object.entries(operation.counts)) {
      expect(targets.filter((target) => target.state === state).length).toBe(count);
      expect(hosts.reduce((sum, host) => sum + (host.counts[state as TargetState] ?? 0), 0)).toBe(count);
    }
    expect(hosts.reduce((sum, host) => sum + host.actual.bytes, 0)).toBe(operation.actual.bytes);
    return { operation, hosts, gone: before.size - now.size };
  }

  // Watched, and killed in the middle.
  const { id } = await first.operations.start({ planId: plan.id });
  const running = await first.until(id, ({ counts, pace }) => counts.done > 400 && pace !== null);
  expect(running.pace?.targetsPerSecond).toBeGreaterThan(0);
  await first.kill();
  const second = cloud.console();
  const left = await agree(second, id);
  expect(left.operation).toMatchObject({ state: 'interrupted', pace: null });
  // Every deleted image was reported as done, or is unknown: none is lost.
  const { done, unknown, failed } = left.operation.counts;
  expect(left.gone).toBeGreaterThanOrEqual(done);
  expect(left.gone).toBeLessThanOrEqual(done + unknown + failed);

  // Continued, then cancelled during the run.
  await second.operations.continue({ id });
  await second.until(id, ({ counts }) => counts.done > left.operation.counts.done + 200);
  await second.operations.cancel({ id });
  await second.until(id, ended);
  const cancelled = await agree(second, id);
  expect(cancelled.operation.state).toBe('cancelled');
  expect(cancelled.operation.counts).toMatchObject({ waiting: 0, sent: 0, following: 0 });
  expect(cancelled.operation.counts.cancelled).toBeGreaterThan(0);

  // The rest is planned again: deleted images are known as such, and the host that is down is refused with the reason.
  await second.hosts.refresh({});
  const rest = await second.operations.plan({ kind: 'delete', targets: selected.targets });
  const truth = cloud.truth();
  expect(rest.refused).toBe(onDown);
  expect(rest).toMatchObject({ willDo: truth.size - onDown, alreadyDone: before.size - truth.size });
  expect(rest.warnings).toEqual([`1 host skipped: ${down} is unreachable.`]);
  await control.host(down).up();
  await second.hosts.refresh({});
  const whole = await second.operations.plan({ kind: 'delete', targets: selected.targets });
  expect(whole).toMatchObject({ willDo: truth.size, refused: 0 });
  await control.host(down).down();
  const third = await second.operations.start({ planId: whole.id });
  await second.until(third.id, ended);
  const finished = await agree(second, third.id);
  expect(finished.operation).toMatchObject({ state: 'finished', counts: { failed: onDown, unknown: 0 } });
  expect([...cloud.truth().keys()].every((key) => key.startsWith(down))).toBe(true);

  // Retried when the host is back: only the failed targets.
  await control.host(down).up();
  await second.hosts.refresh({});
  const again = await second.operations.retryFailed({ id: third.id });
  expect(again).toMatchObject({ willDo: onDown, targets: { length: onDown } });
  const last = await second.operations.start({ planId: again.id });
  await second.until(last.id, ended);
  await agree(second, last.id);
  expect(cloud.truth().size).toBe(0);
  const { operations } = await second.operations.list({});
  expect(operations.map((operation) => operation.id)).toEqual([last.id, third.id, id]);
  expect(operations.reduce((sum, operation) => sum + operation.actual.images, 0)).toBe(before.size);
}, 180_000);
