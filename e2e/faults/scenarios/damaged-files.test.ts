import { readdirSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { act, images, Scenario } from './scenario.ts';

// Files of the data directory that are damaged while no console runs.

const hostId = 'glance-01';

/** A data directory whose console was killed in the middle of a delete of 800 images. */
async function interrupted(): Promise<{ scenario: Scenario; title: string }> {
  const held = images(800, 10_000_000);
  const scenario = await Scenario.open({
    images: held,
    hosts: [{ name: hostId, release: '33', cached: held.map(({ id }) => id) }],
  });
  const { served, client } = await scenario.start();
  const some = scenario.moment('answered', 60);
  const { title } = await act(client, { kind: 'delete', targets: held.map(({ id }) => ({ hostId, imageId: id })) });
  await some;
  await served.kill();
  return { scenario, title };
}

async function damage(file: string, offset: number): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(1_024, 0x5a), 0, 1_024, offset);
  await handle.close();
}

/** Starts and ends a console, so that everything is in the database itself and nothing in its log. */
async function settle(scenario: Scenario): Promise<void> {
  const { served } = await scenario.start();
  expect(await served.stop()).toBe(0);
}

describe('a damaged database', () => {
  test.each([0.15, 0.4, 0.65, 0.9])(
    'one kilobyte at %d of console.db: each operation is salvaged or named, and the file is kept',
    async (part) => {
      const { scenario, title } = await interrupted();
      await using _ = scenario;
      await settle(scenario);
      const file = join(scenario.data, 'console.db');
      const { size } = statSync(file);
      await damage(file, Math.floor((size * part) / 1_024) * 1_024);
      const { client } = await scenario.start();
      const { notices } = await client.about({});
      const [operation] = (await client.operations.list({})).operations;
      const isWhole =
        operation?.total === 800 &&
        !('note' in operation) &&
        operation.counts.waiting + operation.counts.done + operation.counts.unknown === 800;
      if (operation) expect(operation.title).toBe(title);
      if (!isWhole) {
        expect(notices.join('\n')).toMatch(/damaged/i);
        if (!operation) expect(notices.join('\n')).toContain(title);
        expect(readdirSync(scenario.data).filter((name) => name.includes('damaged'))).not.toEqual([]);
      }
    },
  );

  test('a write-ahead log cut to zero length does not lose an operation silently', async () => {
    const { scenario, title } = await interrupted();
    await using _ = scenario;
    truncateSync(join(scenario.data, 'console.db-wal'), 0);
    const { client } = await scenario.start();
    const { notices } = await client.about({});
    const [operation] = (await client.operations.list({})).operations;
    if (operation) expect(operation.title).toBe(title);
    else expect(notices.join('\n')).toContain(title);
  });

  test('one damaged kilobyte anywhere in trends.db is detected', async () => {
    const held = images(300, 1_000_000);
    await using scenario = await Scenario.open({
      images: held,
      hosts: [{ name: hostId, release: '33', cached: held.map(({ id }) => id) }],
    });
    await settle(scenario);
    const file = join(scenario.data, 'trends.db');
    for (const part of [0, 0.2, 0.4, 0.6, 0.8, 0.95]) {
      const { size } = statSync(file);
      await damage(file, Math.floor((size * part) / 1_024) * 1_024);
      const { served, client } = await scenario.start();
      const { notices } = await client.about({});
      expect(notices.filter((text) => text.includes('The database of trends was damaged'))).toHaveLength(1);
      await client.dismissNotice({ notice: notices[0] ?? '' });
      expect(await served.stop()).toBe(0);
    }
  });
});
