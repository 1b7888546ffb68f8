import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { HostSpec } from './simulated-cloud.ts';
import { type DemoCloud, startDemoCloud } from './simulated-cloud.ts';
import type { HostControl } from './simulated-control.ts';
import { pythonJson } from './simulated-server.ts';
import { send } from './testing/send.ts';

/** Recorded answers of real servers; the demo must give the same answers, byte for byte. */
const directory = path.join(import.meta.dirname, 'recorded');
const record = z.object({
  server: z.string(),
  request: z.object({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
  }),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});
type Recorded = z.infer<typeof record>;

const cachedRow = z.object({
  id: z.number().optional(),
  image_id: z.string(),
  hits: z.number(),
  last_accessed: z.number(),
  last_modified: z.number(),
  size: z.number(),
});
const lists = z.object({
  cached_images: z.array(cachedRow).default([]),
  queued_images: z.array(z.string()).default([]),
});
const imageRecord = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(['active', 'queued']),
  size: z.number().nullable(),
  checksum: z.string().nullable(),
  visibility: z.enum(['public', 'private']),
  owner: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

let cloud: DemoCloud | undefined;
afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
});

const files = readdirSync(directory).filter((file) => file.startsWith('glance-'));

describe.each(['25.1', '33.0'])('Glance %s answers as recorded:', (version) => {
  test.each(files.filter((file) => file.startsWith(`glance-${version}`)))('%s', async (file) => {
    const wanted = record.parse(JSON.parse(readFileSync(path.join(directory, file), 'utf8')));
    const driver = /(sqlite|xattr)-driver/.exec(file)?.[1] as HostSpec['driver'] | undefined;
    const spec: HostSpec = {
      name: 'host',
      release: version === '33.0' ? '33' : '25',
      fill: 'ordinary',
      limitBytes: 5_000_000,
    };
    cloud = await startDemoCloud({ hosts: [{ ...spec, ...(driver ? { driver } : {}) }], images: 0, traffic: false });
    const host = cloud.control.host('host');
    if (file.includes('cache-off')) host.node.cachingOn = false;
    prepareHost(cloud, host, file, wanted);
    const got = await ask(host.address, wanted, tokenFor(cloud, wanted));
    expect(got.status).toBe(wanted.status);
    const text = typeof wanted.body === 'string' ? wanted.body : pythonJson(wanted.body);
    const here = new URL(host.address).host;
    expect(maskHash(got.text.replaceAll(here, '127.0.0.1:10000'))).toBe(
      maskHash(text.replace(/127\.0\.0\.1:\d{5}/g, '127.0.0.1:10000')),
    );
    for (const [name, value] of Object.entries(wanted.headers)) {
      const plain = (header: string | undefined) => header?.replace(/127\.0\.0\.1:\d+/, 'keystone');
      expect(plain(got.headers.get(name)), name).toBe(plain(value));
    }
  });
});

/** Brings the host into the state in which the answer was recorded. */
function prepareHost({ control }: DemoCloud, host: HostControl, file: string, wanted: Recorded): void {
  const known = lists.safeParse(wanted.body);
  for (const row of known.success ? known.data.cached_images : []) {
    host.node.cache.put({
      imageId: row.image_id,
      size: row.size,
      hits: row.hits,
      lastAccessed: row.last_accessed,
      lastModified: row.last_modified,
    });
  }
  for (const imageId of known.success ? known.data.queued_images : []) host.enqueue(imageId);
  const images = z.union([z.object({ images: z.array(imageRecord) }), imageRecord]).safeParse(wanted.body);
  if (images.success) {
    for (const image of 'images' in images.data
      ? (images.data.images as z.infer<typeof imageRecord>[])
      : [images.data]) {
      control.addImage({
        ...z.object({ id: z.string(), name: z.string() }).parse(image),
        status: image.status,
        size: image.size,
        checksum: image.checksum,
        visibility: image.visibility,
        owner: image.owner,
        createdAt: Date.parse(image.created_at),
        updatedAt: Date.parse(image.updated_at),
      });
    }
    control.addImage({ name: 'rec-2' });
  }
  const asked = /[0-9a-f-]{36}/.exec(wanted.request.path)?.[0];
  const unknown = asked === undefined || asked.startsWith('1111') || images.success;
  if (!unknown) control.addImage({ id: asked, status: file.includes('not-active') ? 'queued' : 'active' });
  if (file.includes('nodes.json') && asked) host.cache(asked, 2_000_000);
  const pruned = /prune-with-work/.test(file) ? 3 : 0;
  const cleared = z.object({ num_deleted: z.number() }).safeParse(wanted.body);
  for (let rows = pruned + (cleared.success ? cleared.data.num_deleted : 0); rows > 0; rows -= 1) {
    host.cache(`row-${rows}`, 2_000_000);
  }
}

function tokenFor({ control }: DemoCloud, wanted: Recorded): string | undefined {
  const { 'X-Auth-Token': token } = wanted.request.headers;
  if (token === undefined) return undefined;
  return token.includes('member') ? control.memberToken() : control.adminToken();
}

/** Masks `os_hash_value`, which the demo makes up in the same length. */
function maskHash(text: string): string {
  return text.replace(/"os_hash_value": "[0-9a-f]{128}"/g, '"os_hash_value": "(128 digits)"');
}

function ask(address: string, wanted: Recorded, token: string | undefined) {
  const { method, path, headers, body } = wanted.request;
  return send(address, {
    method,
    path,
    headers: { ...headers, ...(token === undefined ? {} : { 'X-Auth-Token': token }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

describe('Keystone answers as recorded:', () => {
  const read = (name: string) =>
    record.parse(JSON.parse(readFileSync(path.join(directory, `keystone-${name}.json`), 'utf8')));

  test.each(['root-300', 'v3-200', 'password-401', 'appcred-unknown-404'])('%s', async (name) => {
    const wanted = read(name);
    cloud = await startDemoCloud({ hosts: 0, images: 0, traffic: false });
    const address = new URL(cloud.authUrl).origin;
    const got = await ask(address, wanted, undefined);
    expect(got.status).toBe(wanted.status);
    expect(got.text.replaceAll(address, 'http://keystone')).toBe(
      keystoneText(wanted).replaceAll('http://127.0.0.1:15000', 'http://keystone'),
    );
    for (const [header, value] of Object.entries(wanted.headers)) {
      expect(got.headers.get(header)?.replace(address, ''), header).toBe(value.replace('http://127.0.0.1:15000', ''));
    }
  });

  test('an application credential that requests a scope', async () => {
    const wanted = read('appcred-scope-401');
    cloud = await startDemoCloud({ hosts: 0, images: 0, traffic: false });
    const { id, secret } = cloud.login.credential;
    const identity = { methods: ['application_credential'], application_credential: { id, secret } };
    const request = { ...wanted.request, body: { auth: { identity, scope: { project: { id: 'x' } } } } };
    const got = await ask(new URL(cloud.authUrl).origin, { ...wanted, request }, undefined);
    expect(got.status).toBe(wanted.status);
    expect(got.text).toBe(keystoneText(wanted));
  });

  test.each(['password-201', 'appcred-201'])('%s: the same keys in the same order', async (name) => {
    const wanted = read(name);
    cloud = await startDemoCloud({ hosts: 1, images: 0, traffic: false });
    const { admin, credential } = cloud.login;
    const user = { name: admin.username, password: admin.password, domain: { id: 'default' } };
    const identity =
      name === 'password-201'
        ? { methods: ['password'], password: { user } }
        : { methods: ['application_credential'], application_credential: credential };
    const scope =
      name === 'password-201' ? { scope: { project: { name: admin.projectName, domain: { id: 'default' } } } } : {};
    const request = { ...wanted.request, body: { auth: { identity, ...scope } } };
    const got = await ask(new URL(cloud.authUrl).origin, { ...wanted, request }, undefined);
    expect(got.status).toBe(201);
    expect(got.headers.get('X-Subject-Token')).toMatch(/^gAAAAA/);
    expect(shapeOf(JSON.parse(got.text))).toEqual(shapeOf(wanted.body));
  });
});

/** Flask writes Keystone's errors as compact JSON with a line end; other answers are Python's own JSON. */
function keystoneText({ status, body }: Recorded): string {
  return status >= 400 ? `${JSON.stringify(body)}\n` : pythonJson(body);
}

/** The keys of a value in their order, the format of its times, and the first item of every list. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (value === null || typeof value !== 'object') {
    return typeof value === 'string'
      ? value.replace(/\d{4}-\d{2}-\d{2}T[\d:]{8}\.000000Z/, '(time)').replace(/^[^(].*/, '(text)')
      : value;
  }
  return Object.entries(value).map(([key, member]) => [key, shapeOf(member)]);
}
