import { randomUUID } from 'node:crypto';
import { cacheApi } from './cache-api.ts';
import { Faults } from './faults.ts';
import type { Caller } from './image.ts';
import { imageApi } from './image-api.ts';
import { legacyApi } from './legacy-api.ts';
import type { DemoNode } from './node.ts';
import { versionList } from './releases.ts';
import { json, Refusal, refuse, words } from './replies.ts';
import { RequestLog } from './request-log.ts';
import { type DemoReply, type DemoRequest, DemoServer, type NoReply } from './server.ts';
import type { TokenCheck } from './tokens.ts';

/** One simulated glance-api host: its node behind an HTTP server. */
export class DemoHost {
  readonly node: DemoNode;
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly server: DemoServer;
  readonly #tokens: TokenCheck;
  readonly #keystone: () => string;

  /** `keystone`: the `www_authenticate_uri` of its configuration. */
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
    return { ...reply, headers: this.#spelled(reply.headers) };
  }

  async #answer(request: DemoRequest): Promise<DemoReply | NoReply> {
    const segments = request.path.split('/').slice(1).map(decoded);
    const [first = '', ...rest] = segments;
    if (request.path === '/healthcheck') {
      return {
        status: 200,
        headers: { 'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': '2' },
        body: 'OK',
      };
    }
    if (first === 'versions' && rest.every((segment) => segment === '')) return this.#versions(request, 200);
    if (!this.#isVersion(first)) return this.#versions(request, 300);
    try {
      return await this.#authenticated(request, rest);
    } catch (cause) {
      if (cause instanceof Refusal) return this.#identified(refuse(cause, request));
      throw cause;
    }
  }

  async #authenticated(request: DemoRequest, rest: string[]): Promise<DemoReply | NoReply> {
    const { facts } = this.node;
    // eventlet reads no longer request line, and says so without a word.
    if (facts.server === 'eventlet' && request.url.length > 8_190) {
      return { status: 414, headers: { 'Content-Length': '0' }, body: '' };
    }
    const sent = request.headers['x-auth-token'];
    const token = await this.#tokens.check(typeof sent === 'string' ? sent : undefined);
    if (!token) {
      const headers = { 'WWW-Authenticate': `Keystone uri="${this.#keystone()}"` };
      return refuse(new Refusal(401, words.unauthorized, headers), request);
    }
    // Glance's policies ask for the admin role on a project; 26 and later refuse a token of the system's scope.
    const scoped = token.project !== undefined || (token.system && !facts.enforcesScope);
    const admin = scoped && token.roles.includes('admin');
    const caller: Caller = { projectId: token.project?.id, admin, systemScope: token.system };
    const reply = this.#route(request, caller, rest);
    return typeof reply === 'string' ? reply : this.#identified(reply);
  }

  #route(request: DemoRequest, caller: Caller, path: string[]): DemoReply | NoReply {
    const legacy = legacyApi(this.node, request, caller, path);
    if (legacy) return legacy;
    if (path[0] === 'images') return imageApi(this.node, request, caller, path.slice(1));
    if (path[0] === 'cache' && this.node.facts.dialect === 'cacheApi') {
      return cacheApi(this.node, request, caller, path.slice(1));
    }
    throw new Refusal(404, words.notFound);
  }

  #versions(request: DemoRequest, status: number): DemoReply {
    return json(versionList(this.node.release, this.node.cachingOn, request.headers.host ?? ''), status);
  }

  /** `v2`, or `v2.9` where that is listed. */
  #isVersion(segment: string): boolean {
    if (segment === 'v2') return true;
    const { facts, cachingOn } = this.node;
    const list = cachingOn ? facts.versions : facts.versionsCacheOff;
    return list.some((entry) => segment === `v${entry.replace('*', '')}`);
  }

  #identified(reply: DemoReply): DemoReply {
    return { ...reply, headers: { ...reply.headers, 'x-openstack-request-id': `req-${randomUUID()}` } };
  }

  /** eventlet capitalizes every word of a header name: `Www-Authenticate`. */
  #spelled(headers: Record<string, string>): Record<string, string> {
    if (this.node.facts.server !== 'eventlet') return headers;
    const capital = (name: string) => name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [capital(name), value]));
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
