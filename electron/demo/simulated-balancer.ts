import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

export type BalancerOptions = {
  /** Whether each request goes to the next host (HTTP mode), or each connection (TCP mode). */
  per?: 'request' | 'connection';
  /** Headers that the balancer adds to the hosts' answers. */
  headers?: Record<string, string>;
  /** Sticky sessions: a cookie names the host, and later requests with it go to the same host. */
  sticky?: boolean;
};

const cookieName = 'SERVERID';

/** A load balancer on a free port of 127.0.0.1 that distributes requests to its hosts in turn. */
export class DemoBalancer {
  readonly #hosts: readonly { address: string }[];
  readonly #options: BalancerOptions;
  readonly #chosen = new WeakMap<Socket, number>();
  readonly #server: Server;
  #next = 0;
  #connections = 0;

  private constructor(hosts: readonly { address: string }[], options: BalancerOptions) {
    this.#hosts = hosts;
    this.#options = options;
    this.#server = createServer({ maxHeaderSize: 256 * 1024 }, (message, response) => {
      this.#pass(message, response).catch(() => response.destroy());
    });
    this.#server.on('connection', () => {
      this.#connections += 1;
    });
  }

  /** The addresses of the hosts, such as those of a demo cloud's control. */
  static async start(hosts: readonly { address: string }[], options: BalancerOptions = {}): Promise<DemoBalancer> {
    if (hosts.length === 0) throw new Error('A balancer needs a host');
    const balancer = new DemoBalancer(hosts, options);
    await new Promise<void>((resolve, reject) => {
      balancer.#server.once('error', reject);
      balancer.#server.listen(0, '127.0.0.1', resolve);
    });
    return balancer;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The number of connections that were opened to the balancer. */
  get connections(): number {
    return this.#connections;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #choose(message: IncomingMessage): number {
    const stuck = new RegExp(`${cookieName}=s(\\d{1,4})`).exec(message.headers.cookie ?? '')?.[1];
    if (this.#options.sticky && stuck !== undefined) return Number(stuck) % this.#hosts.length;
    const before = this.#chosen.get(message.socket);
    if (this.#options.per === 'connection' && before !== undefined) return before;
    const index = this.#next;
    this.#next = (this.#next + 1) % this.#hosts.length;
    this.#chosen.set(message.socket, index);
    return index;
  }

  async #pass(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const index = this.#choose(message);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const passed = request(`${this.#hosts[index]?.address ?? ''}${message.url ?? '/'}`, {
        method: message.method ?? 'GET',
        headers: message.headers,
        agent: false,
      });
      passed.once('response', resolve);
      passed.once('error', reject);
      message.pipe(passed);
    }).catch(() => undefined);
    if (!answer) {
      response.writeHead(503, { 'cache-control': 'no-cache', 'content-type': 'text/html' });
      response.end(
        '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
      );
      return;
    }
    const { connection: _, ...headers } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, {
      ...headers,
      ...this.#options.headers,
      ...(this.#options.sticky ? { 'set-cookie': `${cookieName}=s${index}; path=/` } : {}),
    });
    await pipeline(answer, response);
  }
}
