import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DemoCloud, startDemoCloud } from './simulated-cloud.ts';

let cloud: DemoCloud;
let now = 1_795_000_000_000;
beforeAll(async () => {
  const hosts = [{ name: 'host', release: '33', fill: 'ordinary' } as const];
  cloud = await startDemoCloud({ hosts, images: 0, traffic: false, now: () => now });
});
afterAll(() => cloud.close());
beforeEach(() => {
  now = 1_795_000_000_000;
});

type Catalog = { type: string; endpoints: { url: string; interface: string }[] }[];
type Body = {
  token?: { roles?: unknown; catalog?: Catalog; expires_at?: string; methods?: string[] };
  error?: { code: number; message: string; title: string };
};

async function logIn(auth: unknown, query = '') {
  const answer = await fetch(`${cloud.authUrl}/auth/tokens${query}`, {
    method: 'POST',
    body: JSON.stringify({ auth }),
  });
  const { token, error } = (await answer.json()) as Body;
  return { status: answer.status, id: answer.headers.get('X-Subject-Token') ?? '', token, error };
}

const user = (change = {}) => ({ name: 'demo', password: 'demo', domain: { name: 'Default' }, ...change });
const password = (change = {}, scope: unknown = { project: { name: 'operations', domain: { id: 'default' } } }) => ({
  identity: { methods: ['password'], password: { user: user(change) } },
  ...(scope === undefined ? {} : { scope }),
});

describe('password', () => {
  test('of the admin, with a scope: roles, project, catalog', async () => {
    const { status, token } = await logIn(password());
    expect(status).toBe(201);
    expect(token).toMatchObject({
      methods: ['password'],
      user: { name: 'demo' },
      project: { name: 'operations' },
      expires_at: '2026-11-18T12:06:40.000000Z',
    });
    expect(token?.roles).toEqual(['reader', 'member', 'admin'].map((name) => expect.objectContaining({ name })));
    expect(
      token?.catalog?.find((service) => service.type === 'image')?.endpoints.map((each) => [each.interface, each.url]),
    ).toEqual(['public', 'internal', 'admin'].map((face) => [face, cloud.hosts[0]?.address]));
  });

  test('without a catalog, and without a scope', async () => {
    expect((await logIn(password(), '?nocatalog')).token).not.toHaveProperty('catalog');
    const { status, token } = await logIn({ identity: { methods: ['password'], password: { user: user() } } });
    expect(status).toBe(201);
    for (const key of ['project', 'roles', 'catalog']) expect(token).not.toHaveProperty(key);
  });

  test.each([
    ['a wrong password', password({ password: 'x' })],
    ['an unknown user', password({ name: 'nobody' })],
    ['an unknown project', password({}, { project: { name: 'x', domain: { id: 'default' } } })],
    ['a project without a role', password({}, { project: { name: 'research', domain: { id: 'default' } } })],
    ['another domain', password({ domain: { name: 'Other' } })],
    ['a domain to scope to', password({}, { domain: { id: 'default' } })],
    ['the system, as a member', password({ name: 'demo-member' }, { system: { all: true } })],
  ])('%s is 401, always with the same message', async (_, auth) => {
    expect(await logIn(auth)).toMatchObject({
      status: 401,
      error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' },
    });
  });

  test('a name without a domain is 400, and so is a malformed request', async () => {
    expect((await logIn(password({ domain: undefined }))).status).toBe(400);
    expect((await logIn({})).status).toBe(400);
    expect((await logIn(password({}, { project: { name: 'operations' } }))).status).toBe(400);
  });
});

describe('application credential', () => {
  const by = (application_credential: unknown, scope?: unknown) =>
    logIn({ identity: { methods: ['application_credential'], application_credential }, ...(scope ? { scope } : {}) });

  test('by id, and by name and user', async () => {
    const { id, name, secret } = cloud.login.credential;
    const expected = {
      methods: ['application_credential'],
      project: { name: 'operations' },
      application_credential: { id, name, restricted: true },
    };
    expect((await by({ id, secret })).token).toMatchObject(expected);
    const owner = { name: 'demo', domain: { name: 'Default' } };
    expect((await by({ name, secret, user: owner })).token).toMatchObject(expected);
  });

  test('a wrong secret is 401, an unknown id 404, a scope 401', async () => {
    const { id, secret } = cloud.login.credential;
    expect((await by({ id, secret: 'x' })).status).toBe(401);
    expect((await by({ id: 'x', secret })).error?.message).toBe('Could not find Application Credential: x.');
    expect((await by({ id, secret }, { project: { id: 'x' } })).error?.message).toMatch(/cannot request a scope/);
  });
});

describe('token', () => {
  const by = (id: string) => logIn({ identity: { methods: ['token'], token: { id } } });

  test('returns another token, which does not last longer', async () => {
    const first = await logIn(password());
    now += 600_000;
    const second = await by(first.id);
    expect(second.status).toBe(201);
    expect(second.id).not.toBe(first.id);
    expect(second.token).toMatchObject({ methods: ['token', 'password'], expires_at: first.token?.expires_at });
  });

  test('expired, revoked and made-up tokens are not found', async () => {
    const { id } = await logIn(password());
    const revoke = await fetch(`${cloud.authUrl}/auth/tokens`, {
      method: 'DELETE',
      headers: { 'X-Auth-Token': (await logIn(password())).id, 'X-Subject-Token': id },
    });
    expect(revoke.status).toBe(204);
    expect((await by(id)).status).toBe(404);
    const other = await logIn(password());
    now += 3_600_000;
    expect((await by(other.id)).status).toBe(404);
    expect((await by('gAAAAA')).status).toBe(404);
  });

  test('can be validated, with the catalog', async () => {
    const { id } = await logIn(password());
    const headers = { 'X-Auth-Token': id, 'X-Subject-Token': id };
    const answer = await fetch(`${cloud.authUrl}/auth/tokens`, { headers });
    expect(await answer.json()).toMatchObject({ token: { user: { name: 'demo' } } });
    expect((await fetch(`${cloud.authUrl}/auth/catalog`, { headers })).status).toBe(200);
    expect((await fetch(`${cloud.authUrl}/auth/catalog`)).status).toBe(401);
  });
});

test('the catalog can name another image service, or none', async () => {
  cloud.control.keystone.setImageUrl('https://images.example.net/image');
  expect(JSON.stringify((await logIn(password())).token)).toContain('https://images.example.net/image');
  cloud.control.keystone.setImageUrl(null);
  expect(JSON.stringify((await logIn(password())).token)).not.toContain('glance');
});

test('rejects other paths and methods', async () => {
  expect((await fetch(`${cloud.authUrl}/users`)).status).toBe(404);
  expect((await fetch(`${cloud.authUrl}/auth/tokens`, { method: 'PUT' })).status).toBe(405);
});
