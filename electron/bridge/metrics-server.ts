import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Exposition } from '../automation/metrics/console-metrics.ts';
import type { Health } from '../automation/metrics/health.ts';
import type { MetricsOptions } from '../cli/command-line.ts';
import { metricsToken } from '../cli/credentials.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { logFault } from '../lib/fault.ts';
import { registerSecret } from '../lib/secrets-in-use.ts';
import { systemCode } from '../lib/system-error.ts';
import type { Services } from '../services/services.ts';
import type { Logger } from '../store/log.ts';
import { type HttpListener, listenOnAddress, listenOnLoopback } from './loopback-listener.ts';
import { checkOrigin } from './origin-check.ts';
import { RefusalLog } from './refusal-log.ts';

export type MetricsServerOptions = {
  /** An IP address of this machine. Undefined for the loopback addresses. */
  address: string | undefined;
  /** 0 for any that is free. */
  port: number;
  /** The bearer token that a scraper has to send; undefined when none is needed. */
  token: string | undefined;
  scrape: (accept: string) => Promise<Exposition>;
  health: () => Health;
  log: Logger;
};

/**
 * Serves `/metrics` for Prometheus, `/healthz` (200 when the console does its work, 503 when it is degraded) and `/livez`
 * (200 while it runs) for probes, and nothing else.
 */
export class MetricsServer {
  readonly #options: MetricsServerOptions;
  readonly #listener: HttpListener;
  readonly #refusals: RefusalLog;
  /** The warning about who can read the metrics; undefined if there is none. */
  readonly warning: string | undefined;
  /** The address of the server, such as `http://127.0.0.1:9464`. */
  readonly origin: string;

  private constructor(options: MetricsServerOptions, listener: HttpListener) {
    this.#options = options;
    this.#listener = listener;
    this.#refusals = new RefusalLog(options.log);
    const { address = '127.0.0.1', token } = options;
    if (token === undefined && !isLoopback(address)) {
      this.warning = `Anyone who can reach ${address} can read the metrics, with the names of hosts and images. Require a token with --metrics-token-file.`;
      options.log.warn(this.warning);
    }
    this.origin = `http://${isIPv6(address) ? `[${address}]` : address}:${listener.port}`;
  }

  /** Starts to listen. Throws `invalidInput` when the address cannot be used. */
  static async open(options: MetricsServerOptions): Promise<MetricsServer> {
    const { address, port } = options;
    let opened: MetricsServer | undefined;
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      if (opened === undefined) response.destroy();
      else void opened.#answer(request, response);
    };
    try {
      const listener =
        address === undefined ? await listenOnLoopback(port, answer) : await listenOnAddress(address, port, answer);
      opened = new MetricsServer(options, listener);
      return opened;
    } catch (error) {
      throw listenFailure(error, options) ?? error;
    }
  }

  async close(): Promise<void> {
    await this.#listener.close();
    this.#refusals.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      const reference = logFault(this.#options.log, error, 'answering a scrape');
      if (response.headersSent) response.destroy();
      else send(request, response, 500, `Internal error. See the log, reference ${reference}.\n`);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const { token, address, scrape, health } = this.#options;
    const refuse = (status: number, code: 'FORBIDDEN' | 'UNAUTHORIZED', reason: string) => {
      this.#refusals.add({ code, path, method: request.method, reason });
      send(request, response, status, `${reason}\n`);
    };
    // Without a token, a page in a browser on this machine must not read what only local programs may.
    const foreign = token === undefined && address === undefined ? checkOrigin(request.headers) : undefined;
    if (foreign !== undefined) return refuse(403, 'FORBIDDEN', `Rejected: this request comes from ${foreign}.`);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(request, response, 405, 'Only GET is supported here.\n');
    }
    const isLetIn = token === undefined || bearsToken(request.headers.authorization, token);
    if (path === '/livez') return send(request, response, 200, 'ok\n');
    if (path === '/healthz') {
      const { status, problems } = health();
      // They name clouds, users and servers.
      const isTold = token === undefined ? isLoopback(address ?? '127.0.0.1') : isLetIn;
      const body = isTold ? { status, problems } : { status };
      return send(request, response, status === 'ok' ? 200 : 503, `${JSON.stringify(body)}\n`, 'application/json');
    }
    if (path !== '/metrics') return send(request, response, 404, 'See /metrics, /healthz and /livez.\n');
    if (!isLetIn) {
      response.setHeader('www-authenticate', 'Bearer');
      return refuse(401, 'UNAUTHORIZED', 'The bearer token is missing or wrong.');
    }
    const { contentType, text } = await scrape(request.headers.accept ?? '');
    send(request, response, 200, text, contentType);
  }
}

/** Serves the metrics and the health of services, as the command line says. Throws `invalidInput` when that cannot be. */
export function serveMetrics(
  services: Services,
  options: MetricsOptions,
  env: NodeJS.ProcessEnv,
): Promise<MetricsServer> {
  const { metrics, log, health } = services;
  const token = metricsToken(options.tokenFile, env);
  if (token !== undefined) registerSecret(token);
  if (metrics === undefined) throw new Error('The services keep no metrics');
  return MetricsServer.open({ ...options, token, scrape: (accept) => metrics.scrape(accept), health, log });
}

/** Whether an `Authorization` header has the token. The duration of the check reveals nothing about the token. */
function bearsToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  const headers = { 'content-type': contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : text);
}

const listenProblems: Record<string, string> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'no permission to use this port',
  EADDRNOTAVAIL: 'this machine does not have the address',
};

function listenFailure(error: unknown, { address, port }: MetricsServerOptions): ExpectedFailure | undefined {
  const problem = listenProblems[systemCode(error) ?? ''];
  if (problem === undefined) return undefined;
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `Metrics cannot be served at ${address ?? '127.0.0.1'}, port ${port}: ${problem}.`,
    remedy: 'Use another address or port with --metrics.',
  });
}
