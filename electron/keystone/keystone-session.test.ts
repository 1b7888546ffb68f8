import { afterEach, describe, expect, it } from 'vitest';
import type { Connection, Login } from '../contract/clouds.ts';
import { failureOf } from '../http/testing/failing.ts';
import { type Received, type Reply, startServer } from '../http/testing/local-server.ts';
import { recordedReply } from '../http/testing/recorded.ts';
import type { ResolvedCloud } from './cloud-login.ts';
import { Session } from './keystone-session.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const connection: Connection = { interface: 'public', verify: true };
const minute = 60_000;

/** A Keystone that hands out token-1, token-2 and so on, each good for an hour, unless the test sets another answer. */
async function keystone(answer?: (request: Received, logins: number) => Reply | undefined) {
  let logins = 0;
  const state = { now: Date.parse('2026-11-22T21:22:46Z') };
  const server = await startServer((request) => {
    if (request.method === 'POST') logins += 1;
    const other = answer?.(request, logins);
    if (other) return other;
    const { status, body } = recordedReply(import.meta.url, 'keystone-password-201');
    const expires = new Date(state.now + 60 * minute).toISOString();
    const text = String(body).replace(/"expires_at":"[^"]*"/, `"expires_at":"${expires}"`);
    const date = new Date(state.now).toUTCString();
    return { status, headers: { 'X-Subject-Token': `token-${logins}`, date }, body: text };
  });
  ends.push(() => server.close());
  const login: Login = { kind: 'password', authUrl: `${server.url}/v3`, username: 'admin', projectName: 'admin' };
  return { ...server, state, login };
}

function session(cloud: Partial<ResolvedCloud> & { login: Login }, now?: () => number, changed?: () => void): Session {
  const made = new Session({
    resolve: async () => {
      changed?.();
      return { secret: 'hunter2', connection, ...cloud };
    },
    ...(now ? { now } : {}),
  });
  ends.push(() => made.close());
  return made;
}

describe('a login', () => {
  it('requests a token with its catalog from /v3/auth/tokens, once for all concurrent callers', async () => {
    const server = await keystone();
    const one = session(server, () => server.state.now);
    const tokens = await Promise.all([one.token(), one.token(), one.token()]);
    expect(tokens).toEqual(['token-1', 'token-1', 'token-1']);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ method: 'POST', path: '/v3/auth/tokens' });
    expect(await one.identity()).toMatchObject({ user: 'admin', roles: ['reader', 'member', 'admin'] });
  });

  it.each(['', '/', '/v3', '/v3/', '/v2.0'])('accepts an auth URL that ends in "%s"', async (ending) => {
    const server = await keystone();
    await session({ login: { ...server.login, authUrl: `${server.url}${ending}` } as Login }).token();
    expect(server.received[0]?.path).toBe('/v3/auth/tokens');
  });

  it('finds v3 under its own path by the version list, and stays with the same server', async () => {
    const server = await keystone(({ method, path }) => {
      if (method === 'GET') return recordedReply(import.meta.url, 'keystone-root-300');
      return path === '/v3/auth/tokens'
        ? undefined
        : { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' };
    });
    expect(await session({ login: { ...server.login, authUrl: `${server.url}/identity` } as Login }).token()).toBe(
      'token-2',
    );
    expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /identity/v3/auth/tokens',
      'GET /identity',
      'POST /v3/auth/tokens',
    ]);
  });

  it('is renewed before the token expires, and only then', async () => {
    const server = await keystone();
    const one = session(server, () => server.state.now);
    await one.token();
    server.state.now += 58 * minute;
    expect(await one.token()).toBe('token-1');
    server.state.now += 1.5 * minute;
    expect(await one.token()).toBe('token-2');
  });

  it('reads the cloud again each time, so that a changed secret is used', async () => {
    const server = await keystone();
    let resolved = 0;
    const one = session(server, undefined, () => {
      resolved += 1;
    });
    const token = (await one.token()) ?? '';
    const before = resolved;
    await one.renew(token);
    expect(resolved).toBe(before + 1);
  });

  it('renews a stale token, unless another caller already has', async () => {
    const server = await keystone();
    const one = session(server);
    const stale = (await one.token()) ?? '';
    expect(await Promise.all([one.renew(stale), one.renew(stale)])).toEqual(['token-2', 'token-2']);
    expect(await one.renew(stale)).toBe('token-2');
    expect(await one.renew('token-2')).toBe('token-3');
  });

  it('is not needed without Keystone', async () => {
    const one = session({ login: { kind: 'none' } });
    expect(await one.token()).toBeUndefined();
    expect(await one.identity()).toMatchObject({ roles: [], expiresAt: null });
    expect(await one.imageEndpoints()).toEqual([]);
    expect(await one.logIn()).toMatchObject({ roles: [] });
  });

  it('with a given token asks who owns it', async () => {
    const server = await keystone();
    const login: Login = { kind: 'token', authUrl: server.url };
    const one = session({ login, secret: 'given' });
    expect(await one.token()).toBe('given');
    expect(server.received[0]).toMatchObject({ method: 'GET', path: '/v3/auth/tokens' });
    expect(server.received[0]?.headers).toMatchObject({ 'x-auth-token': 'given', 'x-subject-token': 'given' });
    expect((await one.identity()).user).toBe('admin');
  });

  it('rejects a token that cannot be sent in a header, without showing it', async () => {
    const server = await keystone();
    const one = session({ login: { kind: 'token', authUrl: server.url }, secret: 'hunter2\n' });
    const failure = await failureOf(one.token());
    expect(failure.code).toBe('invalidInput');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(server.received).toHaveLength(0);
  });

  it('with a given token requests another one for a project', async () => {
    const server = await keystone();
    const one = session({ login: { kind: 'token', authUrl: server.url, projectId: 'p' }, secret: 'given' });
    expect(await one.token()).toBe('token-1');
  });

  it('with a given token that may not be validated uses it unchanged', async () => {
    const server = await keystone(() => ({ status: 403, body: { error: { code: 403, message: 'no' } } }));
    const one = session({ login: { kind: 'token', authUrl: server.url }, secret: 'given' });
    expect(await one.token()).toBe('given');
    expect((await one.identity()).expiresAt).toBeNull();
  });
});

describe('a rejected login', () => {
  it('names both the credentials and the role, and is not retried at once', async () => {
    const server = await keystone(() => recordedReply(import.meta.url, 'keystone-password-401'));
    const one = session(server, () => server.state.now);
    const failure = await failureOf(one.token());
    expect(failure).toMatchObject({ code: 'unauthenticated', status: 401, message: expect.stringContaining('admin') });
    expect(failure.remedy).toMatch(/password.*role/);
    await failureOf(one.token());
    expect(server.received).toHaveLength(1);
    server.state.now += 31_000;
    await failureOf(one.token());
    expect(server.received).toHaveLength(2);
    await failureOf(one.logIn());
    expect(server.received).toHaveLength(3);
  });

  it('is not retried because the network changed, but is after the clock was set back', async () => {
    const server = await keystone(() => recordedReply(import.meta.url, 'keystone-password-401'));
    const one = session(server, () => server.state.now);
    await failureOf(one.token());
    one.forgetFailure();
    await failureOf(one.token());
    expect(server.received).toHaveLength(1);
    server.state.now -= 3_600_000;
    await failureOf(one.token());
    expect(server.received).toHaveLength(2);
  });

  it('is retried at once with another secret', async () => {
    const server = await keystone(({ body }) =>
      body.includes('right') ? undefined : recordedReply(import.meta.url, 'keystone-password-401'),
    );
    let secret = 'wrong';
    const one = new Session({ resolve: async () => ({ login: server.login, secret, connection }) });
    ends.push(() => one.close());
    await failureOf(one.token());
    secret = 'right';
    expect(await one.token()).toBe('token-2');
  });

  it('with an unknown application credential says so', async () => {
    const server = await keystone(() => recordedReply(import.meta.url, 'keystone-appcred-unknown-404'));
    const login: Login = { kind: 'applicationCredential', authUrl: server.url, credentialId: 'deadbeef' };
    const failure = await failureOf(session({ login }).token());
    expect(failure).toMatchObject({
      code: 'unauthenticated',
      status: 404,
      message: expect.stringContaining('does not know application credential deadbeef'),
    });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [{ status: 400, body: { error: { message: 'Expecting to find domain in user.' } } }, 'invalidInput'],
    [{ status: 503, headers: { 'retry-after': '7' }, body: 'busy' }, 'hostError'],
    [{ status: 301, headers: { location: 'https://keystone.example/v3' } }, 'badResponse'],
    [{ status: 201, body: {} }, 'badResponse'],
    [{ status: 201, headers: { 'x-subject-token': 't' }, body: 'not json' }, 'badResponse'],
    [{ status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'badResponse'],
  ] as const)('%j is %s', async (reply, code) => {
    const server = await keystone(() => reply);
    expect((await failureOf(session(server).token())).code).toBe(code);
  });

  it('never shows the secret, even if Keystone echoes it', async () => {
    const server = await keystone(({ body }) => ({ status: 400, body: { error: { message: `what is ${body}?` } } }));
    const failure = await failureOf(session(server).token());
    expect(failure.detail).toContain('[hidden]');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  it('names the missing secret', async () => {
    const server = await keystone();
    const failure = await failureOf(session({ ...server, secret: undefined }).token());
    expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('password') });
    expect(server.received).toHaveLength(0);
  });
});

describe('a Keystone that does not answer', () => {
  it('fails all callers for a moment, without a separate wait for each', async () => {
    const server = await keystone(() => 'drop');
    const one = session(server, () => server.state.now);
    expect((await failureOf(one.token())).code).toBe('unreachable');
    await failureOf(one.token());
    // One login, sent once more since no answer came.
    expect(server.received).toHaveLength(2);
  });

  it('is asked again at once when the network changes', async () => {
    const server = await keystone((_, logins) => (logins <= 2 ? 'drop' : undefined));
    const one = session(server, () => server.state.now);
    expect((await failureOf(one.token())).code).toBe('unreachable');
    one.forgetFailure();
    expect(await one.token()).toBe('token-3');
  });

  it('that drops one connection is retried once, unnoticed', async () => {
    const server = await keystone((_, logins) => (logins === 1 ? 'drop' : undefined));
    expect(await session(server, () => server.state.now).token()).toBe('token-2');
  });

  it('is bridged by a token that is due for renewal but still valid', async () => {
    const server = await keystone((_, logins) => (logins > 1 ? { status: 503 } : undefined));
    const one = session(server, () => server.state.now);
    await one.token();
    server.state.now += 59.5 * minute;
    expect(await one.token()).toBe('token-1');
    server.state.now += minute;
    expect((await failureOf(one.token())).code).toBe('hostError');
  });

  it('does not delay a caller that cancels, nor fail the others', async () => {
    let answer = () => {};
    const asked = Promise.withResolvers<void>();
    const server = await keystone(() => (response) => {
      answer = () => response.writeHead(201, { 'x-subject-token': 'late' }).end('{"token": {"user": {"id": "u"}}}');
      asked.resolve();
    });
    const one = session(server);
    const abort = new AbortController();
    const [hasty, patient] = [failureOf(one.token(abort.signal)), one.token()];
    await asked.promise;
    abort.abort();
    expect((await hasty).code).toBe('interrupted');
    answer();
    expect(await patient).toBe('late');
  });

  it('is disconnected at once when the session closes', async () => {
    const asked = Promise.withResolvers<void>();
    const server = await keystone(() => {
      asked.resolve();
      return 'hang';
    });
    const one = session(server);
    const failing = failureOf(one.token());
    await asked.promise;
    await one.close();
    expect((await failing).code).toBe('interrupted');
    expect((await failureOf(one.token())).code).toBe('interrupted');
  });
});

describe('image endpoints', () => {
  it.each([
    [{}, ['http://127.0.0.1:19292', 'http://127.0.0.1:19294']],
    [{ regionName: 'RegionTwo' }, ['http://127.0.0.1:19294']],
    [{ regionName: 'RegionTwo', interface: 'admin' as const }, ['http://127.0.0.1:19294']],
    [{ regionName: 'Nowhere' }, []],
  ])('of %j', async (more, expected) => {
    const server = await keystone();
    expect(await session({ ...server, connection: { ...connection, ...more } }).imageEndpoints()).toEqual(expected);
  });
});

describe('an application credential', () => {
  const credential = { application_credential: { id: 'cred-1', name: 'console', restricted: true } };
  async function expiryFor(answer: (path: string) => Reply) {
    const server = await keystone((request) => {
      if (request.method === 'GET') return answer(request.path);
      const { status, body } = recordedReply(import.meta.url, 'keystone-password-201');
      const { token } = JSON.parse(String(body));
      const text = JSON.stringify({ token: { ...token, ...credential } });
      return { status, headers: { 'X-Subject-Token': 't' }, body: text };
    });
    const { authUrl } = server.login as Extract<Login, { kind: 'password' }>;
    const one = session({ login: { kind: 'applicationCredential', authUrl, credentialId: 'cred-1' } });
    await one.token();
    await expect.poll(() => server.received.filter(({ method }) => method === 'GET').length).toBe(1);
    return { one, path: server.received.find(({ method }) => method === 'GET')?.path };
  }

  it('is asked for its expiry with its own token', async () => {
    const { one, path } = await expiryFor(() => ({
      status: 200,
      body: JSON.stringify({ application_credential: { id: 'cred-1', expires_at: '2026-12-24T00:00:00.000000' } }),
    }));
    expect(path).toMatch(/^\/v3\/users\/[0-9a-f]+\/application_credentials\/cred-1$/);
    await expect.poll(() => one.credentialExpiresAt).toBe(Date.UTC(2026, 11, 24));
  });

  it('never expires if Keystone names no expiry', async () => {
    const { one } = await expiryFor(() => ({ status: 403, body: '{}' }));
    expect(one.credentialExpiresAt).toBeNull();
  });
});
