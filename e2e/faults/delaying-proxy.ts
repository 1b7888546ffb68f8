import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../../electron/demo/random.ts';
import type { LedgerEntry, RequestLedger } from './request-ledger.ts';

/** A range of milliseconds: minimum and maximum. */
export type Range = readonly [number, number];

/** How a proxy treats requests. The first rule that matches applies; without one a request passes. */
export type ProxyRule = {
  /** The requests that the rule applies to; all by default. `path` is a regular expression. */
  host?: string;
  method?: string;
  path?: string;
  /** The share of the matching requests, from 0 to 1; all by default. */
  share?: number;
  /** The delay of the request to the host, and of the answer back. */
  before?: Range;
  after?: Range;
  /** Closes the connection without an answer, before or after the host has carried out the request. */
  cut?: 'before' | 'after';
  /** Answers in place of the host, with status 200 and JSON. */
  answer?: string;
};

export type Moment = { entry: number; phase: 'received' | 'done' | 'answered' };

/**
 * A proxy in front of one host. It delivers a change to the host even if the caller has died, as a network delivers
 * what was sent; the download of an image ends with its caller.
 */
export class DelayingProxy {
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #hostName: string;
  readonly #target: () => number;
  readonly #ledger: RequestLedger;
  readonly #moment: (moment: Moment) => void;
  readonly #seen = new Map<string, number>();
  readonly #random: Random;
  #rules: readonly ProxyRule[] = [];
  /** The number of changes in flight. */
  open = 0;

  constructor(options: {
    hostName: string;
    /** The port of the host. */
    target: () => number;
    ledger: RequestLedger;
    seed: string;
    moment: (moment: Moment) => void;
  }) {
    this.#hostName = options.hostName;
    this.#target = options.target;
    this.#ledger = options.ledger;
    this.#random = new Random(`${options.seed}/${options.hostName}`);
    this.#moment = options.moment;
    this.#server = createServer((incoming, outgoing) => {
      this.#handle(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  setRules(rules: readonly ProxyRule[]): void {
    this.#rules = rules;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = incoming;
    const path = url.split('?')[0] ?? url;
    const isChange = method !== 'GET' && method !== 'HEAD';
    const isDownload = method === 'GET' && path.endsWith('/file');
    const { rule, random } = this.#ruleFor(method, path);
    const entry = isChange || isDownload ? this.#ledger.open(this.#hostName, method, path) : undefined;
    if (!isChange) return this.#pass(incoming, outgoing, entry, rule, random);
    this.open += 1;
    try {
      await this.#pass(incoming, outgoing, entry, rule, random);
    } finally {
      this.open -= 1;
    }
  }

  async #pass(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    entry: LedgerEntry | undefined,
    rule: ProxyRule | undefined,
    random: Random,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (entry) this.#moment({ entry: entry.number, phase: 'received' });
    if (rule?.before) await wait(random.between(...rule.before));
    if (rule?.cut === 'before') return void incoming.socket.destroy();
    if (rule?.answer !== undefined) {
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(rule.answer);
      return;
    }
    const answer = await this.#send(incoming, Buffer.concat(chunks), entry?.number);
    const { statusCode = 502, rawHeaders } = answer;
    if (entry?.method === 'GET') {
      outgoing.writeHead(statusCode, rawHeaders);
      await pipeline(answer, outgoing);
    } else {
      const body: Buffer[] = [];
      for await (const chunk of answer) body.push(chunk as Buffer);
      if (entry) {
        entry.doneAt = Date.now();
        entry.status = statusCode;
        this.#moment({ entry: entry.number, phase: 'done' });
      }
      if (rule?.after) await wait(random.between(...rule.after));
      if (rule?.cut === 'after') return void incoming.socket.destroy();
      if (outgoing.destroyed) return;
      outgoing.writeHead(statusCode, rawHeaders);
      await new Promise<void>((resolve) => outgoing.end(Buffer.concat(body), resolve));
    }
    if (!entry) return;
    if (entry.method === 'GET') {
      entry.doneAt = Date.now();
      entry.status = statusCode;
    }
    entry.answeredAt = Date.now();
    this.#moment({ entry: entry.number, phase: 'answered' });
  }

  #send(incoming: IncomingMessage, body: Buffer, number: number | undefined): Promise<IncomingMessage> {
    const { method, url, headers } = incoming;
    const { connection: _, ...kept } = headers;
    const marked = number === undefined ? kept : { ...kept, 'x-ledger-entry': String(number) };
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: this.#target(), method, path: url, headers: marked, agent: this.#agent },
        resolve,
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /** The same request is treated the same in every run with the same seed, whatever other requests there are. */
  #ruleFor(method: string, path: string): { rule: ProxyRule | undefined; random: Random } {
    const key = `${method} ${path}`;
    const times = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, times);
    const random = this.#random.fork(`${key} ${times}`);
    const rule = this.#rules.find(
      (each) =>
        (each.host === undefined || each.host === this.#hostName) &&
        (each.method === undefined || each.method === method) &&
        (each.path === undefined || new RegExp(each.path).test(path)) &&
        (each.share === undefined || random.chance(each.share)),
    );
    return { rule, random };
  }
}
