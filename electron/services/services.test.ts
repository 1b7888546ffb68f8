import { ORPCError } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { testServices, until } from './testing/test-services.ts';

const none = { kind: 'typed', login: { kind: 'none' }, connection: {} } as const;
const demo = { hosts: 3, images: 20, seed: 1 };

describe('over the demo cloud', () => {
  it('shows the hosts with their images', async () => {
    await using console = await testServices({ demo });
    const { client } = console;
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
    const { images: catalogue, failure } = await client.clouds.catalogue({ imageServiceId: 'demo' });
    expect(failure).toBeNull();
    expect(catalogue.length).toBeGreaterThan(0);
    const after = await client.hosts.images({ id });
    expect(after.cached.some((image) => image.catalogStatus === 'known' && image.description?.name)).toBe(true);
    const [cloud] = (await console.state()).clouds;
    expect(cloud).toMatchObject({ failure: null, identity: { roles: expect.arrayContaining(['admin']) } });
    await stream.return?.();
  });

  it('deletes an image from plan to outcome', async () => {
    await using console = await testServices({ demo });
    const { client } = console;
    const hostId = 'demo-glance-01';
    await client.hosts.refresh({});
    const [image] = (await client.hosts.images({ id: hostId })).cached;
    const imageId = image?.imageId ?? '';
    const stream = await client.events({});
    await stream.next();
    const plan = await client.operations.plan({ kind: 'delete', targets: [{ hostId, imageId }] });
    expect(plan).toMatchObject({ willDo: 1, expected: { images: 1, bytes: image?.sizeBytes } });
    const { id } = await client.operations.start({ planId: plan.id });
    await until(stream, (event) => event.type === 'operation' && event.operation.state === 'finished');
    expect((await client.operations.targets({ id })).targets).toMatchObject([{ state: 'done', imageId }]);
    await client.hosts.refresh({ ids: [hostId] });
    expect((await client.hosts.images({ id: hostId })).cached.map((one) => one.imageId)).not.toContain(imageId);
    await stream.return?.();
  });

  it('does not save the demo cloud, and opens it again', async () => {
    await using console = await testServices();
    const { client } = console;
    await client.clouds.openDemo({});
    await client.hosts.update({ id: 'demo-glance-01', name: 'renamed' });
    await client.hosts.add({ cloudId: 'demo', address: '127.0.0.1:9' });
    await client.preferences.update({ theme: 'dark' });
    expect(await console.settingsText()).not.toContain('demo');
    expect((await console.state()).hosts.map((host) => host.name)).toContain('renamed');
    await client.clouds.remove({ id: 'demo' });
    expect((await console.state()).hosts).toEqual([]);
    expect((await client.clouds.openDemo({})).id).toBe('demo');
    expect((await client.clouds.openDemo({})).id).toBe('demo');
    expect((await console.state()).clouds).toHaveLength(1);
  });

  it('tests a host step by step', async () => {
    await using console = await testServices({ demo });
    const { hosts } = await console.demo();
    const address = hosts[0]?.address ?? '';
    const verdict = await console.client.hosts.test({ cloudId: 'demo', address });
    expect(verdict.failure).toBeNull();
    expect(verdict.steps.map((step) => step.outcome)).not.toContain('failed');
  });
});

describe('hosts', () => {
  it('survive a restart, like the preferences', async () => {
    await using console = await testServices();
    const { id: cloudId } = await console.client.clouds.add({ name: 'One', source: none });
    const host = await console.client.hosts.add({ cloudId, address: '127.0.0.1:9', limitBytes: 5, note: 'n' });
    await console.client.preferences.update({ refreshPaused: true, refreshSeconds: 77 });
    await console.client.preferences.update({ theme: 'dark' });
    await console.restart();
    expect(await console.state()).toMatchObject({
      preferences: { theme: 'dark', refreshPaused: true, refreshSeconds: 77 },
      hosts: [{ ...host, state: 'waiting', nextPollAt: null }],
    });
  });

  it('are rejected twice with the same address in one cloud, also at the same time', async () => {
    await using console = await testServices();
    const { client } = console;
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
    const other = await client.hosts.add({ cloudId: one.id, address: '127.0.0.1:2' });
    await expect(client.hosts.update({ id: other.id, address: '127.0.0.1:1' })).rejects.toMatchObject({
      code: 'invalidInput',
    });
    await client.hosts.update({ id: other.id, address: '127.0.0.1:2', note: 'same' });
    const atOnce = [1, 2, 3].map(() => client.hosts.add({ cloudId: one.id, address: '127.0.0.1:3' }));
    const outcomes = await Promise.allSettled(atOnce);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('are pasted: first previewed, then added', async () => {
    await using console = await testServices();
    const { client } = console;
    const { id: cloudId } = await client.clouds.add({ name: 'One', source: none });
    const text = '127.0.0.1:1 one\n127.0.0.1:2 two 5GiB\n127.0.0.1:1\nftp://x';
    const look = await client.hosts.paste({ cloudId, text, add: false });
    expect(look.lines.map((line) => line.outcome)).toEqual(['willAdd', 'willAdd', 'duplicate', 'invalid']);
    expect((await console.state()).hosts).toEqual([]);
    const done = await client.hosts.paste({ cloudId, text, add: true });
    expect(done.lines.map((line) => line.outcome)).toEqual(['added', 'added', 'duplicate', 'invalid']);
    expect((await console.state()).hosts.map((host) => [host.name, host.limitBytes])).toEqual([
      ['one', null],
      ['two', 5 * 1024 ** 3],
    ]);
    const again = await client.hosts.paste({ cloudId, text, add: true });
    expect(again.lines.map((line) => line.outcome)).toEqual(['duplicate', 'duplicate', 'duplicate', 'invalid']);
  });

  it('report an invalid address at its field', async () => {
    await using console = await testServices();
    const error: unknown = await console.client.hosts
      .add({ cloudId: 'x', address: 'a b' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ORPCError);
    expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { issues: [{ path: ['address'] }] } });
  });

  it('that are down are reported as such, and refreshing them ends', async () => {
    await using console = await testServices();
    const { id: cloudId } = await console.client.clouds.add({ name: 'One', source: none });
    const { id } = await console.client.hosts.add({ cloudId, address: '127.0.0.1:1' });
    await console.client.hosts.refresh({ ids: [id] });
    expect((await console.state()).hosts).toMatchObject([{ id, state: 'failed', failure: { code: 'unreachable' } }]);
    await console.client.hosts.remove({ ids: [id] });
    expect((await console.state()).hosts).toEqual([]);
  });
});

it('about returns the version and where secrets are kept', async () => {
  await using console = await testServices();
  expect(await console.client.about({})).toMatchObject({ version: '0.0.0', secrets: 'memory', notices: [] });
});

it('finds no clouds.yaml if none exists', async () => {
  await using console = await testServices();
  expect(await console.client.clouds.find({})).toMatchObject({ clouds: [], failure: null });
});

it('a second console is refused on the same data directory', async () => {
  await using console = await testServices();
  await expect(testServices({ dataDirectory: console.directory })).rejects.toThrow('in use by another console');
});
