import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '@orpc/server';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { SimpleCsrfProtectionHandlerPlugin } from '@orpc/server/plugins';
import { rpcPath } from '../contract/transport.ts';
import { faultMessage } from '../lib/fault.ts';
import { BrowserSession, checkOrigin, isCrossSite } from './browser-access.ts';
import { PageFiles } from './page-files.ts';
import { maxCallSize, type Refusal, type RpcService, refusalAnswer, rpcInterceptors } from './rpc-service.ts';
import { securityHeaders } from './security-headers.ts';

/** A page without scripts, for messages before the console can be shown. */
export type PlainPage = { headers: Record<string, string>; body: string };

/** Tells a browser that has neither a session nor a valid token how to log in. */
function loginPage(): PlainPage {
  return plainPage(
    'This browser is not let in yet',
    `<p>The address that the console printed when it started works once, for one browser. It was used already, or it
belongs to an earlier start.</p>
<p>Go back to the browser that opened it, or stop the console in its terminal (Ctrl-C), start it again and open the new
address, here.</p>`,
  );
}

/** Opens the console from within a page, where the browser would withhold the new cookie after a redirect. */
function redirectPage(): PlainPage {
  return plainPage(
    'Opening the console',
    '<p><a href="/">Open the console</a></p>',
    '<meta http-equiv="refresh" content="0;url=/">',
  );
}

/** Tells in one sentence why a request was refused. */
function refusedPage(sentence: string): PlainPage {
  return plainPage('Refused', `<p>${sentence}</p>`);
}

function plainPage(title: string, body: string, head = ''): PlainPage {
  return {
    headers: {
      ...securityHeaders,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">${head}
<title>${title} - Glance Cache Console</title></head><body><main><h1>${title}</h1>
${body}
</main></body></html>
`,
  };
}

export type HttpServerOptions = {
  service: RpcService;
  /** The directory of the built renderer. */
  pages: string;
  /** 0 for any that is free. */
  port: number;
  /** The largest call, in bytes. */
  maxBytes?: number;
};

/** Serves the page and the contract over HTTP, on the loopback address only. */
export class HttpServer {
  readonly #service: RpcService;
  readonly #handler: RPCHandler<Context>;
  readonly #pages: PageFiles;
  readonly #server: Server;
  readonly #session: BrowserSession;
  readonly #maxBytes: number;
  readonly origin: string;

  private constructor(options: HttpServerOptions, server: Server, port: number) {
    this.#service = options.service;
    this.#maxBytes = options.maxBytes ?? maxCallSize;
    this.#pages = new PageFiles(options.pages, true);
    this.#server = server;
    this.#session = new BrowserSession(port);
    this.origin = `http://127.0.0.1:${port}`;
    this.#handler = new RPCHandler(options.service.router, {
      ...rpcInterceptors(options.service.log),
      plugins: [new SimpleCsrfProtectionHandlerPlugin(), new BodyLimitPlugin({ maxBodySize: this.#maxBytes })],
    });
  }

  /** Starts to listen. Throws Node's error (`EADDRINUSE`, `EACCES`) when it cannot. */
  static async open(options: HttpServerOptions): Promise<HttpServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
    const opened = new HttpServer(options, server, portOf(server.address()));
    server.on('request', (request, response) => void opened.#answer(request, response));
    return opened;
  }

  /** The address to open, with the one-time token until that is used. */
  get url(): string {
    const { token } = this.#session;
    return token === undefined ? `${this.origin}/` : `${this.origin}/?token=${token}`;
  }

  /** Closes every connection, with its calls and streams. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      this.#service.log.error({ err: error, path: pathOf(request) }, 'A request was not answered');
      if (response.headersSent) response.destroy();
      else sendPage(request, response, 500, refusedPage(`${faultMessage}. Its log says more.`));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const isCall = path === rpcPath || path.startsWith(`${rpcPath}/`);
    const refuse = (code: Refusal, page: PlainPage, message: string) => {
      this.#service.log.warn({ code, path, method: request.method }, message);
      if (isCall) sendRefusal(response, code, message);
      else sendPage(request, response, refusalAnswer(code).status, page);
    };

    const foreign = checkOrigin(request.headers);
    if (foreign !== undefined) {
      const message = `Refused: this request comes from ${foreign}.`;
      return refuse('FORBIDDEN', refusedPage(message), message);
    }
    if (!isCall && request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse('METHOD_NOT_SUPPORTED', refusedPage('Only GET is answered here.'), 'Only GET is answered here');
    }
    const token = path === '/' && request.method === 'GET' ? tokenOf(request) : undefined;
    if (token !== undefined && this.#logIn(token, request, response)) return;
    if (!this.#session.isValid(request.headers.cookie)) {
      return refuse('UNAUTHORIZED', loginPage(), 'No session: open the address that the console printed');
    }
    if (token !== undefined) return redirectToPage(response);
    if (isCall) return this.#call(request, response, (code, message) => refuse(code, refusedPage(message), message));
    const { status, headers, body } = await this.#pages.answer(path);
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  }

  #logIn(token: string, request: IncomingMessage, response: ServerResponse): boolean {
    const cookie = this.#session.exchange(token);
    if (cookie === undefined) return false;
    response.setHeader('set-cookie', cookie);
    if (isCrossSite(request.headers)) sendPage(request, response, 200, redirectPage());
    else redirectToPage(response);
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
    // A form sends its content types without a preflight, and oRPC would accept a call as multipart/form-data.
    if (!/^application\/json(;|$)/i.test(headers['content-type'] ?? ''))
      return refuse('UNSUPPORTED_MEDIA_TYPE', 'A call is JSON');
    if (Number(headers['content-length']) > this.#maxBytes) {
      response.setHeader('connection', 'close');
      return refuse('PAYLOAD_TOO_LARGE', 'The call is too large');
    }
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
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

function redirectToPage(response: ServerResponse): void {
  response.writeHead(303, { ...securityHeaders, location: '/', 'cache-control': 'no-store' }).end();
}

function sendPage(request: IncomingMessage, response: ServerResponse, status: number, page: PlainPage): void {
  response.writeHead(status, page.headers).end(request.method === 'HEAD' ? undefined : page.body);
}

function sendRefusal(response: ServerResponse, code: Refusal, message: string): void {
  const { status, body } = refusalAnswer(code, message);
  const headers = { ...securityHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
