import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '@orpc/server';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { SimpleCsrfProtectionHandlerPlugin } from '@orpc/server/plugins';
import { createLoginUrl, LoginTokens, newLoginKey } from '../cli/login-token.ts';
import { rpcPath, sessionKeyHeader } from '../contract/transport.ts';
import { faultMessage } from '../lib/fault.ts';
import { BrowserSessions } from './browser-sessions.ts';
import { type HttpListener, listenOnLoopback } from './loopback-listener.ts';
import { checkOrigin } from './origin-check.ts';
import { PageFiles } from './page-files.ts';
import { loginPage, type PlainPage, refusedPage, signedInPage } from './plain-page.ts';
import { RefusalLog } from './refusal-log.ts';
import { maxCallSize, type Refusal, type RpcService, refusalAnswer, rpcInterceptors } from './rpc-service.ts';
import { securityHeaders } from './security-headers.ts';

export type HttpServerOptions = {
  service: RpcService;
  /** The directory of the built renderer. */
  pages: string;
  /** 0 for any that is free. */
  port: number;
  /** The largest call, in bytes. */
  maxBytes?: number;
};

/** Serves the page and the contract over HTTP, on the loopback addresses only. */
export class HttpServer {
  readonly #service: RpcService;
  readonly #handler: RPCHandler<Context>;
  readonly #pages: PageFiles;
  readonly #listener: HttpListener;
  readonly #sessions: BrowserSessions;
  readonly #tokens: LoginTokens;
  readonly #refusals: RefusalLog;
  readonly #maxBytes: number;
  #onLogin: (() => void) | undefined;
  /** The address of the server, which begins every sign-in address. */
  readonly origin: string;
  /** The key that signs login tokens of this server. Only for the user who runs it. */
  readonly loginKey = newLoginKey();

  private constructor(options: HttpServerOptions, listener: HttpListener) {
    this.#service = options.service;
    this.#maxBytes = options.maxBytes ?? maxCallSize;
    this.#pages = new PageFiles(options.pages, true);
    this.#listener = listener;
    this.#sessions = new BrowserSessions(listener.port);
    this.#tokens = new LoginTokens(this.loginKey);
    this.#refusals = new RefusalLog(options.service.log);
    // Not 'localhost', which may be another address where another program answers.
    this.origin = `http://127.0.0.1:${listener.port}`;
    this.#handler = new RPCHandler(options.service.router, {
      ...rpcInterceptors(options.service.log),
      plugins: [new SimpleCsrfProtectionHandlerPlugin(), new BodyLimitPlugin({ maxBodySize: this.#maxBytes })],
    });
  }

  /** Starts to listen. Throws Node's error (`EADDRINUSE`, `EACCES`) when it cannot. */
  static async open(options: HttpServerOptions): Promise<HttpServer> {
    let opened: HttpServer | undefined;
    const listener = await listenOnLoopback(options.port, (request, response) => {
      if (opened === undefined) response.destroy();
      else void opened.#answer(request, response);
    });
    opened = new HttpServer(options, listener);
    return opened;
  }

  /** Returns a new address that lets one browser in, once. */
  createLoginUrl(): string {
    return createLoginUrl(this.origin, this.loginKey);
  }

  /** Calls a function whenever a browser has logged in. */
  onLogin(listener: () => void): void {
    this.#onLogin = listener;
  }

  /** Closes every connection, with its calls and streams. */
  async close(): Promise<void> {
    await this.#listener.close();
    this.#refusals.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      this.#service.log.error({ err: error, path: pathOf(request).slice(0, 100) }, 'A request failed');
      if (response.headersSent) response.destroy();
      else sendPage(request, response, 500, refusedPage(`${faultMessage}. See the log.`));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const isCall = path === rpcPath || path.startsWith(`${rpcPath}/`);
    const refuse = (code: Refusal, page: PlainPage, message: string) => {
      this.#refusals.add({ code, path, method: request.method, reason: message });
      if (isCall) sendRefusal(response, code, message);
      else sendPage(request, response, refusalAnswer(code).status, page);
    };

    const { headers } = request;
    const foreign = checkOrigin(headers);
    if (foreign !== undefined) {
      const message = `Rejected: this request comes from ${foreign}.`;
      return refuse('FORBIDDEN', refusedPage(message), message);
    }
    if (!isCall && request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse('METHOD_NOT_SUPPORTED', refusedPage('Only GET is supported here.'), 'Only GET is supported here');
    }
    const token = path === '/' && request.method === 'GET' ? tokenOf(request) : undefined;
    if (token !== undefined && this.#tokens.redeem(token)) return this.#logIn(request, response);
    const isLetIn = isCall
      ? this.#sessions.mayCall(headers.cookie, headerText(headers[sessionKeyHeader]))
      : this.#sessions.hasSession(headers.cookie);
    if (!isLetIn) return refuse('UNAUTHORIZED', loginPage(), 'No session: open a sign-in address of the console');
    if (token !== undefined) return redirectToPage(response);
    if (isCall) return this.#call(request, response, (code, message) => refuse(code, refusedPage(message), message));
    const file = await this.#pages.answer(path);
    response.writeHead(file.status, file.headers).end(request.method === 'HEAD' ? undefined : file.body);
  }

  #logIn(request: IncomingMessage, response: ServerResponse): void {
    const { cookie, key } = this.#sessions.begin(request.headers.cookie);
    response.setHeader('set-cookie', cookie);
    sendPage(request, response, 200, signedInPage(key));
    this.#onLogin?.();
  }

  async #call(
    request: IncomingMessage,
    response: ServerResponse,
    refuse: (code: Refusal, message: string) => void,
  ): Promise<void> {
    const { headers } = request;
    if (request.method !== 'POST') return refuse('METHOD_NOT_SUPPORTED', 'Only POST is supported');
    if (headers.origin === undefined) return refuse('FORBIDDEN', 'The Origin header is missing');
    // A form sends its content types without a preflight, and oRPC would accept a call as multipart/form-data.
    if (!/^application\/json(;|$)/i.test(headers['content-type'] ?? ''))
      return refuse('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON');
    if (Number(headers['content-length']) > this.#maxBytes) {
      response.setHeader('connection', 'close');
      return refuse('PAYLOAD_TOO_LARGE', 'The body is too large');
    }
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    await this.#handler.handle(request, response, { prefix: rpcPath, context: {} });
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

function tokenOf(request: IncomingMessage): string | undefined {
  const query = (request.url ?? '').split('?')[1];
  return new URLSearchParams(query).get('token') ?? undefined;
}

function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
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
