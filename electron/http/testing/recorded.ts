import { readFileSync } from 'node:fs';
import type { HttpAnswer } from '../http-answer.ts';
import type { Reply } from './local-server.ts';

type Recorded = { status: number; headers: Record<string, string>; body: unknown };

function read(folder: string | URL, name: string): Recorded {
  return JSON.parse(readFileSync(new URL(`recorded/${name}.json`, folder), 'utf8'));
}

function textOf({ headers, body }: Recorded): string {
  if (typeof body === 'string') return body;
  return headers['Content-Length'] === '0' ? '' : JSON.stringify(body);
}

/** The answer of a real server, as it was recorded beside the test (`import.meta.url`). */
export function recordedAnswer(folder: string | URL, name: string): HttpAnswer {
  const recorded = read(folder, name);
  const headers = Object.entries(recorded.headers).map(([key, value]) => [key.toLowerCase(), value]);
  return { status: recorded.status, headers: Object.fromEntries(headers), text: textOf(recorded) };
}

/** The same, for a local server to send. The length on the wire was another, since secrets were replaced. */
export function recordedReply(
  folder: string | URL,
  name: string,
): Exclude<Reply, string | ((...rest: never[]) => void)> {
  const recorded = read(folder, name);
  const { 'Content-Length': _, ...headers } = recorded.headers;
  return { status: recorded.status, headers, body: textOf(recorded) };
}
