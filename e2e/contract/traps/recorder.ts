import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';

/** A recorded request with its answer. Tokens are numbered, not kept: `token 1`, `token 2`. */
export type Exchange = {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  token: string | null;
  bodyBytes: number;
  /** Null until there is an answer, and for ever if there is none. */
  status: number | null;
  answer: { headers: Record<string, string>; text: string };
};

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/**
 * A proxy in front of a host that passes everything through unchanged and records what the console really sent. Each
 * request uses a new connection to the host.
 */
export class Recorder {
  readonly #target: string;
  readonly #server: Server;
  readonly #tokens: string[] = [];
  #port = 0;
  exchanges: Exchange[] = [];

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
  }

  static async start(target: string): Promise<Recorder> {
    const recorder = new Recorder(target);
    await recorder.up();
    return recorder;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The requests with this method to this path (without the query). */
  of(method: string, path: string | RegExp): Exchange[] {
    return this.exchanges.filter((each) => {
      const own = each.path.split('?')[0] ?? '';
      return each.method === method && (typeof path === 'string' ? own === path : path.test(own));
    });
  }

  /** Stops listening: connections are refused, as by a host whose service is stopped. */
  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again at the same address. */
  async up(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    const bound = this.#server.address();
    if (typeof bound === 'object' && bound) this.#port = bound.port;
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url: path = '', rawHeaders } = incoming;
    const exchange: Exchange = {
      method,
      path,
      headers: visibleHeaders(incoming),
      token: this.#nameOf(incoming.headers['x-auth-token']),
      bodyBytes: 0,
      status: null,
      answer: { headers: {}, text: '' },
    };
    this.exchanges.push(exchange);
    const onward = request(`${this.#target}${path}`, { method, headers: rawHeaders, agent: false });
    outgoing.once('close', () => onward.destroy());
    onward.once('error', () => outgoing.destroy());
    onward.once('response', (answer) => {
      exchange.answer.headers = visibleHeaders(answer);
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', () => outgoing.destroy());
      answer.once('end', () => {
        exchange.answer.text = Buffer.concat(chunks).toString('utf8');
        exchange.status = answer.statusCode ?? 0;
        outgoing.writeHead(exchange.status, endToEnd(answer.rawHeaders));
        outgoing.end(Buffer.concat(chunks));
      });
    });
    incoming.on('data', (chunk: Buffer) => {
      exchange.bodyBytes += chunk.length;
    });
    incoming.pipe(onward);
  }

  #nameOf(token: string | string[] | undefined): string | null {
    if (typeof token !== 'string') return null;
    if (!this.#tokens.includes(token)) this.#tokens.push(token);
    return `token ${this.#tokens.indexOf(token) + 1}`;
  }
}

function visibleHeaders({ headers }: IncomingMessage): Record<string, string> {
  const { 'x-auth-token': _, ...rest } = headers;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
}

function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
