import { describe, expect, test } from 'vitest';
import type { ConsoleEvent } from '../../../electron/contract/contract.ts';
import type { ConsoleClient } from '../../../renderer/bridge/client.ts';
import { judge } from '../judge.ts';
import { hasEnded, untilOperation } from '../killable-console.ts';
import { act, images, Scenario } from './scenario.ts';
import { fileSizeQuota, type SmallDisk, smallTmpfs, whyNoMount } from './small-disk.ts';

// The data directory cannot be written in the middle of an operation, and can be written again later.

const mebibyte = 1_048_576;
const noMount = whyNoMount();
const disks: { name: string; open: (bytes: number) => Promise<SmallDisk>; missing: string | undefined }[] = [
  { name: 'a small tmpfs', open: smallTmpfs, missing: noMount },
  { name: 'a limit on the size of files', open: fileSizeQuota, missing: undefined },
];
if (noMount !== undefined) console.warn(`No tmpfs can be mounted here: ${noMount}`);

describe.each(disks)('$name', ({ open, missing }) => {
  test.skipIf(missing !== undefined)(
    'a full disk interrupts a delete with the reason, and Continue works once there is space',
    async () => {
      const held = images(1_800, 10_000_000);
      await using disk = await open(8 * mebibyte);
      await using scenario = await Scenario.open({
        images: held,
        hosts: [{ name: 'glance-01', release: '33', cached: held.map(({ id }) => id) }],
        data: disk.outside,
      });
      const start = { directory: disk.inside, prefix: disk.prefix };
      const { served, client } = await scenario.start(start);
      const targets = held.map(({ id }) => ({ hostId: 'glance-01', imageId: id }));
      const plan = await client.operations.plan({ kind: 'delete', targets });
      const other = await client.operations.plan({ kind: 'clean', hostIds: ['glance-01'] });
      const some = scenario.moment('answered', 200);
      const { id } = await client.operations.start({ planId: plan.id });
      await some;
      disk.fill(served);

      const interrupted = await untilOperation(client, id, hasEnded);
      expect(interrupted).toMatchObject({ state: 'interrupted', failure: { code: 'storage' }, counts: { failed: 0 } });
      const said = `${interrupted.failure?.message} ${interrupted.failure?.remedy}`;
      expect(said).toMatch(disk.reason);
      expect(said).toContain(disk.inside);
      expect(await storageOf(client)).toMatchObject({ code: 'storage' });
      await expect(client.operations.continue({ id })).rejects.toMatchObject({ code: 'storage' });
      await expect(client.operations.start({ planId: other.id })).rejects.toMatchObject({ code: 'storage' });
      await scenario.cloud.quiet();
      const sent = (await scenario.cloud.truth()).entries.length;
      expect(sent).toBeLessThan(held.length);
      // The account now agrees with the hosts: every target with a request is known to have been sent.
      expect(interrupted.counts.waiting).toBe(held.length - sent);

      disk.freeSpace(served);
      await client.operations.continue({ id });
      const ended = await untilOperation(client, id, hasEnded);
      expect(ended).toMatchObject({ state: 'finished', counts: { done: held.length } });
      expect(ended.failure).toBeUndefined();
      expect(await storageOf(client)).toBeNull();
      const account = await client.operations.targets({ id });
      expect(judge(account, await scenario.cloud.truth(), { boots: [], kills: [] })).toEqual([]);
    },
  );

  test.skipIf(missing !== undefined)(
    'a console that is killed on a full disk has recorded every request it sent',
    async () => {
      const held = images(600, 10_000_000);
      await using disk = await open(4 * mebibyte);
      await using scenario = await Scenario.open({
        images: held,
        hosts: [{ name: 'glance-01', release: '33', cached: held.map(({ id }) => id) }],
        data: disk.outside,
      });
      const first = await scenario.start({ directory: disk.inside, prefix: disk.prefix });
      const some = scenario.moment('answered', 100);
      const targets = held.map(({ id }) => ({ hostId: 'glance-01', imageId: id }));
      const { id } = await act(first.client, { kind: 'delete', targets });
      await some;
      disk.fill(first.served);
      await untilOperation(first.client, id, hasEnded);
      await first.served.kill();
      const kill = Date.now();
      disk.freeSpace();
      const { client } = await scenario.start({ directory: disk.inside, prefix: disk.prefix });
      const left = await client.operations.targets({ id, states: ['waiting'] });
      const sent = (await scenario.cloud.truth()).entries.map(({ path }) => path);
      for (const { imageId } of left.targets) expect(sent).not.toContain(`/v2/cache/${imageId}`);
      await client.operations.continue({ id });
      await untilOperation(client, id, hasEnded);
      const account = await client.operations.targets({ id });
      expect(judge(account, await scenario.cloud.truth(), { boots: [], kills: [kill] })).toEqual([]);
    },
  );

  test.skipIf(missing !== undefined)(
    'a start on a full disk fails with one sentence, and succeeds once there is space',
    async () => {
      const held = images(300, 10_000_000);
      await using disk = await open(2 * mebibyte);
      await using scenario = await Scenario.open({
        images: held,
        hosts: [{ name: 'glance-01', release: '33', cached: held.map(({ id }) => id) }],
        data: disk.outside,
      });
      const start = { directory: disk.inside, prefix: disk.prefix };
      const first = await scenario.start(start);
      const some = scenario.moment('answered', 50);
      const targets = held.map(({ id }) => ({ hostId: 'glance-01', imageId: id }));
      await act(first.client, { kind: 'delete', targets });
      await some;
      disk.fill(first.served);
      await first.served.kill();

      const onFull = scenario.spawn(start);
      const outcome = await Promise.race([onFull.exit(), onFull.client()]);
      if (typeof outcome === 'number') {
        expect(outcome).toBe(1);
        expect(onFull.lines).toHaveLength(1);
        expect(onFull.lines[0]).toContain(disk.inside);
      } else {
        // The start had nothing to write, so the page reports the full disk.
        expect(outcome && (await storageOf(outcome))).toMatchObject({ code: 'storage' });
        await onFull.kill();
      }

      disk.freeSpace();
      const { client } = await scenario.start(start);
      const [operation] = (await client.operations.list({})).operations;
      expect(operation).toMatchObject({ state: 'interrupted', total: held.length });
    },
  );
});

/** What every page is told about the data directory when it opens. */
async function storageOf(
  client: ConsoleClient,
): Promise<Extract<ConsoleEvent, { type: 'state' }>['storage'] | undefined> {
  for await (const event of await client.events({})) if (event.type === 'state') return event.storage;
  return undefined;
}
