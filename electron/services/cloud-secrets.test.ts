import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConsoleEvent } from '../contract/contract.ts';
import { memorySecrets } from '../store/secret-keeper.ts';
import { testServices, until } from './testing/test-services.ts';

const login = { kind: 'password', username: 'admin', projectName: 'admin' } as const;
const typed = (authUrl: string) => ({ kind: 'typed', login: { ...login, authUrl }, connection: {} }) as const;

describe('a typed cloud', () => {
  it('keeps its secret outside the settings, and never shows it', async () => {
    await using console = await testServices();
    const { client, settingsText } = console;
    const cloud = await client.clouds.add({
      name: 'Lab',
      source: typed('http://127.0.0.1:9/v3'),
      secret: 'open sesame',
    });
    expect(cloud).toMatchObject({ name: 'Lab', secret: 'memory', identity: null });
    expect(JSON.stringify(cloud)).not.toContain('sesame');
    expect(await settingsText()).not.toContain('sesame');
    expect(await console.logText()).not.toContain('sesame');
  });

  it('is rejected with a login in its auth URL; one that was saved with it works, and never shows it', async () => {
    await using console = await testServices();
    const { client } = console;
    const bad = typed('http://root:hushhush@127.0.0.1:9/v3');
    const refused = { code: 'invalidInput', message: 'The auth URL contains a login.' };
    await expect(client.clouds.add({ name: 'Lab', source: bad, secret: 'x' })).rejects.toMatchObject(refused);
    const { id } = await client.clouds.add({ name: 'Lab', source: typed('http://127.0.0.1:9/v3'), secret: 'x' });
    await expect(client.clouds.update({ id, source: bad })).rejects.toMatchObject(refused);
    const saved = await console.settingsText();
    expect(saved).not.toContain('hushhush');
    await writeFile(join(console.directory, 'settings.json'), saved.replace('http://127', 'http://root:hushhush@127'));
    await console.restart();
    await expect(console.client.clouds.test({ id })).rejects.not.toMatchObject({
      message: expect.stringContaining('hushhush'),
    });
    const { clouds } = await console.state();
    expect(clouds).toMatchObject([{ id, source: { login: { authUrl: 'http://127.0.0.1:9/v3' } } }]);
    expect(JSON.stringify(clouds) + (await console.logText())).not.toContain('hushhush');
  });

  it('is asked for its secret again after a restart that lost it', async () => {
    await using console = await testServices();
    const { id } = await console.client.clouds.add({
      name: 'Lab',
      source: typed('http://127.0.0.1:9/v3'),
      secret: 'x',
    });
    await console.client.hosts.add({ cloudId: id, address: '127.0.0.1:9' });
    await console.restart({ secrets: memorySecrets() });
    const [cloud] = (await console.state()).clouds;
    expect(cloud).toMatchObject({ id, secret: 'missing' });
    await expect(console.client.clouds.test({ id })).rejects.toMatchObject({
      code: 'unauthenticated',
      data: {
        message: expect.stringContaining('password of the cloud Lab is missing'),
        remedy: expect.stringContaining('unlock'),
      },
    });
  });

  it('loses its secret when it moves to another server, not when it is renamed', async () => {
    await using console = await testServices();
    const { client } = console;
    const { id } = await client.clouds.add({ name: 'Lab', source: typed('http://127.0.0.1:9/v3'), secret: 'x' });
    expect(await client.clouds.update({ id, name: 'Renamed' })).toMatchObject({ secret: 'memory', name: 'Renamed' });
    expect(await client.clouds.update({ id, source: typed('http://127.0.0.1:9/identity/v3') })).toMatchObject({
      secret: 'memory',
    });
    expect(await client.clouds.update({ id, source: typed('http://elsewhere.invalid/v3') })).toMatchObject({
      secret: 'missing',
    });
    expect(await client.clouds.update({ id, secret: 'new' })).toMatchObject({ secret: 'memory' });
  });

  it('is removed with its hosts', async () => {
    await using console = await testServices();
    const { client } = console;
    const { id } = await client.clouds.add({ name: 'Lab', source: typed('http://127.0.0.1:9/v3') });
    const host = await client.hosts.add({ cloudId: id, address: '127.0.0.1:9' });
    await client.clouds.remove({ id });
    expect(await console.state()).toMatchObject({ clouds: [], hosts: [] });
    await expect(client.hosts.images({ id: host.id })).rejects.toMatchObject({ code: 'notFound' });
    await expect(client.clouds.update({ id, name: 'x' })).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('unlocking', () => {
  it('accepts the right password and rejects the wrong one', async () => {
    await using console = await testServices({ demo: { hosts: 1, images: 5, seed: 1 } });
    const { client } = console;
    const { authUrl, login: logins } = await console.demo();
    const { password, ...admin } = logins.admin;
    const source = { kind: 'typed', login: { kind: 'password', authUrl, ...admin }, connection: {} } as const;
    const { id, secret } = await client.clouds.add({ name: 'Typed', source });
    expect(secret).toBe('missing');
    const stream = await client.events({});
    await stream.next();
    const shows = (place: string) => (event: ConsoleEvent) =>
      event.type === 'clouds' && event.clouds.some((cloud) => cloud.id === id && cloud.secret === place);
    const reported = until(stream, shows('memory')).then(() => until(stream, shows('missing')));
    await expect(client.clouds.unlock({ id, secret: `not ${password}` })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await reported;
    await stream.return?.();
    expect((await console.state()).clouds.find((cloud) => cloud.id === id)?.secret).toBe('missing');
    expect(await client.clouds.unlock({ id, secret: password })).toMatchObject({
      secret: 'memory',
      failure: null,
      identity: { user: expect.stringContaining(admin.username) },
    });
    await expect(client.clouds.unlock({ id: 'demo', secret: 'x' })).rejects.toMatchObject({ code: 'invalidInput' });
  });
});

describe('a cloud of clouds.yaml without a secret', () => {
  it('asks for it, and does not send it to another Keystone when the file changes', async () => {
    await using console = await testServices({ demo: { hosts: 1, images: 5, seed: 1 } });
    const { client, directory } = console;
    const { authUrl, login: logins } = await console.demo();
    const { password, username, projectName } = logins.admin;
    const write = (auth: object) =>
      writeFile(join(directory, 'clouds.yaml'), JSON.stringify({ clouds: { bare: { auth } } }));
    const auth = { auth_url: authUrl, username, project_name: projectName };
    await write(auth);
    const { id } = await client.clouds.add({ name: 'Bare', source: { kind: 'cloudsYaml', cloudName: 'bare' } });
    const place = async () => (await console.state()).clouds.find((cloud) => cloud.id === id)?.secret;
    await expect(client.clouds.test({ id })).rejects.toMatchObject({
      code: 'unauthenticated',
      data: { remedy: expect.stringContaining('unlock') },
    });
    expect(await place()).toBe('missing');
    await expect(client.clouds.unlock({ id, secret: 'wrong' })).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await place()).toBe('missing');
    expect(await client.clouds.unlock({ id, secret: password })).toMatchObject({ secret: 'memory', failure: null });
    expect(await place()).toBe('memory');
    await write({ ...auth, auth_url: 'http://127.0.0.1:9/v3' });
    await expect(client.clouds.test({ id })).rejects.toMatchObject({
      code: 'unauthenticated',
      data: { message: expect.stringContaining('is missing') },
    });
    expect(await place()).toBe('missing');
    await write({ ...auth, password });
    expect((await client.clouds.test({ id })).user).toContain(username);
    expect(await place()).toBe('reference');
    await expect(client.clouds.unlock({ id, secret: 'x' })).rejects.toMatchObject({ code: 'invalidInput' });
  });
});
