import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemCode } from '../lib/system-error.ts';
import { memorySecrets } from '../store/secret-keeper.ts';
import { createRouter } from './router.ts';
import { createServices } from './services.ts';
import type { ServicesOptions } from './services-options.ts';
import { until } from './testing/test-services.ts';

/** Whether this user may mount a file system of a limited size. */
function mountSmall(directory: string, size: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'none', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function mayMount(): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'mount-'));
  const may = mountSmall(directory, '1m');
  if (may) execFileSync('umount', [directory]);
  await rm(directory, { recursive: true });
  return may;
}

/** Fills a file system. */
function fill(file: string): void {
  const descriptor = openSync(file, 'a');
  for (const size of [65_536, 4_096, 1]) {
    const part = Buffer.alloc(size);
    try {
      while (writeSync(descriptor, part) > 0);
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC') throw error;
    }
  }
  closeSync(descriptor);
}

let directory: string;
let filler: string;

describe.skipIf(!(await mayMount()))('a console whose data directory has its own small file system', () => {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'full-'));
    filler = join(directory, 'filler');
  });
  afterEach(async () => {
    execFileSync('umount', [directory]);
    await rm(directory, { recursive: true });
  });

  const options: ServicesOptions = {
    get dataDirectory() {
      return directory;
    },
    secrets: memorySecrets(),
    shell: 'browser',
    version: '0.0.0',
    env: {},
    cwd: tmpdir(),
    home: tmpdir(),
    demo: { hosts: 2, images: 400, seed: 1 },
  };

  async function start() {
    const services = await createServices(options);
    const client = createRouterClient(createRouter(services), { context: {} });
    await client.hosts.refresh({});
    return { services, client };
  }

  /** Starts to delete all images of all hosts. Resolves when a few are gone. */
  async function beginDelete({ services, client }: Awaited<ReturnType<typeof start>>) {
    const targets = services.fleet
      .summaries()
      .flatMap(({ id }) => services.fleet.images(id).cached.map(({ imageId }) => ({ hostId: id, imageId })));
    const plan = await client.operations.plan({ kind: 'delete', targets });
    const { id } = await client.operations.start({ planId: plan.id });
    const stream = await client.events({});
    await until(stream, (event) => event.type === 'operation' && event.operation.counts.done > 5);
    return { id, stream, total: targets.length };
  }

  test('an operation is interrupted with the reason, and Continue works once there is space', async () => {
    mountSmall(directory, '8m');
    const running = await start();
    const { services, client } = running;
    const { id, stream, total } = await beginDelete(running);
    fill(filler);
    const full = await until(stream, (event) => event.type === 'storage');
    expect(full).toMatchObject({ storage: { code: 'storage', message: expect.stringContaining(directory) } });
    const isEnd = (state: string) => state === 'interrupted' || state === 'finished';
    await until(
      stream,
      (event) => event.type === 'operation' && event.operation.id === id && isEnd(event.operation.state),
    );
    const { operation, targets } = await client.operations.targets({ id });
    expect(operation).toMatchObject({ state: 'interrupted', counts: { failed: 0, sent: 0 } });
    expect(operation.failure?.message).toBe(`No space left on the file system of ${directory} (data directory).`);
    expect(targets.filter(({ state }) => state === 'waiting')).toHaveLength(operation.counts.waiting);
    await expect(client.operations.continue({ id })).rejects.toMatchObject({ code: 'storage' });
    // A database that gives up a write may give back space, in which the small file of the settings fits.
    const save = async () => {
      fill(filler);
      await client.preferences.update({ theme: 'dark' });
    };
    await expect.poll(() => save().catch((error: unknown) => error)).toMatchObject({ code: 'storage' });

    rmSync(filler);
    await client.operations.continue({ id });
    await until(stream, (event) => event.type === 'operation' && event.operation.state === 'finished');
    expect(await client.operations.targets({ id })).toMatchObject({ operation: { counts: { done: total } } });
    expect(services.storage.problem).toBeNull();
    await stream.return?.();
    await services.close();
  });

  /** Starts the served console as its own process, which must fail. Returns all that it prints. */
  async function startAndFail(): Promise<string> {
    const serve = join(import.meta.dirname, '..', 'serve.ts');
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = spawn(process.execPath, [serve, '--no-open', '--data', directory], { stdio });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => said.push(part));
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    return said.join('');
  }

  test('a start on a disk that became read-only fails with one line', async () => {
    mountSmall(directory, '8m');
    const { services } = await start();
    await services.close();
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    expect(await startAndFail()).toBe(
      `${directory} (data directory) is read-only. Make it writable, then start the console again.\n`,
    );
  });

  test('a start on a full disk fails with one line, without a stack trace', async () => {
    mountSmall(directory, '2m');
    fill(filler);
    expect(await startAndFail()).toBe(
      `No space left on the file system of ${directory} (data directory). Free up space, then start the console again.\n`,
    );
    rmSync(filler);
    const { services } = await start();
    await services.close();
  });

  test('a killed console leaves logs on a full disk of 2 MB: the next start frees that space, with no free space at first', async () => {
    mountSmall(directory, '2m');
    const running = await start();
    const { id, stream } = await beginDelete(running);
    fill(filler);
    await until(stream, (event) => event.type === 'operation' && event.operation.state === 'interrupted');
    // What a kill would leave, without the trends: how far their log would make them grow depends on when the disk was full.
    const left = await mkdtemp(join(tmpdir(), 'left-'));
    const isLeft = (file: string) => file !== filler && !basename(file).startsWith('trends.db');
    await cp(directory, left, { recursive: true, filter: isLeft });
    await running.services.close();
    await rm(filler);
    for (const name of await readdir(directory)) await rm(join(directory, name));
    await cp(left, directory, { recursive: true });
    await rm(left, { recursive: true });
    fill(filler);

    const { services, client } = await start();
    expect((await client.operations.list({})).operations).toMatchObject([{ id, state: 'interrupted' }]);
    await services.close();
  });
});
