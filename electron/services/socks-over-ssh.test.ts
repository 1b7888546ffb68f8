import { spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpClient } from '../http/http-client.ts';
import { failureOf } from '../http/testing/failing.ts';
import { type LocalServer, startServer } from '../http/testing/local-server.ts';
import { reasonWithoutSshd, TestSshd } from '../ssh/testing/sshd.ts';

/** Loopback addresses never use a proxy, so the host listens at another address of this machine. */
const own = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
const why = reasonWithoutSshd() ?? (own === undefined ? 'this machine has loopback addresses only' : undefined);

async function freePort(): Promise<number> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  await new Promise((resolve) => holder.close(resolve));
  return port;
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe.skipIf(why)(`ALL_PROXY with a real ssh -D${why ? ` (${why})` : ''}`, () => {
  let sshd: TestSshd;
  let glance: LocalServer;
  let forwarding: ReturnType<typeof spawn>;
  let port: number;

  beforeAll(async () => {
    sshd = await TestSshd.start();
    glance = await startServer(() => ({ status: 200, body: 'good' }), undefined, '0.0.0.0');
    port = await freePort();
    const args = ['-N', '-D', `127.0.0.1:${port}`, '-p', String(sshd.port), '127.0.0.1'];
    forwarding = spawn('ssh', args, { env: sshd.env, stdio: 'ignore' });
    await vi.waitUntil(() => listens(port), { timeout: 20_000 });
  });
  afterAll(async () => {
    forwarding.kill();
    await glance.close();
    await sshd.stop();
  });

  it.each(['socks5h', 'socks5'])('%s reaches a host', async (scheme) => {
    const client = new HttpClient({ verify: true }, { ALL_PROXY: `${scheme}://127.0.0.1:${port}` });
    const answer = await client.send({ url: `http://${own}:${glance.port}/v2`, method: 'GET', deadlineMs: 20_000 });
    expect(answer).toMatchObject({ status: 200, text: 'good' });
    await client.close();
  });

  it('names the proxy if it cannot resolve the name of the host', async () => {
    const client = new HttpClient({ verify: true }, { ALL_PROXY: `socks5h://127.0.0.1:${port}` });
    for (const scheme of ['http', 'https']) {
      const url = `${scheme}://no-such-host.invalid:9292/`;
      const failure = await failureOf(client.send({ url, method: 'GET', deadlineMs: 20_000 }));
      expect(failure.message).toContain(`the proxy socks5h://127.0.0.1:${port}`);
      expect(failure.remedy).toContain('cannot reach or resolve the host');
    }
    await client.close();
  });
});
