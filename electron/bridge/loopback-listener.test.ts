import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { asNobody } from '../lib/testing/another-user.ts';
import { listenOnLoopback } from './loopback-listener.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));

/** A program, of another user where the tests run as root, that tries to listen. Says 'listening' or the error's code. */
function rogue(address: string, port: number) {
  const script = `require('node:http').createServer((_, response) => response.end('rogue'))
    .on('error', (error) => { process.stdout.write(error.code); process.exit(); })
    .listen({ port: ${port}, host: '${address}' }, () => process.stdout.write('listening'));`;
  return spawn(process.execPath, ['-e', script], { ...asNobody, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

test('it listens on the loopback addresses only', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen');
  const { close } = await listenOnLoopback(0, (_, response) => response.end());
  await close();
  expect(listen.mock.calls.map(([options]) => options)).toEqual([
    expect.objectContaining({ host: '127.0.0.1' }),
    expect.objectContaining({ host: '::1' }),
  ]);
});

test.skipIf(!hasIpv6 || process.platform !== 'linux').each(['127.0.0.1', '::1', '::', '0.0.0.0'])(
  'another program cannot listen on %s at the same port, so localhost leads to the console over either address',
  async (address) => {
    const { port, close } = await listenOnLoopback(0, (_, response) => response.end('console'));
    try {
      expect(await text(rogue(address, port).stdout)).toBe('EADDRINUSE');
      for (const host of ['127.0.0.1', '[::1]']) {
        const [answer] = await once(get(`http://${host}:${port}/`, { agent: false }), 'response');
        expect(await text(answer)).toBe('console');
      }
    } finally {
      await close();
    }
  },
);

test.skipIf(!hasIpv6)('a port that another program uses on [::1] is in use, and no server stays open', async () => {
  const port = await freePort();
  const other = rogue('::1', port);
  try {
    expect(String((await once(other.stdout, 'data'))[0])).toBe('listening');
    const answer = () => undefined;
    await expect(listenOnLoopback(port, answer)).rejects.toMatchObject({ code: 'EADDRINUSE', address: '::1' });
    const first = createServer().listen(port, '127.0.0.1');
    await once(first, 'listening');
    first.close();
  } finally {
    other.kill();
    await once(other, 'exit');
  }
});

/** Makes each listening on `::1` fail, as often as there are codes. */
function failOnIpv6(codes: string[]): void {
  const listen = Server.prototype.listen;
  vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...words: unknown[]) {
    const [options] = words as [{ host?: string }];
    const code = options.host === '::1' ? codes.shift() : undefined;
    if (code === undefined) return Reflect.apply(listen, this, words);
    process.nextTick(() => this.emit('error', Object.assign(new Error(code), { code })));
    return this;
  });
}

test('a free port is free on both addresses', async () => {
  failOnIpv6(['EADDRINUSE', 'EADDRINUSE']);
  const { close } = await listenOnLoopback(0, () => undefined);
  await close();
  expect(Server.prototype.listen).toHaveBeenCalledTimes(6);
});

test.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])('without IPv6 (%s) it listens on the first address only', async (code) => {
  failOnIpv6([code]);
  const { port, close } = await listenOnLoopback(0, (_, response) => response.end('console'));
  const [answer] = await once(get(`http://127.0.0.1:${port}/`, { agent: false }), 'response');
  expect(await text(answer)).toBe('console');
  await close();
});
