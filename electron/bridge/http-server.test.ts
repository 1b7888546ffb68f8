import { rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HttpServer } from './http-server.ts';
import { enter, somePages } from './testing/page-stand-ins.ts';
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

  beforeAll(async () => {
    pages = await somePages();
  });
  beforeEach(async () => {
    stub = stubServices();
    server = await HttpServer.open({ service: stub.service, pages, port: 0, maxBytes: 10_000 });
    return () => server.close();
  });
  afterAll(() => rm(pages, { recursive: true }));

  describe('letting in', () => {
    test('the token is exchanged for a cookie and gone from the address', async () => {
      const { status, headers } = await send(server, {
        path: new URL(server.url).pathname + new URL(server.url).search,
      });
      expect(status).toBe(303);
      expect(headers.location).toBe('/');
      expect(headers['set-cookie']?.[0]).toMatch(
        /^glance-cache-console-\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/,
      );
    });

    test('the token is good once; the cookie is good on', async () => {
      const { url } = server;
      const { cookie } = await enter(server);
      const again = await send(server, { path: new URL(url).pathname + new URL(url).search });
      expect(again.status).toBe(401);
      expect(again.headers['set-cookie']).toBeUndefined();
      expect(again.text).toContain('This browser is not let in yet');
      expect((await send(server, { headers: { cookie } })).status).toBe(200);
      expect((await send(server, { headers: { cookie } })).status).toBe(200);
      const back = await send(server, { path: new URL(url).pathname + new URL(url).search, headers: { cookie } });
      expect(back.status).toBe(303);
    });

    test('asking for the head of the address does not use the token up', async () => {
      const { url } = server;
      expect((await send(server, { method: 'HEAD', path: `/${new URL(url).search}` })).status).toBe(401);
      expect((await enter(server)).cookie).not.toBe('');
    });

    test('led here from elsewhere, the page itself leads on: a redirect would lose the cookie', async () => {
      const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      const answer = await send(server, { path: `/${new URL(server.url).search}`, headers });
      expect(answer.status).toBe(200);
      expect(answer.headers['set-cookie']).toHaveLength(1);
      expect(answer.text).toContain('url=/');
    });

    test.each(['', 'glance-cache-console=x', 'other=1; glance-cache-console-1=guess'])(
      'no session in %j',
      async (cookie) => {
        await enter(server);
        expect((await send(server, { headers: { cookie } })).status).toBe(401);
        expect((await send(server, { path: '/assets/x.js', headers: { cookie } })).status).toBe(401);
      },
    );

    test('the token of another start is not good', async () => {
      expect((await send(server, { path: '/?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })).status).toBe(401);
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
      const { cookie, origin } = await enter(server);
      const { method = 'POST', headers = {}, body = json, path = '/rpc/hosts/images' } = change;
      const usual = { cookie, origin, 'content-type': 'application/json', 'x-csrf-token': 'orpc' };
      const all = Object.fromEntries(
        Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== undefined),
      );
      return send(server, { method, path, headers: all, ...(method === 'GET' ? {} : { body }) });
    }

    test('is answered, and nobody else may use the answer', async () => {
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
      ['from a foreign Host', { headers: { host: 'console.example.org' } }, 403],
      ['from a Host that begins like ours', { headers: { host: '127.0.0.1.example.org' } }, 403],
      ['from a foreign Origin', { headers: { origin: 'https://example.org' } }, 403],
      ['from another port of this machine', { headers: { origin: 'http://127.0.0.1:1' } }, 403],
      ['from Origin null', { headers: { origin: 'null' } }, 403],
      ['without an Origin', { headers: { origin: undefined } }, 403],
      ['from a page elsewhere', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' } }, 403],
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
    ])('%s is refused', async (_, change, status) => {
      expect((await call(change)).status).toBe(status);
      expect(stub.happened).toEqual([]);
    });
  });

  test('pages are refused to a foreign Host and Origin, and only GET is answered', async () => {
    const { cookie } = await enter(server);
    expect((await send(server, { headers: { cookie, host: 'example.org' } })).status).toBe(403);
    expect((await send(server, { headers: { cookie, origin: 'https://example.org' } })).status).toBe(403);
    expect((await send(server, { headers: { cookie }, method: 'POST' })).status).toBe(405);
    expect(
      (await send(server, { headers: { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } })).status,
    ).toBe(403);
  });

  test('the page carries a policy without inline scripts, and its own nonce each time', async () => {
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

  test('it listens on the loopback address only, and says where when the port is taken', async () => {
    expect(server.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const port = Number(new URL(server.origin).port);
    await expect(HttpServer.open({ service: stub.service, pages, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('the token and the cookie never get into the log', async () => {
    const token = new URL(server.url).searchParams.get('token') ?? '';
    const { cookie } = await enter(server);
    await send(server, { path: `/?token=${token}` });
    await send(server, { headers: { cookie, host: 'example.org' } });
    const text = JSON.stringify(stub.logged);
    expect(stub.logged).toHaveLength(2);
    expect(text).not.toContain(token);
    expect(text).not.toContain(cookie.split('=')[1]);
  });
});
