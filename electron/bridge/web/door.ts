import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '@orpc/server';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { SimpleCsrfProtectionHandlerPlugin } from '@orpc/server/plugins';
import { rpcPath } from '../../contract/transport.ts';
import { faultMessage } from '../../lib/fault.ts';
import { handling } from '../handling.ts';
import { guardingHeaders } from '../pages/headers.ts';
import { PageFiles } from '../pages/page-files.ts';
import { type Refusal, refusalAnswer } from '../refusals.ts';
import { maxCallSize, type Served } from '../served.ts';
import { Access } from './access.ts';
import { foreignness, ledFromElsewhere } from './origin.ts';
import { leadingOn, type PlainPage, refused, wayIn } from './plain-pages.ts';

export type HttpDoorOptions = {
  served: Served;
  /** The directory of the built renderer. */
  pages: string;
  /** 0 for any that is free. */
  port: number;
  /** Bytes of the largest call. */
  maxBytes?: number;
};

/** The console over HTTP, on this machine's loopback address only. */
export class HttpDoor {
  readonly #served: Served;
  readonly #handler: RPCHandler<Context>;
  readonly #pages: PageFiles;
  readonly #server: Server;
  readonly #access: Access;
  readonly #maxBytes: number;
  readonly origin: string;

  private constructor(options: HttpDoorOptions, server: Server, port: number) {
    this.#served = options.served;
    this.#maxBytes = options.maxBytes ?? maxCallSize;
    this.#pages = new PageFiles(options.pages, true);
    this.#server = server;
    this.#access = new Access(port);
    this.origin = `http://127.0.0.1:${port}`;
    this.#handler = new RPCHandler(options.served.router, {
      ...handling(options.served.log),
      plugins: [new SimpleCsrfProtectionHandlerPlugin(), new BodyLimitPlugin({ maxBodySize: this.#maxBytes })],
    });
  }

  /** Listens. Rejects with Node's own error (`EADDRINUSE`, `EACCES`) where it cannot. */
  static async open(options: HttpDoorOptions): Promise<HttpDoor> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
    const door = new HttpDoor(options, server, portOf(server.address()));
    server.on('request', (request, response) => void door.#answer(request, response));
    return door;
  }

  /** Where to open the console: with the one-time token, while it is good. */
  get url(): string {
    const { token } = this.#access;
    return token === undefined ? `${this.origin}/` : `${this.origin}/?token=${token}`;
  }

  /** Ends every connection and with it every call and stream. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      this.#served.log.error({ err: error, path: pathOf(request) }, 'A request was not answered');
      if (response.headersSent) response.destroy();
      else sendPage(request, response, 500, refused(`${faultMessage}. Its log says more.`));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const isCall = path === rpcPath || path.startsWith(`${rpcPath}/`);
    const refuse = (code: Refusal, page: PlainPage, message: string) => {
      this.#served.log.warn({ code, path, method: request.method }, message);
      if (isCall) sendRefusal(response, code, message);
      else sendPage(request, response, refusalAnswer(code).status, page);
    };

    const foreign = foreignness(request.headers);
    if (foreign !== undefined) {
      const message = `Refused: this request comes from ${foreign}.`;
      return refuse('FORBIDDEN', refused(message), message);
    }
    if (!isCall && request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse('METHOD_NOT_SUPPORTED', refused('Only GET is answered here.'), 'Only GET is answered here');
    }
    const token = path === '/' && request.method === 'GET' ? tokenOf(request) : undefined;
    if (token !== undefined && this.#letIn(token, request, response)) return;
    if (!this.#access.knows(request.headers.cookie)) {
      return refuse('UNAUTHORIZED', wayIn(), 'No session: open the address that the console printed');
    }
    if (token !== undefined) return sendOn(response);
    if (isCall) return this.#call(request, response, (code, message) => refuse(code, refused(message), message));
    const { status, headers, body } = await this.#pages.answer(path);
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  }

  #letIn(token: string, request: IncomingMessage, response: ServerResponse): boolean {
    const cookie = this.#access.exchange(token);
    if (cookie === undefined) return false;
    response.setHeader('set-cookie', cookie);
    if (ledFromElsewhere(request.headers)) sendPage(request, response, 200, leadingOn());
    else sendOn(response);
    return true;
  }

  async #call(
    request: IncomingMessage,
    response: ServerResponse,
    refuse: (code: Refusal, message: string) => void,
  ): Promise<void> {
    const { headers } = request;
    if (request.method !== 'POST') return refuse('METHOD_NOT_SUPPORTED', 'A call is a POST');
    if (headers.origin === undefined) return refuse('FORBIDDEN', 'A call says its Origin');
    // What a form can send needs no preflight; of multipart/form-data oRPC would even make a call.
    if (!/^application\/json(;|$)/i.test(headers['content-type'] ?? ''))
      return refuse('UNSUPPORTED_MEDIA_TYPE', 'A call is JSON');
    if (Number(headers['content-length']) > this.#maxBytes) {
      response.setHeader('connection', 'close');
      return refuse('PAYLOAD_TOO_LARGE', 'The call is too large');
    }
    for (const [name, value] of Object.entries(guardingHeaders)) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    await this.#handler.handle(request, response, { prefix: rpcPath, context: {} });
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port');
  return address.port;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

function tokenOf(request: IncomingMessage): string | undefined {
  const query = (request.url ?? '').split('?')[1];
  return new URLSearchParams(query).get('token') ?? undefined;
}

function sendOn(response: ServerResponse): void {
  response.writeHead(303, { ...guardingHeaders, location: '/', 'cache-control': 'no-store' }).end();
}

function sendPage(request: IncomingMessage, response: ServerResponse, status: number, page: PlainPage): void {
  response.writeHead(status, page.headers).end(request.method === 'HEAD' ? undefined : page.body);
}

function sendRefusal(response: ServerResponse, code: Refusal, message: string): void {
  const { status, body } = refusalAnswer(code, message);
  const headers = { ...guardingHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
