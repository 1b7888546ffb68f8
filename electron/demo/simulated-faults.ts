import { defaultTexts, Refusal, refuse } from './glance-replies.ts';
import type { DemoReply, DemoRequest, NoReply } from './simulated-server.ts';

/** A fault between a server and its caller. */
export type Fault =
  /** Accepts the request and never answers. */
  | { kind: 'hang' }
  /** Closes the connection without an answer. */
  | { kind: 'reset' }
  | { kind: 'slow'; ms: number }
  | { kind: 'redirect'; to: string; status?: 301 | 302 | 303 | 307 | 308 }
  /** The page of a proxy instead of an answer. */
  | { kind: 'html'; status?: number }
  /** The real answer, cut off in the middle. */
  | { kind: 'brokenJson' }
  /** The real answer, padded with blanks to this many bytes. */
  | { kind: 'oversized'; bytes: number }
  /** An error of this status in the server's own format: 401, 403, 404, 429, 500, 503 … */
  | { kind: 'status'; status: number; message?: string; retryAfter?: number }
  /** Exactly this answer. */
  | { kind: 'answer'; status: number; body: string; headers?: Record<string, string> };

/** The requests that a fault applies to; all of them by default. */
export type FaultMatch = {
  method?: string;
  /** The path as sent, without the query. */
  path?: string | RegExp;
  /** The number of requests after which the fault ends. */
  times?: number;
  /** Applies to every n-th matching request only. */
  every?: number;
};

type ActiveFault = { fault: Fault; match: FaultMatch; seen: number; left: number };

/** The faults of one server. The first one that matches is used. */
export class Faults {
  #active: ActiveFault[] = [];

  /** Returns a function that removes the fault. */
  add(fault: Fault, match: FaultMatch = {}): () => void {
    const armed = { fault, match, seen: 0, left: match.times ?? Number.POSITIVE_INFINITY };
    this.#active.push(armed);
    return () => {
      this.#active = this.#active.filter((each) => each !== armed);
    };
  }

  clear(): void {
    this.#active = [];
  }

  async play(request: DemoRequest, answer: () => Promise<DemoReply | NoReply>): Promise<DemoReply | NoReply> {
    const fault = this.#next(request);
    if (!fault) return answer();
    switch (fault.kind) {
      case 'hang':
      case 'reset':
        return fault.kind;
      case 'slow':
        await new Promise<void>((resolve) => setTimeout(resolve, fault.ms).unref());
        return answer();
      case 'redirect':
        return plain(fault.status ?? 302, '', { Location: fault.to });
      case 'html': {
        const body =
          '<!DOCTYPE html>\n<html><head><title>Gateway</title></head><body><h1>Please sign in</h1></body></html>\n';
        return plain(fault.status ?? 200, body, { 'Content-Type': 'text/html' });
      }
      case 'answer':
        return plain(fault.status, fault.body, { 'Content-Type': 'application/json', ...fault.headers });
      case 'status': {
        const headers: Record<string, string> =
          fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
        return refuse(new Refusal(fault.status, fault.message ?? usual(fault.status), headers), request);
      }
      case 'brokenJson':
        return changeBody(await answer(), (body) => body.slice(0, Math.ceil(body.length / 2)));
      case 'oversized':
        return changeBody(await answer(), (body) => body.padEnd(fault.bytes));
    }
  }

  #next(request: DemoRequest): Fault | undefined {
    for (const armed of this.#active) {
      const { method, path, every = 1 } = armed.match;
      if (armed.left <= 0 || (method !== undefined && method !== request.method)) continue;
      if (typeof path === 'string' ? path !== request.path : path?.test(request.path) === false) continue;
      armed.seen += 1;
      if (armed.seen % every !== 0) continue;
      armed.left -= 1;
      return armed.fault;
    }
    return undefined;
  }
}

function usual(status: number): string {
  if (status === 401) return defaultTexts.unauthorized;
  if (status === 403) return 'You are not authorized to complete this action.';
  if (status === 404) return defaultTexts.notFound;
  if (status === 429) return 'Too many requests, please try again later.';
  return status === 503
    ? 'The server is currently unavailable. Please try again at a later time.'
    : defaultTexts.serverError;
}

function plain(status: number, body: string, headers: Record<string, string>): DemoReply {
  return { status, headers: { 'Content-Length': String(Buffer.byteLength(body)), ...headers }, body };
}

function changeBody(reply: DemoReply | NoReply, change: (body: string) => string): DemoReply | NoReply {
  if (typeof reply === 'string' || typeof reply.body !== 'string') return reply;
  const body = change(reply.body);
  return { ...reply, headers: { ...reply.headers, 'Content-Length': String(Buffer.byteLength(body)) }, body };
}
