import type { DemoRequest } from './server.ts';

/** A request as it came in; tokens and other secrets are replaced. */
export type LoggedRequest = {
  at: number;
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  bodyBytes: number;
  /** The status that was answered; null while there is none, and for good where there never was one. */
  status: number | null;
};

const kept = 5_000;

/** The last requests that a server received, and how many there were in all. */
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
    if (this.requests.length > kept) this.requests.splice(0, kept / 10);
    this.total += 1;
    return entry;
  }

  /** How many of the kept requests were of this method and path (without the query). */
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
