import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { contract } from '../contract/contract.ts';
import { type LocalServer, type Received, startServer } from '../http/testing/local-server.ts';
import { testServices, until } from './testing/test-services.ts';

const password = 'pa"ss\\w<o>r&d é/7';
const token = 'issued-token-0123456789-abcdefghijklmnopqrstuvwxyz';
const imageId = '3d2c1b0a-0000-4000-8000-000000000001';

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const html = (text: string) =>
  text.replace(
    /[&<>"']/g,
    (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' })[one] ?? '',
  );
const base64 = (text: string) => Buffer.from(text).toString('base64');
const encodings = [(text: string) => text, json, html, encodeURIComponent, base64];

/** An answer that quotes the whole request: in its message, as text and page, and in its headers. */
function echoOf({ method, path, headers, body }: Received, status: number, encode: (text: string) => string) {
  const quoted = encode(
    `${method} ${path} ${JSON.stringify(headers)} ${body} ${headers['x-auth-token'] ?? ''} ${password}`,
  );
  const type = encode === html ? 'text/html' : 'application/json';
  return {
    status,
    headers: {
      'content-type': type,
      'x-openstack-request-id': `req-${headers['x-auth-token'] ?? encodeURIComponent(password)}`,
      location: `http://elsewhere/?t=${headers['x-auth-token'] ?? ''}&p=${encodeURIComponent(password)}`,
    },
    body:
      encode === html
        ? `<html><body><p>${quoted}</p></body></html>`
        : JSON.stringify({ message: quoted, error: { message: quoted } }),
  };
}

const servers: LocalServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
const serve = async (answer: Parameters<typeof startServer>[0]) => {
  const server = await startServer(answer);
  servers.push(server);
  return server;
};

/** Calls every procedure of the contract with inputs made of what is known; what a procedure does not accept is refused. */
async function callAll(client: object, inputs: Record<string, unknown>, received: string[]): Promise<string[]> {
  const called: string[] = [];
  const walk = async (part: object, path: string[]): Promise<void> => {
    for (const [name, value] of Object.entries(part)) {
      const here = [...path, name];
      if (!('~orpc' in value)) {
        await walk(value, here);
        continue;
      }
      const key = here.join('.');
      if (key === 'events' || key === 'clouds.openDemo' || key === 'clouds.remove' || key === 'hosts.remove') continue;
      let call: unknown = client;
      for (const step of here) call = (call as Record<string, unknown>)[step];
      called.push(key);
      try {
        const result = await (call as (input: unknown) => Promise<unknown>)(inputs[key] ?? inputs['*']);
        if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
          for await (const one of result as AsyncIterable<unknown>) received.push(JSON.stringify(one));
        } else received.push(JSON.stringify(result ?? null));
      } catch (error) {
        const { message, data, code } = error as { message: string; data: unknown; code: unknown };
        received.push(JSON.stringify({ message, data, code }));
      }
    }
  };
  await walk(contract, []);
  return called;
}

function expectNoSecret(place: string, text: string) {
  for (const secret of [password, token]) {
    for (const encode of [...encodings, (one: string) => json(json(one)), (one: string) => html(json(one))]) {
      // Within JSON everything is escaped once more.
      expect(text.includes(encode(secret)), `${place}: ${encode(secret)}`).toBe(false);
      expect(text.includes(json(encode(secret))), `${place}: ${encode(secret)}`).toBe(false);
    }
    const core = base64(`xx${secret}`).slice(4, 16);
    expect(text.includes(core), `${place}: ${core}`).toBe(false);
  }
}

describe.each(encodings.map((encode, index) => ({ encode, name: ['plain', 'JSON', 'HTML', 'URL', 'base64'][index] })))(
  'secrets that servers quote as $name',
  ({ encode }) => {
    it.each([401, 403, 404, 400, 302, 500, 503])(
      'stay out of page, log and data directory with status %i',
      async (status) => {
        await using console = await testServices();
        let refuses = false;
        const keystone = await serve((request) =>
          refuses
            ? echoOf(request, status, encode)
            : {
                status: 201,
                headers: { 'x-subject-token': token },
                body: {
                  token: {
                    user: { name: 'admin' },
                    project: { name: 'admin' },
                    roles: [{ name: 'admin' }],
                    catalog: [],
                  },
                },
              },
        );
        let quotes: 'changes' | 'allButVersions' | 'all' = 'changes';
        const cached = { image_id: imageId, hits: 1, last_accessed: 1, last_modified: 1, size: 5 };
        const host = await serve((request) =>
          request.path === '/' && quotes !== 'all'
            ? { status: 300, body: { versions: [{ id: 'v2.18' }, { id: 'v2.14' }] } }
            : request.method === 'GET' && request.path === '/v2/cache' && quotes === 'changes'
              ? { status: 200, body: { cached_images: [cached], queued_images: [] } }
              : echoOf(request, status, encode),
        );
        const { client } = console;
        const received: string[] = [];
        const login = {
          kind: 'password',
          authUrl: `${keystone.url}/v3`,
          username: 'admin',
          projectName: 'admin',
        } as const;
        const source = { kind: 'typed', login, connection: {} } as const;
        const { id } = await client.clouds.add({ name: 'Lab', source, secret: password });
        const { id: hostId } = await client.hosts.add({ cloudId: id, address: host.url });
        const inputs = {
          '*': { id, cloudId: id, hostId },
          'hosts.images': { id: hostId },
          'hosts.disk': { id: hostId },
          'hosts.refresh': {},
          'hosts.test': { cloudId: id, address: host.url },
          'discovery.examine': { cloudId: id, addresses: [host.url], chosen: true },
          'discovery.find': { cloudId: id, source: { kind: 'nodes' } },
          'clouds.unlock': { id, secret: password },
          'operations.plan': { kind: 'delete', targets: [{ hostId, imageId }] },
        };
        await client.hosts.refresh({});
        const stream = await client.events({});
        const plan = await client.operations.plan({ kind: 'delete', targets: [{ hostId, imageId }] });
        const started = await client.operations.start({ planId: plan.id });
        await until(stream, (event) => {
          received.push(JSON.stringify(event));
          return event.type === 'operation' && event.operation.id === started.id && event.operation.endedAt !== null;
        });
        await stream.return?.();
        const targets = await client.operations.targets({ id: started.id });
        // A 404 says that the image is gone already, which is no failure with a message.
        if (status !== 404) expect(JSON.stringify(targets)).toContain('[hidden]');
        received.push(JSON.stringify([plan, targets]));
        quotes = 'allButVersions';
        const called = await callAll(client, inputs, received);
        expect(called.length).toBeGreaterThan(40);
        quotes = 'all';
        await client.hosts.refresh({});
        refuses = true;
        await callAll(client, inputs, received);
        received.push(JSON.stringify(await console.state()), JSON.stringify(await client.about({})));
        expect(host.received.some(({ headers }) => headers['x-auth-token'] === token)).toBe(true);
        expectNoSecret('page', received.join('\n'));
        for (const file of await readdir(console.directory, { recursive: true, withFileTypes: true })) {
          if (file.isFile()) expectNoSecret(file.name, await readFile(join(file.parentPath, file.name), 'latin1'));
        }
      },
    );
  },
);
