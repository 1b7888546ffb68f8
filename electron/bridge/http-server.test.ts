import { rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sessionKeyHeader } from '../contract/transport.ts';
import { HttpServer } from './http-server.ts';
import { enter, loggedIn, somePages } from './testing/page-stand-ins.ts';
import { type StubServices, stubServices } from './testing/stub-services.ts';

type Answer = { status: number; headers: IncomingMessage['headers']; text: string };

/** A request as any program can send it: with whatever headers, `Host` and `Origin` too. */
function send(
  server: HttpServer,
  options: { path?: string; method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer },
): Promise<Answer> {
  const { path = '/', method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(server.origin, { path, method, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

describe('the HTTP server', () => {
  let pages: string;
  let stub: StubServices;
  let server: HttpServer;

  /** The status of a call with these proofs. */
  async function callStatus({ cookie, key }: { cookie?: string; key?: string | string[] }): Promise<number> {
    const headers = {
      origin: server.origin,
      'content-type': 'application/json',
      'x-csrf-token': 'orpc',
      ...(cookie === undefined ? {} : { cookie }),
      ...(key === undefined ? {} : { [sessionKeyHeader]: key }),
    };
    const body = '{"json":{"id":"glance-01"}}';
    return (await send(server, { method: 'POST', path: '/rpc/hosts/images', headers, body })).status;
  }

  beforeAll(async () => {
    pages = await somePages();
  });
  beforeEach(async () => {
    stub = stubServices();
    server = await HttpServer.open({ service: stub.service, pages, port: 0, maxBytes: 10_000 });
    return () => server.close();
  });
  afterAll(() => rm(pages, { recursive: true }));

  describe('logging in', () => {
    const pathOf = (url: string) => new URL(url).pathname + new URL(url).search;

    test('the token is exchanged for a cookie, and for a key that only a page of this origin can read', async () => {
      const { status, headers, text } = await send(server, { path: pathOf(server.createLoginUrl()) });
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('no-store');
      const setCookie = headers['set-cookie']?.[0] ?? '';
      expect(setCookie).toMatch(/^glance-cache-console-\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
      const { cookie, key } = loggedIn(server.origin, setCookie, text);
      expect(key).toMatch(/^[\w-]{32}$/);
      expect(JSON.stringify(headers)).not.toContain(key);
      expect(cookie).not.toContain(key);
      const nonce = /<script nonce="([^"]+)">localStorage/.exec(text)?.[1];
      expect(headers['content-security-policy']).toContain(`script-src 'nonce-${nonce}'; base-uri 'none'`);
    });

    test('the token works once; the cookie keeps working', async () => {
      const path = pathOf(server.createLoginUrl());
      const first = await send(server, { path });
      const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      const again = await send(server, { path });
      expect(again.status).toBe(401);
      expect(again.headers['set-cookie']).toBeUndefined();
      expect(again.text).toContain('Sign in');
      expect(again.text).toContain('press Enter in the terminal');
      expect(again.text).toContain('glance-cache-console login-url');
      expect((await send(server, { headers: { cookie } })).status).toBe(200);
      expect((await send(server, { headers: { cookie } })).status).toBe(200);
      const back = await send(server, { path, headers: { cookie } });
      expect(back.status).toBe(303);
    });

    test('a browser that lost its session logs in with another address, and other browsers keep their sessions', async () => {
      const [one, two] = [await enter(server), await enter(server)];
      expect(two.cookie).not.toBe(one.cookie);
      expect(await callStatus(one)).toBe(200);
      expect(await callStatus(two)).toBe(200);
    });

    test('a browser that logs in again has one session: its former cookie and key are rejected', async () => {
      const { cookie, key } = await enter(server);
      const { headers } = await send(server, { path: pathOf(server.createLoginUrl()), headers: { cookie } });
      expect(headers['set-cookie']).toHaveLength(1);
      expect((await send(server, { headers: { cookie } })).status).toBe(401);
      expect(await callStatus({ cookie, key })).toBe(401);
    });

    test('the seventeenth browser ends the session of the first', async () => {
      const first = await enter(server);
      const second = await enter(server);
      for (let browser = 3; browser <= 17; browser += 1) await enter(server);
      expect(await callStatus(first)).toBe(401);
      expect(await callStatus(second)).toBe(200);
    });

    test('a HEAD request does not use up the token', async () => {
      const path = pathOf(server.createLoginUrl());
      expect((await send(server, { method: 'HEAD', path })).status).toBe(401);
      expect((await send(server, { path })).status).toBe(200);
    });

    test('an address that a page of another origin opens also logs in', async () => {
      const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      const answer = await send(server, { path: pathOf(server.createLoginUrl()), headers });
      expect(answer.status).toBe(200);
      expect(answer.headers['set-cookie']).toHaveLength(1);
    });

    test.each(['', 'glance-cache-console=x', 'other=1; glance-cache-console-1=guess'])(
      'there is no session in %j',
      async (cookie) => {
        await enter(server);
        expect((await send(server, { headers: { cookie } })).status).toBe(401);
        expect((await send(server, { path: '/assets/x.js', headers: { cookie } })).status).toBe(401);
      },
    );

    test('the token of another start is rejected', async () => {
      const other = await HttpServer.open({ service: stub.service, pages, port: 0 });
      try {
        expect((await send(server, { path: pathOf(other.createLoginUrl()) })).status).toBe(401);
      } finally {
        await other.close();
      }
    });
  });

  describe('a call', () => {
    const json = '{"json":{"id":"glance-01"}}';
    async function call(change: {
      method?: string;
      headers?: OutgoingHttpHeaders;
      body?: string | Buffer;
      path?: string;
    }) {
      const { cookie, key, origin } = await enter(server);
      const { method = 'POST', headers = {}, body = json, path = '/rpc/hosts/images' } = change;
      const usual = {
        cookie,
        [sessionKeyHeader]: key,
        origin,
        'content-type': 'application/json',
        'x-csrf-token': 'orpc',
      };
      const all = Object.fromEntries(
        Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== undefined),
      );
      return send(server, { method, path, headers: all, ...(method === 'GET' ? {} : { body }) });
    }

    test('is answered, and no other origin can read the answer', async () => {
      const { status, headers } = await call({});
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(stub.happened).toEqual(['images glance-01']);
    });

    test('may come through a forwarded port', async () => {
      const headers = { host: 'localhost:8080', origin: 'http://localhost:8080' };
      expect((await call({ headers })).status).toBe(200);
    });

    const form = 'multipart/form-data; boundary=x';
    test.each<[string, Parameters<typeof call>[0], number]>([
      ['without a session', { headers: { cookie: undefined } }, 401],
      [
        'with the cookie alone, as another port of this host learns it',
        { headers: { [sessionKeyHeader]: undefined } },
        401,
      ],
      ['with a key that is empty', { headers: { [sessionKeyHeader]: '' } }, 401],
      ['with a guessed key', { headers: { [sessionKeyHeader]: 'A'.repeat(32) } }, 401],
      ['from a foreign Host', { headers: { host: 'console.example.org' } }, 403],
      ['from a Host that begins like ours', { headers: { host: '127.0.0.1.example.org' } }, 403],
      ['from a foreign Origin', { headers: { origin: 'https://example.org' } }, 403],
      ['from another port of this machine', { headers: { origin: 'http://127.0.0.1:1' } }, 403],
      ['from Origin null', { headers: { origin: 'null' } }, 403],
      ['without an Origin', { headers: { origin: undefined } }, 403],
      ['from a page of another site', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' } }, 403],
      ['from a page of another port', { headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' } }, 403],
      ['without the header that no form can send', { headers: { 'x-csrf-token': undefined } }, 403],
      ['as a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'json=1' }, 415],
      ['as plain text', { headers: { 'content-type': 'text/plain' } }, 415],
      ['without a content type', { headers: { 'content-type': undefined } }, 415],
      [
        'as a multipart form',
        {
          headers: { 'content-type': form },
          body: `--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n${json}\r\n--x--\r\n`,
        },
        415,
      ],
      ['as a GET', { method: 'GET', path: `/rpc/hosts/images?data=${encodeURIComponent(json)}` }, 405],
      ['as a preflight', { method: 'OPTIONS' }, 405],
      ['that is no JSON', { body: '{' }, 400],
      ['that says that it is too large', { body: Buffer.alloc(10_001, ' ') }, 413],
      [
        'that turns out too large',
        { body: Buffer.alloc(20_000, ' '), headers: { 'transfer-encoding': 'chunked' } },
        413,
      ],
      ['of nothing that there is', { path: '/rpc/hosts/nothing' }, 404],
      ['of an object’s own property', { path: '/rpc/constructor' }, 404],
      ['of no procedure at all', { path: '/rpc' }, 404],
    ])('is rejected: %s', async (_, change, status) => {
      expect((await call(change)).status).toBe(status);
      expect(stub.happened).toEqual([]);
    });
  });

  test('pages are refused for a foreign Host or Origin, and only GET is answered', async () => {
    const { cookie } = await enter(server);
    expect((await send(server, { headers: { cookie, host: 'example.org' } })).status).toBe(403);
    expect((await send(server, { headers: { cookie, origin: 'https://example.org' } })).status).toBe(403);
    expect((await send(server, { headers: { cookie }, method: 'POST' })).status).toBe(405);
    expect(
      (await send(server, { headers: { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } })).status,
    ).toBe(403);
  });

  test('the page has a policy without inline scripts, and a new nonce each time', async () => {
    const { cookie } = await enter(server);
    const [one, two] = [await send(server, { headers: { cookie } }), await send(server, { headers: { cookie } })];
    const policy = String(one.headers['content-security-policy']);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    expect(policy).not.toMatch(/unsafe-(eval|inline)/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(one.text).toContain(`nonce="${nonce}"`);
    expect(two.text).not.toContain(nonce);
  });

  test('the key of one session is rejected with the cookie of another', async () => {
    const [one, two] = [await enter(server), await enter(server)];
    expect(await callStatus({ cookie: one.cookie, key: two.key })).toBe(401);
    expect(await callStatus({ cookie: one.cookie, key: [two.key, one.key] })).toBe(401);
    expect(await callStatus({ cookie: `${two.cookie}x; ${one.cookie}`, key: one.key })).toBe(200);
    expect(stub.happened).toEqual(['images glance-01']);
  });

  test('requests without a session cannot flood the log, neither by number nor by size', async () => {
    const path = `/${'x'.repeat(12_000)}`;
    for (let request = 0; request < 200; request += 1) {
      const headers = request % 2 === 0 ? { cookie: 'y'.repeat(2_000) } : { host: `${'z'.repeat(2_000)}.example` };
      await send(server, { path: request % 3 === 0 ? `/rpc${path}` : path, headers });
    }
    expect(stub.logged).toHaveLength(10);
    expect(JSON.stringify(stub.logged).length).toBeLessThan(5_000);
    await server.close();
    expect(stub.logged.at(-1)?.msg).toBe('190 more requests like these were refused');
  });

  test('the token, the cookie and the key never appear in the log', async () => {
    const url = server.createLoginUrl();
    const token = new URL(url).searchParams.get('token') ?? '';
    const answer = await send(server, { path: `/?token=${token}` });
    const { cookie, key } = loggedIn(server.origin, answer.headers['set-cookie']?.[0] ?? '', answer.text);
    await send(server, { path: `/?token=${token}` });
    await send(server, { headers: { cookie, [sessionKeyHeader]: key, host: 'example.org' } });
    const text = JSON.stringify(stub.logged);
    expect(stub.logged).toHaveLength(2);
    for (const secret of [token, cookie.split('=')[1], key]) expect(text).not.toContain(secret);
  });
});
