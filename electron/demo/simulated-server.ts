import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A request to a simulated server. `path` is as sent: not decoded, without the query. */
export type DemoRequest = {
  method: string;
  url: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
};

/** An answer; header names are sent with the case given here. `sent` is called after the last byte was sent. */
export type DemoReply = {
  status: number;
  headers: Record<string, string>;
  body: string | AsyncIterable<Buffer>;
  sent?: () => void;
};

/** The alternatives to an answer: keep the connection open without one, or drop it. */
export type NoReply = 'hang' | 'reset';
export type DemoHandler = (request: DemoRequest) => Promise<DemoReply | NoReply>;

/** Real Glance under uwsgi accepts 64 KiB of headers; longer ones are handled by the simulation, not by Node. */
const maxHeaderSize = 256 * 1024;

/** An HTTP server on 127.0.0.1 that can stop and start again on the same port. */
export class DemoServer {
  readonly #handler: DemoHandler;
  #server: Server | undefined;
  #port = 0;

  constructor(handler: DemoHandler) {
    this.#handler = handler;
  }

  get port(): number {
    return this.#port;
  }

  get listening(): boolean {
    return this.#server !== undefined;
  }

  /** Listens on a free port the first time and on the same port afterwards. */
  async up(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ maxHeaderSize, keepAliveTimeout: 30_000 }, (request, response) => {
      this.#serve(request, response).catch((cause: unknown) => response.destroy(asError(cause)));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Reserves a port on which nothing listens: connections are refused. */
  async reserve(port: number): Promise<void> {
    this.#port = port;
    await this.up();
    await this.down();
  }

  /** Drops every connection; new ones are refused. */
  async down(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = message.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    const request = {
      method: message.method ?? 'GET',
      url,
      path,
      query,
      headers: message.headers,
      body: await readBody(message),
    };
    const reply = await this.#handler(request);
    if (reply === 'hang') return;
    if (reply === 'reset') {
      message.socket.destroy();
      return;
    }
    response.writeHead(reply.status, reply.headers);
    if (typeof reply.body === 'string') {
      response.end(reply.body, reply.sent);
      return;
    }
    const whole = await pipeline(Readable.from(reply.body), response).then(
      () => true,
      () => false, // The caller disconnected: the download was incomplete and is not counted.
    );
    if (whole) reply.sent?.();
  }
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

/**
 * JSON as Python's `json.dumps` writes it, which Glance sends: with a blank after `:` and `,`. `ascii` escapes all
 * characters outside ASCII (Glance's cache API does, its image API does not).
 */
export function pythonJson(value: unknown, ascii = true): string {
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, ascii)).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${text(key, ascii)}: ${pythonJson(member, ascii)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? text(value, ascii) : JSON.stringify(value);
}

function text(value: string, ascii: boolean): string {
  const quoted = JSON.stringify(value);
  if (!ascii) return quoted;
  return quoted.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A received request; tokens and other secrets are replaced. */
export type LoggedRequest = {
  at: number;
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  bodyBytes: number;
  /** The status of the answer; null until there is one, and forever if there is none. */
  status: number | null;
};

const maxLoggedRequests = 5_000;

/** The last requests that a server received, and their total number. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  total = 0;

  add(request: DemoRequest, at: number): LoggedRequest {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      headers[name] = /token|authorization|cookie/.test(name) ? '(hidden)' : String(value);
    }
    const { method, url } = request;
    const entry: LoggedRequest = {
      at,
      method,
      path: url,
      headers,
      bodyBytes: Buffer.byteLength(request.body),
      status: null,
    };
    this.requests.push(entry);
    if (this.requests.length > maxLoggedRequests) this.requests.splice(0, maxLoggedRequests / 10);
    this.total += 1;
    return entry;
  }

  /** The number of recent requests with this method and path (without the query). */
  count(method: string, path: string | RegExp): number {
    return this.requests.filter((entry) => {
      const own = entry.path.split('?')[0] ?? '';
      return entry.method === method && (typeof path === 'string' ? own === path : path.test(own));
    }).length;
  }

  clear(): void {
    this.requests.length = 0;
    this.total = 0;
  }
}
