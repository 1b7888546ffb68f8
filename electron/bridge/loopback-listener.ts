import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemCode } from '../lib/system-error.ts';

/** Requests of one port, on both loopback addresses or on a given one. */
export type HttpListener = { port: number; close(): Promise<void> };

const noIpv6 = new Set<unknown>(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT']);
const attempts = 20;

/**
 * Listens on 127.0.0.1 and on the same port of [::1]: `localhost` is either of them, and a program of another user could
 * otherwise listen on the second one and answer in the console's place. A machine without IPv6 has only the first.
 *
 * Throws Node's error (`EADDRINUSE`, `EACCES`) when it cannot.
 *
 * @param port 0 for any that is free on both addresses
 */
export async function listenOnLoopback(port: number, answer: RequestListener): Promise<HttpListener> {
  for (let attempt = 1; ; attempt += 1) {
    const first = await listen('127.0.0.1', port, answer);
    const chosen = portOf(first);
    try {
      const second = await listen('::1', chosen, answer);
      return { port: chosen, close: () => closeAll([first, second]) };
    } catch (error) {
      if (noIpv6.has(systemCode(error))) return { port: chosen, close: () => closeAll([first]) };
      await closeAll([first]);
      if (port !== 0 || systemCode(error) !== 'EADDRINUSE' || attempt === attempts) throw error;
    }
  }
}

/** Listens on one address only, `::` being all addresses of both kinds. Throws Node's error when it cannot. */
export async function listenOnAddress(address: string, port: number, answer: RequestListener): Promise<HttpListener> {
  const server = await listen(address, port, answer);
  return { port: portOf(server), close: () => closeAll([server]) };
}

function listen(address: string, port: number, answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address, exclusive: true, ipv6Only: address !== '::' }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  for (const server of servers) server.closeAllConnections();
  await Promise.all(closed);
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port');
  return address.port;
}
