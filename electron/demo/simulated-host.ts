import { randomUUID } from 'node:crypto';
import { cacheApi, legacyApi } from './cache-endpoints.ts';
import { versionList } from './glance-releases.ts';
import { defaultTexts, json, length, Refusal, refuse } from './glance-replies.ts';
import { imageApi } from './image-endpoints.ts';
import type { TokenCheck } from './keystone-accounts.ts';
import { Faults } from './simulated-faults.ts';
import type { Caller } from './simulated-image.ts';
import type { DemoNode } from './simulated-node.ts';
import { type DemoReply, type DemoRequest, DemoServer, type NoReply, RequestLog } from './simulated-server.ts';

/** One simulated glance-api host: a node behind an HTTP server. */
export class DemoHost {
  readonly node: DemoNode;
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly server: DemoServer;
  readonly #tokens: TokenCheck;
  readonly #keystone: () => string;

  /** `keystone` is the `www_authenticate_uri` of the host's configuration. */
  constructor(node: DemoNode, tokens: TokenCheck, keystone: () => string) {
    this.node = node;
    this.#tokens = tokens;
    this.#keystone = keystone;
    this.server = new DemoServer((request) => this.#receive(request));
  }

  get address(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  async restart(): Promise<void> {
    await this.server.down();
    this.node.restart();
    this.#tokens.forget();
    await this.server.up();
  }

  async close(): Promise<void> {
    this.node.stop();
    await this.server.down();
  }

  async #receive(request: DemoRequest): Promise<DemoReply | NoReply> {
    const entry = this.log.add(request, this.node.now());
    if (this.node.blocksWhileFetching) await this.node.worker.idle();
    const reply = await this.faults.play(request, () => this.#answer(request));
    if (typeof reply === 'string') return reply;
    entry.status = reply.status;
    return { ...reply, headers: this.#withHeaderCase(reply.headers) };
  }

  async #answer(request: DemoRequest): Promise<DemoReply | NoReply> {
    // Browsers send OPTIONS before a request; a middleware answers it without a token.
    if (request.method === 'OPTIONS') return { status: 200, headers: { 'Content-Length': '0' }, body: '' };
    const path = decoded(request.path).replace(/\/{2,}/g, '/');
    if (path === '/healthcheck') return health(request);
    const [first = '', ...rest] = path.split('/').slice(1);
    if (first === 'versions') return this.#versions(request, 200);
    if (!this.#isVersion(first)) return this.#versions(request, 300);
    try {
      return await this.#authenticated(request, rest);
    } catch (cause) {
      if (cause instanceof Refusal) return this.#withRequestId(refuse(cause, request));
      throw cause;
    }
  }

  async #authenticated(request: DemoRequest, rest: string[]): Promise<DemoReply | NoReply> {
    const { facts } = this.node;
    // eventlet refuses a longer request line, without a body.
    if (facts.server === 'eventlet' && request.url.length > 8_190) {
      return { status: 414, headers: { 'Content-Length': '0' }, body: '' };
    }
    const sent = request.headers['x-auth-token'];
    const token = await this.#tokens.check(typeof sent === 'string' ? sent : undefined);
    if (!token) {
      const headers = { 'WWW-Authenticate': `Keystone uri="${this.#keystone()}"` };
      return refuse(new Refusal(401, defaultTexts.unauthorized, headers), request);
    }
    // Glance's policies require the admin role on a project; 26 and later refuse a system-scoped token.
    const scoped = token.project !== undefined || (token.system && !facts.enforcesScope);
    const admin = scoped && token.roles.includes('admin');
    const caller: Caller = { projectId: token.project?.id, admin };
    if (rest.length === 0) {
      const headers = { 'Content-Type': 'text/plain; charset=utf8', 'Content-Length': '0' };
      return this.#withRequestId({ status: 302, headers: { ...headers, Location: `${this.address}/v2/` }, body: '' });
    }
    const reply = this.#route(request, caller, rest);
    return typeof reply === 'string' ? reply : this.#withRequestId(reply);
  }

  #route(request: DemoRequest, caller: Caller, path: string[]): DemoReply | NoReply {
    const legacy = legacyApi(this.node, request, caller, path);
    if (legacy) return legacy;
    if (path[0] === 'images') return imageApi(this.node, request, caller, path.slice(1));
    if (path[0] === 'cache' && this.node.facts.dialect === 'cacheApi') {
      return cacheApi(this.node, request, caller, path.slice(1));
    }
    throw new Refusal(404, defaultTexts.notFound);
  }

  #versions(request: DemoRequest, status: number): DemoReply {
    return json(versionList(this.node.release, this.node.cachingOn, request.headers.host ?? ''), status);
  }

  /** `v2`, or `v2.9` if that version is listed. */
  #isVersion(segment: string): boolean {
    if (segment === 'v2') return true;
    const { facts, cachingOn } = this.node;
    const list = cachingOn ? facts.versions : facts.versionsCacheOff;
    return list.some((entry) => segment === `v${entry.replace('*', '')}`);
  }

  #withRequestId(reply: DemoReply): DemoReply {
    return { ...reply, headers: { ...reply.headers, 'x-openstack-request-id': `req-${randomUUID()}` } };
  }

  /** eventlet capitalizes every word of a header name: `Www-Authenticate`. */
  #withHeaderCase(headers: Record<string, string>): Record<string, string> {
    if (this.node.facts.server !== 'eventlet') return headers;
    const capital = (name: string) => name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [capital(name), value]));
  }
}

function health(request: DemoRequest): DemoReply {
  const asJson = request.headers.accept?.includes('application/json') === true;
  const body = asJson ? '{\n    "detailed": false,\n    "reasons": [\n        "OK"\n    ]\n}' : 'OK';
  const type = asJson ? 'application/json' : 'text/plain; charset=UTF-8';
  return { status: 200, headers: { 'Content-Type': type, 'Content-Length': length(body) }, body };
}

/** Decodes the whole path before it is split, as WSGI does, so that an encoded slash separates segments. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
