import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { evidenceOf } from './http-answer.ts';
import { HttpClient, type HttpRequest } from './http-client.ts';
import { failureOf } from './testing/failing.ts';
import { type LocalServer, type Reply, startServer } from './testing/local-server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function server(answer: Parameters<typeof startServer>[0]): Promise<LocalServer> {
  const started = await startServer(answer);
  ends.push(() => started.close());
  return started;
}

function client(env: NodeJS.ProcessEnv = {}): HttpClient {
  const made = new HttpClient({ verify: true }, env);
  ends.push(() => made.close());
  return made;
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { url, method: 'GET', deadlineMs: 10_000, ...more };
}

/** A server below HTTP. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const raw = createServer((socket) => {
    sockets.add(socket);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => raw.close(() => resolve()));
  });
  return `http://127.0.0.1:${(raw.address() as AddressInfo).port}`;
}

describe('an answer', () => {
  it('has a status, lower-case header names, and text', async () => {
    const { url } = await server(() => ({
      status: 300,
      headers: { 'X-Openstack-Request-ID': 'req-1' },
      body: 'größer',
    }));
    const answer = await client().send(get(`${url}/`));
    expect(answer).toMatchObject({ status: 300, text: 'größer', headers: { 'x-openstack-request-id': 'req-1' } });
  });

  it('is requested without a body and without content encoding', async () => {
    const { url, received } = await server(() => ({ status: 202 }));
    await client().send({
      url: `${url}/v2/cache/x`,
      method: 'PUT',
      headers: { 'x-auth-token': 't' },
      deadlineMs: 5_000,
    });
    expect(received[0]).toMatchObject({ method: 'PUT', path: '/v2/cache/x', body: '' });
    expect(received[0]?.headers).toMatchObject({ 'x-auth-token': 't' });
    expect(received[0]?.headers).not.toHaveProperty('content-type');
    expect(received[0]?.headers).not.toHaveProperty('accept-encoding');
  });

  it('that is a redirect is not followed', async () => {
    const elsewhere = await server(() => ({ status: 200 }));
    const { url } = await server(() => ({ status: 302, headers: { location: elsewhere.url } }));
    expect((await client().send(get(url, { headers: { 'x-auth-token': 't' } }))).status).toBe(302);
    expect(elsewhere.received).toHaveLength(0);
  });

  it('that is too long is not read to its end', async () => {
    const endless: Reply = (response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    };
    const { url } = await server(() => endless);
    const failure = await failureOf(client().send(get(url, { maxBytes: 100_000 })));
    expect(failure).toMatchObject({ code: 'badResponse', status: 200 });
  });
});

describe('a failure', () => {
  it('reports that nothing listens, and that nothing was sent', async () => {
    const url = await rawServer(() => undefined);
    await ends.pop()?.();
    const failure = await failureOf(client().send({ url: `${url}/v2/cache/x`, method: 'DELETE', deadlineMs: 5_000 }));
    expect(failure).toMatchObject({ code: 'unreachable', notSent: true });
    expect(failure.message).toContain(`${url}/v2/cache/x: connection refused`);
  });

  it('names the deadline that passed', async () => {
    const { url } = await server(() => 'hang');
    const failure = await failureOf(client().send(get(url, { deadlineMs: 50 })));
    expect(failure).toMatchObject({ code: 'timeout', message: `${url}: no response within 0.1 s.` });
    expect(failure.notSent).toBeUndefined();
  });

  it('reports that the answer did not end in time', async () => {
    const { url } = await server(() => (response) => {
      response.writeHead(200);
      response.write('{"cached_images": [');
    });
    const failure = await failureOf(client().send(get(url, { deadlineMs: 1_000 })));
    expect(failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('no complete response') });
  });

  it('of a dropped connection: only requests that change nothing are sent twice', async () => {
    const { url, received } = await server(() => 'drop');
    const reading = await failureOf(client().send(get(url)));
    expect(received).toHaveLength(2);
    expect(reading).toMatchObject({ code: 'unreachable', message: expect.stringContaining('without a response') });
    const changing = await failureOf(client().send({ url, method: 'PUT', deadlineMs: 5_000 }));
    expect(received).toHaveLength(3);
    expect(changing.remedy).toContain('may have been carried out');
    expect(changing.notSent).toBeUndefined();
    await failureOf(client().send({ url, method: 'POST', repeatable: true, deadlineMs: 5_000 }));
    expect(received).toHaveLength(5);
  });

  it('of an idle connection that was closed is avoided by a retry', async () => {
    let count = 0;
    const { url } = await server(() => {
      count += 1;
      return count === 2 ? 'drop' : { status: 200, body: 'ok' };
    });
    const one = client();
    await one.send(get(url));
    expect((await one.send(get(url))).text).toBe('ok');
    expect(count).toBe(3);
  });

  it('of an answer that ends early', async () => {
    const { url } = await server(() => (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => response.socket?.destroy());
    });
    const failure = await failureOf(client().send(get(url)));
    expect(failure).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('before the response was complete'),
    });
  });

  it('of a server that does not speak HTTP', async () => {
    const url = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const failure = await failureOf(client().send(get(url)));
    expect(failure).toMatchObject({ code: 'badResponse', message: expect.stringContaining('does not speak HTTP') });
  });

  it('of a port that requires TLS, from the server’s answer to plain HTTP', async () => {
    const body = '<center>The plain HTTP request was sent to HTTPS port</center>';
    const { url } = await server(() => ({ status: 400, headers: { 'content-type': 'text/html' }, body }));
    expect(await failureOf(client().send(get(url)))).toMatchObject({
      code: 'tls',
      remedy: expect.stringContaining('https'),
    });
  });
});

describe('any answer of an unknown server', () => {
  it('is returned, or is an expected failure', async () => {
    let reply = '';
    const url = await rawServer((socket) => {
      socket.once('data', () => socket.end(Buffer.from(reply, 'latin1')));
      socket.on('error', () => socket.destroy());
    });
    const one = client();
    const start = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 101 Go\r\n',
      'HTTP/1.1 000 X\r\n',
      'HTTP/1.0 500 X\r\n',
    );
    const lines = [
      'content-length: ',
      'transfer-encoding: chunked',
      'upgrade: x',
      'connection: upgrade',
      ':',
      'a',
      '5',
    ];
    const pieces = fc.array(fc.constantFrom(...lines, '\r\n', '\r\n\r\n', '\n', '\0', '\xff', '0\r\n\r\n'), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(start, pieces, fc.constantFrom('GET', 'PUT'), async (head, rest, method) => {
        reply = head + rest.join('');
        try {
          expect((await one.send({ url, method, deadlineMs: 5_000 })).status).toBeGreaterThanOrEqual(100);
        } catch (error) {
          expect(await failureOf(Promise.reject(error))).toMatchObject({ message: expect.stringContaining(url) });
        }
      }),
      {
        numRuns: 300,
        examples: [
          ['HTTP/1.1 101 Go\r\n', ['\r\n'], 'GET'],
          ['HTTP/1.1 000 X\r\n', ['\r\n'], 'PUT'],
        ],
      },
    );
  });
});

describe('cancelling', () => {
  it('ends a running request', async () => {
    const abort = new AbortController();
    const { url } = await server(() => {
      abort.abort();
      return 'hang';
    });
    const sending = client().send({ url, method: 'PUT', deadlineMs: 10_000, signal: abort.signal });
    const failure = await failureOf(sending);
    expect(failure.code).toBe('interrupted');
    expect(failure.notSent).toBeUndefined();
  });

  it('before the request sends nothing', async () => {
    const { url, received } = await server(() => ({ status: 200 }));
    const sending = client().send(get(url, { signal: AbortSignal.abort() }));
    expect(await failureOf(sending)).toMatchObject({ code: 'interrupted', notSent: true });
    expect(received).toHaveLength(0);
  });

  it('by closing ends all running requests', async () => {
    let asked = () => {};
    const both = new Promise<void>((resolve) => {
      let count = 0;
      asked = () => {
        count += 1;
        if (count === 2) resolve();
      };
    });
    const { url } = await server(() => {
      asked();
      return 'hang';
    });
    const one = client();
    const failures = [failureOf(one.send(get(url))), failureOf(one.send(get(url)))];
    await both;
    await one.close();
    for (const failure of await Promise.all(failures)) expect(failure.code).toBe('interrupted');
    expect((await failureOf(one.send(get(url)))).code).toBe('interrupted');
  });
});

describe('through a proxy', () => {
  it('a plain HTTP request has the whole address, and the login of the proxy', async () => {
    const proxy = await server(() => ({ status: 200, body: 'from the proxy' }));
    const env = { HTTP_PROXY: `http://operator:secret@127.0.0.1:${proxy.port}` };
    const answer = await client(env).send(get('http://glance-01.example:9292/v2/cache'));
    expect(answer.text).toBe('from the proxy');
    expect(proxy.received[0]).toMatchObject({ path: 'http://glance-01.example:9292/v2/cache' });
    expect(proxy.received[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('operator:secret')}`);
  });

  it('a refusal of the proxy names the proxy without its login', async () => {
    const proxy = await server(() => ({ status: 407 }));
    const env = { HTTP_PROXY: `http://operator:secret@127.0.0.1:${proxy.port}` };
    const failure = await failureOf(client(env).send(get('http://glance-01.example:9292/')));
    expect(failure).toMatchObject({ code: 'unreachable', notSent: true });
    expect(failure.message).toContain(`the proxy http://127.0.0.1:${proxy.port}`);
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  it('a proxy refuses to connect to a TLS port', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'));
    });
    const failure = await failureOf(client({ https_proxy: url }).send(get('https://glance-01.example/')));
    expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('403') });
  });

  it('a proxy that cannot be reached is named instead of the host', async () => {
    for (const url of ['http://glance-01.example:9292/', 'https://glance-01.example/']) {
      const env = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' };
      const refused = await failureOf(client(env).send(get(url)));
      expect(refused.message).toContain('(through the proxy http://127.0.0.1:1): the proxy refused the connection');
      expect(refused.refused).toBeUndefined();
      const unknown = { http_proxy: 'http://no-proxy.invalid:3128', https_proxy: 'http://no-proxy.invalid:3128' };
      expect((await failureOf(client(unknown).send(get(url)))).message).toMatch(
        /the proxy (has a name that this machine cannot resolve|could not be resolved)/,
      );
    }
  });

  it('a proxy that requires a login is named, for either scheme', async () => {
    const proxy = await server(() => ({ status: 407, headers: { 'proxy-authenticate': 'Basic realm="x"' } }));
    const url = await rawServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n'));
    });
    for (const [address, env] of [
      ['http://a.example/', { HTTP_PROXY: proxy.url }],
      ['https://a.example/', { HTTPS_PROXY: url }],
    ] as const) {
      const failure = await failureOf(client(env).send(get(address)));
      expect(failure).toMatchObject({ code: 'unreachable', notSent: true });
      expect(failure.message).toMatch(/the proxy http:\/\/127\.0\.0\.1:\d+ requires a login/);
      expect(failure.remedy).toContain('http://USER:PASSWORD@PROXY');
    }
  });

  it('a proxy that answers in place of the host is named, also if only its page suggests so', async () => {
    const page = '<html><body>The requested URL could not be retrieved</body></html>';
    const squid = await server(() => ({
      status: 503,
      headers: { 'x-squid-error': 'ERR_CONNECT_FAIL 111' },
      body: page,
    }));
    const failure = await failureOf(client({ HTTP_PROXY: squid.url }).send(get('http://a.example/')));
    expect(failure.message).toBe(`http://a.example: the proxy ${squid.url} cannot reach the host (503).`);
    expect(failure.detail).toContain('could not be retrieved');
    const other = await server(() => ({ status: 403, body: page }));
    const answer = await client({ HTTP_PROXY: other.url }).send(get('http://a.example/'));
    expect(evidenceOf(answer).detail).toBe(
      `The requested URL could not be retrieved (Response received through the proxy ${other.url}.)`,
    );
  });

  it('this machine is reached without the proxy', async () => {
    const { url } = await server(() => ({ status: 204 }));
    expect((await client({ HTTP_PROXY: 'http://proxy.example:3128' }).send(get(url))).status).toBe(204);
  });
});
