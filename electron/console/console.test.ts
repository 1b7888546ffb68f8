import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient, ORPCError } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsoleEvent } from '../contract/events.ts';
import { memorySecrets } from '../store/secrets.ts';
import { type Console, type ConsoleOptions, createConsole } from './console.ts';

let directory: string;
let running: Console | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'console-'));
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function start(options: Partial<ConsoleOptions> = {}) {
  const console = await createConsole({
    dataDirectory: directory,
    secrets: memorySecrets(),
    shell: 'browser',
    version: '0.0.0',
    env: {},
    cwd: directory,
    home: directory,
    ...options,
  });
  running = console;
  return createRouterClient(console.router, { context: console.context });
}

/** Reads a stream until the state that it tells of satisfies; returns the event that made it so. */
async function until(stream: AsyncIterator<ConsoleEvent>, satisfies: (event: ConsoleEvent) => boolean) {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) throw new Error('The stream ended');
    if (satisfies(value)) return value;
  }
}

const none = { kind: 'typed', login: { kind: 'none' }, connection: {} } as const;

describe('console over the demo cloud', () => {
  it('shows the hosts with their images', async () => {
    const client = await start({ demo: { hosts: 3, images: 20, seed: 1 } });
    const stream = await client.events({});
    const opening = (await stream.next()).value;
    expect(opening).toMatchObject({ type: 'state', clouds: [{ id: 'demo', secret: 'unneeded' }] });
    const id = 'demo-glance-01';
    await client.hosts.refresh({});
    const images = await client.hosts.images({ id });
    expect(images.cached.length).toBeGreaterThan(0);
    await until(
      stream,
      (event) => event.type === 'hosts' && event.changed.some((host) => host.id === id && host.state === 'reachable'),
    );
    const { images: catalogue, failure } = await client.clouds.catalogue({ id: 'demo' });
    expect(failure).toBeNull();
    expect(catalogue.length).toBeGreaterThan(0);
    const after = await client.hosts.images({ id });
    expect(after.cached.some((image) => image.standing === 'known' && image.description?.name)).toBe(true);
    await stream.return?.();
  });

  it('never saves the demo cloud', async () => {
    const client = await start();
    await client.clouds.openDemo({});
    await client.preferences.update({ theme: 'dark' });
    expect(await readFile(join(directory, 'settings.json'), 'utf8')).not.toContain('demo');
    await client.clouds.remove({ id: 'demo' });
    expect((await client.clouds.openDemo({})).id).toBe('demo');
  });
});

describe('hosts', () => {
  it('are refused twice under one address of one cloud', async () => {
    const client = await start();
    const one = await client.clouds.add({ name: 'One', source: none });
    const two = await client.clouds.add({ name: 'Two', source: none });
    const host = await client.hosts.add({ cloudId: one.id, address: '127.0.0.1:1' });
    expect(host).toMatchObject({ name: '127.0.0.1', address: 'http://127.0.0.1:1' });
    await expect(client.hosts.add({ cloudId: one.id, address: 'http://127.0.0.1:1/v2' })).rejects.toMatchObject({
      code: 'invalidInput',
      defined: true,
      data: { message: expect.stringContaining('127.0.0.1') },
    });
    await client.hosts.add({ cloudId: two.id, address: '127.0.0.1:1' });
  });

  it('say where an address is none', async () => {
    const client = await start();
    const error: unknown = await client.hosts.add({ cloudId: 'x', address: 'a b' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ORPCError);
    expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { issues: [{ path: ['address'] }] } });
  });
});
