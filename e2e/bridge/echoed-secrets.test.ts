import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { maxCallSize } from '../../electron/bridge/rpc-service.ts';
import { contract } from '../../electron/contract/contract.ts';
import { type LocalServer, type Received, startServer } from '../../electron/http/testing/local-server.ts';
import { testServices } from '../../electron/services/testing/test-services.ts';
import { overHttp, overPort } from './transports.ts';

// Calls every procedure, over both transports, against servers that echo the whole request in each answer. Afterwards
// neither the page's traffic, nor the log, nor the data directory contains a secret.

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

type Shape = 'JSON' | 'HTML';

/** An answer that echoes the whole request in every encoding: in its message, as text and page, and in its headers. */
function echoOf({ method, path, headers, body }: Received, status: number, shape: Shape) {
  const sent = headers['x-auth-token'] ?? '';
  const request = `${method} ${path} ${JSON.stringify(headers)} ${body} ${sent} ${password}`;
  const quoted = encodings.map((encode) => encode(`${sent} ${password}`)).join(' | ');
  const all = `${quoted} | ${encodings.map((encode) => encode(request)).join(' | ')}`;
  return {
    status,
    headers: {
      'content-type': shape === 'HTML' ? 'text/html' : 'application/json',
      'x-openstack-request-id': `req-${headers['x-auth-token'] ?? encodeURIComponent(password)}`,
      location: `http://elsewhere/?t=${sent}&p=${encodeURIComponent(password)}`,
    },
    body:
      shape === 'HTML'
        ? `<html><body><p>${html(quoted)}</p></body></html>`
        : JSON.stringify({ message: all, error: { message: all } }),
  };
}

const servers: LocalServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
const serve = async (answer: Parameters<typeof startServer>[0]) => {
  const server = await startServer(answer);
  servers.push(server);
  return server;
};

/** 503 is left out: it is retried after a while, and its message takes the same path as that of 500. */
const statuses = [401, 401, 404, 400, 403, 302, 500, 500];

type Quotes = 'changes' | 'allButVersions' | 'all';

/** A Keystone and a host that answer with this status, and echo the requests that `quotes` names. */
async function echoingCloud(status: number, shape: Shape) {
  const state = { quotes: 'changes' as Quotes, keystoneRefuses: false };
  const user = { user: { name: 'admin' }, project: { name: 'admin' }, roles: [{ name: 'admin' }], catalog: [] };
  const keystone = await serve((request) =>
    state.keystoneRefuses
      ? echoOf(request, status, shape)
      : { status: 201, headers: { 'x-subject-token': token }, body: { token: user } },
  );
  const host = await serve((request) => {
    if (request.path === '/' && state.quotes !== 'all')
      return { status: 300, body: { versions: [{ id: 'v2.18' }, { id: 'v2.14' }] } };
    if (request.method !== 'GET' || state.quotes !== 'changes') return echoOf(request, status, shape);
    const sent = String(request.headers['x-auth-token'] ?? '');
    const record = (id: string) => ({ image_id: id, hits: 1, last_accessed: 1, last_modified: 1, size: 5 });
    // A successful answer may echo the token as well.
    if (request.path === '/v2/cache')
      return { status: 200, body: { cached_images: [record(imageId), record(sent)], queued_images: [`q-${sent}`] } };
    if (request.path.startsWith('/v2/images'))
      return { status: 200, body: { images: [{ id: imageId, name: `name ${sent}`, status: 'active', p: sent }] } };
    return echoOf(request, status, shape);
  });
  return { state, keystone, host };
}

type Known = {
  inputs: Record<string, unknown>;
  state: { quotes: Quotes; keystoneRefuses: boolean };
  hostId: string;
  status: number;
  host: LocalServer;
};
type Caller = { client: object; received: string[] };

/** Calls every procedure of the contract with inputs made of known ids and values; a procedure may reject its input. */
async function callAll({ client, received }: Caller, inputs: Record<string, unknown>): Promise<string[]> {
  const called: string[] = [];
  const left = new Set(['events', 'clouds.openDemo', 'clouds.remove', 'hosts.remove']);
  const call = async (key: string) => {
    let procedure: unknown = client;
    for (const step of key.split('.')) procedure = (procedure as Record<string, unknown>)[step];
    try {
      const result = await (procedure as (input: unknown) => Promise<unknown>)(inputs[key] ?? inputs['*']);
      if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
        for await (const one of result as AsyncIterable<unknown>) received.push(JSON.stringify(one));
      } else received.push(JSON.stringify(result ?? null));
    } catch (error) {
      const { message, data, code } = error as { message: string; data: unknown; code: unknown };
      received.push(JSON.stringify({ message, data, code }));
    }
  };
  const walk = (part: object, path: string[]): string[] =>
    Object.entries(part).flatMap(([name, value]) =>
      '~orpc' in value ? [[...path, name].join('.')] : walk(value, [...path, name]),
    );
  for (const key of walk(contract, [])) {
    if (left.has(key)) continue;
    called.push(key);
    await call(key);
  }
  return called;
}

function expectNoSecret(place: string, text: string) {
  for (const secret of [password, token]) {
    for (const encode of [...encodings, (one: string) => json(json(one)), (one: string) => html(json(one))]) {
      // Within JSON everything is escaped once more.
      for (const one of [encode(secret), json(encode(secret))]) {
        const at = text.indexOf(one);
        expect(at < 0 ? '' : text.slice(Math.max(0, at - 200), at + 200), `${place}: ${one}`).toBe('');
      }
    }
    const core = base64(`xx${secret}`).slice(4, 16);
    expect(text.includes(core), `${place}: ${core}`).toBe(false);
  }
}

test('secrets that servers echo do not appear in the page’s traffic, the log or the data directory', async () => {
  await using console = await testServices();
  const [http, port] = await Promise.all([
    overHttp(console.service, maxCallSize),
    overPort(console.service, maxCallSize),
  ]);
  try {
    const received: string[] = [];
    const ending = new AbortController();
    const { client } = http;
    const ended = Promise.withResolvers<void>();
    void (async () => {
      for await (const event of await client.events({}, { signal: ending.signal })) {
        received.push(JSON.stringify(event));
        if (event.type === 'operation' && event.operation.endedAt !== null) ended.resolve();
      }
    })().catch(() => undefined);
    const clouds = await Promise.all(
      statuses.map(async (status, index) => ({
        status,
        // A failure is read from JSON in one way and from a page in another.
        ...(await echoingCloud(status, index % 3 === 0 ? 'HTML' : 'JSON')),
      })),
    );
    const known: Known[] = [];
    for (const [index, { keystone, host, state, status }] of clouds.entries()) {
      const login = {
        kind: 'password',
        authUrl: `${keystone.url}/v3`,
        username: 'admin',
        projectName: 'admin',
      } as const;
      const source = { kind: 'typed', login, connection: {} } as const;
      const { id } = await client.clouds.add({ name: `Cloud ${index}`, source, secret: password });
      const { id: hostId } = await client.hosts.add({ cloudId: id, address: host.url });
      const inputs = {
        '*': { id, cloudId: id, hostId },
        'hosts.images': { id: hostId },
        'hosts.disk': { id: hostId },
        'hosts.refresh': { ids: [hostId] },
        'hosts.test': { cloudId: id, address: host.url },
        'discovery.examine': { cloudId: id, addresses: [host.url], chosen: true },
        'discovery.find': { cloudId: id, source: { kind: 'nodes' } },
        'clouds.unlock': { id, secret: password },
        'operations.plan': { kind: 'delete', targets: [{ hostId, imageId }] },
      };
      known.push({ inputs, state, hostId, status, host });
    }
    await client.hosts.refresh({});
    /** The page over HTTP and the page over the port take turns, all at once. */
    const callEach = () =>
      Promise.all(
        known.map(({ inputs }, index) => callAll({ client: index % 2 ? port.client : client, received }, inputs)),
      );
    await callEach();
    const plan = await client.operations.plan({
      kind: 'delete',
      targets: known.map(({ hostId }) => ({ hostId, imageId })),
    });
    const { id } = await client.operations.start({ planId: plan.id });
    await ended.promise;
    const targets = await client.operations.targets({ id });
    received.push(JSON.stringify([plan, targets]));
    // A 404 says that the image is gone already, which is no failure with a message.
    for (const { hostId, status } of known.filter(({ status }) => status !== 404)) {
      const target = JSON.stringify(targets.targets.filter((one) => one.hostId === hostId));
      expect(target, `status ${status}`).toContain('[hidden]');
    }
    for (const { state } of known) state.quotes = 'allButVersions';
    for (const called of await callEach()) expect(called.length).toBeGreaterThan(40);
    for (const { state } of known) state.quotes = 'all';
    await client.hosts.refresh({});
    for (const { state } of known) state.keystoneRefuses = true;
    await callEach();
    received.push(JSON.stringify(await console.state()), JSON.stringify(await port.client.about({})));
    ending.abort();
    for (const { host } of known)
      expect(host.received.some(({ headers }) => headers['x-auth-token'] === token)).toBe(true);
    expectNoSecret('page', received.join('\n'));
    for (const file of await readdir(console.directory, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) expectNoSecret(file.name, await readFile(join(file.parentPath, file.name), 'latin1'));
    }
  } finally {
    await Promise.all([http.close(), port.close()]);
  }
}, 180_000);
