import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';

/** The step at which a connection through a SOCKS proxy failed. */
type SocksProblem =
  /** There is no connection to the proxy; the cause says why. */
  | 'proxyUnreachable'
  /** The proxy did not answer in time. */
  | 'silent'
  /** The proxy closed the connection before it connected to the host. */
  | 'closed'
  /** The server is not a SOCKS 5 proxy. */
  | 'noSocks'
  | 'loginWanted'
  | 'loginRefused'
  /** The proxy did not connect to the host; `reply` says why. */
  | 'refused'
  /** The host's name could not be looked up on this machine. */
  | 'lookup';

/** A connection that a SOCKS proxy did not make. Nothing was sent to the host. */
export class SocksError extends Error {
  readonly problem: SocksProblem;
  /** The reply of the proxy (RFC 1928, section 6), if there was one. */
  readonly reply: number | undefined;

  constructor(problem: SocksProblem, options: { reply?: number; cause?: unknown } = {}) {
    super(`SOCKS proxy: ${problem}`, { cause: options.cause });
    this.problem = problem;
    this.reply = options.reply;
  }
}

type TlsOptions = Parameters<typeof buildConnector>[0];

/**
 * Returns a connector for undici that reaches hosts through a SOCKS 5 proxy (RFC 1928, with the login of RFC 1929).
 *
 * @param uri `socks5h:` and `socks:` have the proxy look up names, `socks5:` looks them up here, as curl and requests do
 * @param options the deadline of a connection to the host in milliseconds, and a signal that ends connections in the making
 */
export function socksConnector(
  uri: string,
  options: { tls: TlsOptions; timeoutMs: number; signal: AbortSignal },
): buildConnector.connector {
  const proxy = new URL(uri);
  const secure = buildConnector({ ...options.tls, timeout: options.timeoutMs, allowH2: false });
  return (target, callback) => {
    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
    openTunnel(proxy, { host, port }, options).then(
      (socket) => {
        if (target.protocol === 'https:') secure({ ...target, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: Error) => callback(error, null),
    );
  };
}

async function openTunnel(
  proxy: URL,
  target: { host: string; port: number },
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Socket> {
  const socket = connect({ host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(proxy.port) || 1080 });
  const giveUp = () => socket.destroy(new Error('The console is closing its connections.'));
  const timer = setTimeout(() => socket.destroy(new SocksError('silent')), timeoutMs);
  // Errors reach the code below as rejections; between two reads there may be no listener for them.
  socket.on('error', () => undefined);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal.aborted) giveUp();
    await once(socket, 'connect').catch((error: unknown) => {
      throw error instanceof SocksError ? error : new SocksError('proxyUnreachable', { cause: error });
    });
    socket.setNoDelay(true);
    await logIn(socket, proxy);
    await requestConnection(socket, await addressOf(target.host, proxy.protocol), target.port);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

const noLogin = 0;
const password = 2;

async function logIn(socket: Socket, proxy: URL): Promise<void> {
  const user = Buffer.from(decodeURIComponent(proxy.username)).subarray(0, 255);
  const secret = Buffer.from(decodeURIComponent(proxy.password)).subarray(0, 255);
  socket.write(user.length > 0 ? Buffer.from([5, 2, noLogin, password]) : Buffer.from([5, 1, noLogin]));
  const [version, method] = await read(socket, 2);
  if (version !== 5) throw new SocksError('noSocks');
  if (method === noLogin) return;
  if (method !== password || user.length === 0) throw new SocksError('loginWanted');
  socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([secret.length]), secret]));
  const [, status] = await read(socket, 2);
  if (status !== 0) throw new SocksError('loginRefused');
}

/** The host as SOCKS addresses it: an address, or a name that the proxy looks up. */
async function addressOf(host: string, protocol: string): Promise<Buffer> {
  let name = host;
  if (!isIP(host) && protocol === 'socks5:') {
    name = await lookup(host).then(
      ({ address }) => address,
      (error: unknown) => {
        throw new SocksError('lookup', { cause: error });
      },
    );
  }
  if (isIP(name) === 4) return Buffer.from([1, ...name.split('.').map(Number)]);
  if (isIP(name) === 6) return Buffer.concat([Buffer.from([4]), ipv6Bytes(name)]);
  const bytes = Buffer.from(name).subarray(0, 255);
  return Buffer.concat([Buffer.from([3, bytes.length]), bytes]);
}

/** The 16 bytes of an IPv6 address. */
function ipv6Bytes(address: string): Buffer {
  // URL writes the address in its canonical form, without an embedded IPv4 address.
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const [left = '', right = ''] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const head = groups(left);
  const tail = groups(right);
  const bytes = Buffer.alloc(16);
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
  for (const [index, group] of all.entries()) bytes.writeUInt16BE(group, index * 2);
  return bytes;
}

async function requestConnection(socket: Socket, address: Buffer, port: number): Promise<void> {
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), address, Buffer.from([port >> 8, port & 255])]));
  const [version, reply = 1, , type] = await read(socket, 4);
  if (version !== 5) throw new SocksError('noSocks');
  if (reply !== 0) throw new SocksError('refused', { reply });
  // The address that the proxy connects from, and its port: of no interest, but before the host's own bytes.
  const length = type === 1 ? 4 : type === 4 ? 16 : type === 3 ? ((await read(socket, 1))[0] ?? 0) : undefined;
  if (length === undefined) throw new SocksError('noSocks');
  await read(socket, length + 2);
}

/** Reads exactly this many bytes and leaves the rest in the socket. */
async function read(socket: Socket, size: number): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    // Reads everything: a stream with remaining bytes reports again and again that it is readable.
    const more: Buffer | null = socket.read();
    if (more) bytes = Buffer.concat([bytes, more]);
    if (bytes.length >= size) {
      if (bytes.length > size) socket.unshift(bytes.subarray(size));
      return bytes.subarray(0, size);
    }
    if (socket.errored) throw socket.errored;
    if (socket.destroyed || socket.readableEnded) throw new SocksError('closed');
    await new Promise<void>((resolve) => {
      const events = ['readable', 'end', 'close', 'error'] as const;
      const wake = () => {
        for (const event of events) socket.off(event, wake);
        resolve();
      };
      for (const event of events) socket.on(event, wake);
    });
  }
}
