import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HttpClient, type HttpSettings } from './http-client.ts';
import { type Authority, hasOpenssl, makeAuthority } from './testing/certificates.ts';
import { failureOf } from './testing/failing.ts';
import { startServer } from './testing/local-server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

type ProxyBehaviour = {
  /** Answers the greeting with this method. */
  method?: number;
  login?: string;
  /** Answers the request with this reply. */
  reply?: number;
  /** Sends its answers byte by byte. */
  slowly?: boolean;
};

/** A SOCKS 5 proxy that connects every host to one port of this machine, and records which host was asked for. */
async function startProxy(port: number, behaviour: ProxyBehaviour = {}) {
  const asked: string[] = [];
  const proxy = await listen((socket) => {
    const write = async (bytes: Buffer) => {
      const pieces = behaviour.slowly ? Array.from(bytes, (byte) => Buffer.from([byte])) : [bytes];
      for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
    };
    let step: 'greeting' | 'login' | 'request' | 'tunnel' = 'greeting';
    const onData = async (chunk: Buffer) => {
      if (step === 'greeting') {
        const method = behaviour.method ?? (behaviour.login ? 2 : 0);
        step = method === 2 ? 'login' : 'request';
        await write(Buffer.from([5, method]));
      } else if (step === 'login') {
        step = 'request';
        const length = chunk[1] ?? 0;
        const user = chunk.subarray(2, 2 + length).toString();
        const said = `${user}:${chunk.subarray(3 + length).toString()}`;
        await write(Buffer.from([1, said === behaviour.login ? 0 : 1]));
      } else if (step === 'request') {
        step = 'tunnel';
        const type = chunk[3];
        const host = chunk.subarray(type === 3 ? 5 : 4, -2);
        asked.push(
          `${type} ${type === 3 ? host.toString() : host.toString('hex')}:${chunk.readUInt16BE(chunk.length - 2)}`,
        );
        await write(Buffer.from([5, behaviour.reply ?? 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        if (behaviour.reply) return socket.end();
        socket.off('data', onData);
        const behind = connect(port, '127.0.0.1');
        behind.on('error', () => socket.destroy());
        socket.on('close', () => behind.destroy());
        socket.pipe(behind).pipe(socket);
      }
      return undefined;
    };
    socket.on('data', onData);
  });
  return { port: proxy, asked };
}

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

function get(url: string, proxy: string, more: { settings?: Partial<HttpSettings>; deadlineMs?: number } = {}) {
  const client = new HttpClient({ verify: true, ...more.settings }, { ALL_PROXY: proxy });
  ends.unshift(() => client.close());
  return client.send({ url, method: 'GET', deadlineMs: more.deadlineMs ?? 10_000 });
}

describe('through a SOCKS proxy', () => {
  it.each([
    ['socks5h', 'glance-01.example', '3 glance-01.example:9292'],
    ['socks', 'glance-01.example', '3 glance-01.example:9292'],
    ['socks5', '192.0.2.7', '1 c0000207:9292'],
    ['socks5h', '[2001:db8::7]', '4 20010db8000000000000000000000007:9292'],
  ])('%s reaches %s', async (scheme, host, asked) => {
    const behind = await startServer(() => ({ status: 200, body: 'good' }));
    ends.push(() => behind.close());
    const proxy = await startProxy(behind.port, { slowly: true });
    const answer = await get(`http://${host}:9292/v2/cache`, `${scheme}://127.0.0.1:${proxy.port}`);
    expect(answer).toMatchObject({ status: 200, text: 'good' });
    expect(behind.received[0]).toMatchObject({ path: '/v2/cache', headers: { host: `${host}:9292` } });
    expect(proxy.asked).toEqual([asked]);
  });

  it('logs in with the login in the proxy’s address', async () => {
    const behind = await startServer(() => ({ status: 204 }));
    ends.push(() => behind.close());
    const { port } = await startProxy(behind.port, { login: 'me:s@cret' });
    expect((await get('http://a.example/', `socks5h://me:s%40cret@127.0.0.1:${port}`)).status).toBe(204);
    const refused = await failureOf(get('http://a.example/', `socks5h://me:wrong@127.0.0.1:${port}`));
    expect(refused).toMatchObject({
      code: 'unreachable',
      notSent: true,
      message: expect.stringContaining('rejected the login'),
    });
    expect(JSON.stringify(refused)).not.toContain('wrong');
    const wanting = await failureOf(get('http://a.example/', `socks5h://127.0.0.1:${port}`));
    expect(wanting.message).toContain(`the proxy socks5h://127.0.0.1:${port} requires a login`);
  });

  it.each([
    [4, 'host unreachable'],
    [5, 'connection refused by the host'],
    [9, 'reply code 9'],
  ])('explains the reply %s', async (reply, words) => {
    const { port } = await startProxy(1, { reply });
    const failure = await failureOf(get('http://a.example/', `socks5h://127.0.0.1:${port}`));
    expect(failure).toMatchObject({ code: 'unreachable', notSent: true, message: expect.stringContaining(words) });
  });

  it('a name that is unknown here is resolved by the proxy with socks5h only', async () => {
    const { port } = await startProxy(1);
    const failure = await failureOf(get('http://no-such-host.invalid/', `socks5://127.0.0.1:${port}`));
    expect(failure.message).toContain('this machine could not resolve no-such-host.invalid');
    expect(failure.remedy).toContain('socks5h://');
  });

  it('a proxy that hangs is named, also an HTTP proxy', async () => {
    const port = await listen(() => undefined);
    for (const proxy of [`socks5h://127.0.0.1:${port}`, `http://127.0.0.1:${port}`]) {
      for (const url of ['http://a.example/', 'https://a.example/']) {
        const failure = await failureOf(get(url, proxy, { deadlineMs: 100 }));
        expect(failure).toMatchObject({
          code: 'timeout',
          message: expect.stringContaining(`(through the proxy ${proxy})`),
        });
        expect(failure.remedy).toContain('The proxy may also hang');
      }
    }
  });

  it('a proxy that cannot be reached, or does not speak SOCKS, is named', async () => {
    const { port } = await startServer(() => ({ status: 200 })).then((server) => {
      ends.push(() => server.close());
      return server;
    });
    const other = await failureOf(get('http://a.example/', `socks5h://127.0.0.1:${port}`));
    expect(other.message).toContain(`the proxy socks5h://127.0.0.1:${port} does not speak SOCKS 5`);
    const gone = await failureOf(get('http://a.example/', 'socks5h://127.0.0.1:1'));
    expect(gone.message).toContain('the proxy socks5h://127.0.0.1:1 is unreachable (ECONNREFUSED)');
  });
});

describe.skipIf(!hasOpenssl())('TLS through a SOCKS proxy', () => {
  let authority: Authority;
  beforeAll(() => {
    authority = makeAuthority();
  });
  afterAll(() => authority.remove());

  it('is end to end: the certificate is that of the host', async () => {
    const behind = await startServer(
      () => ({ status: 200, body: 'good' }),
      authority.sign('behind', { altName: 'DNS:glance-01.example' }),
    );
    ends.push(() => behind.close());
    const { port } = await startProxy(behind.port);
    const settings = { cacert: authority.certFile };
    const proxy = `socks5h://127.0.0.1:${port}`;
    expect((await get('https://glance-01.example:9292/', proxy, { settings })).text).toBe('good');
    const failure = await failureOf(get('https://glance-02.example:9292/', proxy, { settings }));
    expect(failure).toMatchObject({
      code: 'tls',
      message: expect.stringContaining('It is valid for glance-01.example'),
    });
  });
});
