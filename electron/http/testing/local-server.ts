import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as the server saw it. */
export type Received = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

/** What to answer; `hang` never does, `drop` closes the connection. A function answers by itself. */
export type Reply =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'hang'
  | 'drop'
  | ((response: ServerResponse) => void);

export type LocalServer = { url: string; port: number; received: Received[]; close(): Promise<void> };

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'drop') {
    response.socket?.destroy();
    return;
  }
  if (typeof reply === 'function') {
    reply(response);
    return;
  }
  const text = typeof reply.body === 'string' ? reply.body : reply.body === undefined ? '' : JSON.stringify(reply.body);
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  response.end(text);
}

/** A server, on loopback unless stated otherwise, that gives the set answers and records its requests. */
export async function startServer(
  answer: (request: Received) => Reply | Promise<Reply>,
  tls?: ServerOptions,
  listenAt = '127.0.0.1',
): Promise<LocalServer> {
  const received: Received[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body: await read(request) };
    received.push(one);
    send(response, await answer(one));
  };
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    listener(request, response).catch((error) => response.destroy(error));
  };
  const server = tls ? createTlsServer(tls, handle) : createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, listenAt, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    received,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
