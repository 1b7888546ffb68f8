import { ExpectedFailure } from '../contract/failure.ts';
import { formatCount } from '../lib/text.ts';
import { type RequestContext, shownUrl } from './http-failures.ts';

/** A download whose bytes nobody keeps: they are counted as they come and thrown away. */
export type HttpDownload = {
  url: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Milliseconds that may pass without a byte. They do not run while `taken` is waited for. */
  idleMs: number;
  /** More is not read, and more is not believed when it is announced; null for as much as the answer announces. */
  maxBytes: number | null;
  /**
   * Told of each part: the bytes that came so far, and how many it will be, where the answer says. Nothing more is read
   * until what it returns is settled, and so the other side is held back.
   */
  taken(bytes: number, of: number | null): Promise<void> | void;
};

/** What is asked of the body of an answer. */
type Body = AsyncIterable<Buffer> & { destroy(): unknown; on(event: 'error', listener: () => void): unknown };

/** Ends a download in which nothing comes any more. */
export class IdleWatch {
  readonly #milliseconds: number;
  readonly #abort: AbortController;
  readonly #failing: RequestContext;
  #timer: NodeJS.Timeout | undefined;
  bytes = 0;

  constructor(milliseconds: number, abort: AbortController, failing: RequestContext) {
    this.#milliseconds = milliseconds;
    this.#abort = abort;
    this.#failing = failing;
  }

  /** From now on something has to come. */
  arm(): void {
    this.disarm();
    this.#timer = setTimeout(() => this.#abort.abort(idle(this.#failing, this.bytes)), this.#milliseconds);
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }
}

/** Reads a body to its end and keeps none of it. Whatever goes wrong, its connection is closed. Returns how many bytes. */
export async function downloadAndDiscard(
  body: Body,
  headers: Record<string, string>,
  { maxBytes, taken }: Pick<HttpDownload, 'maxBytes' | 'taken'>,
  { failing, watch, signal }: { failing: RequestContext; watch: IdleWatch; signal: AbortSignal },
): Promise<number> {
  try {
    const of = announced(headers);
    const most = maxBytes ?? of;
    if (most === null) throw endless(failing.url);
    if (of !== null && of > most) throw tooLong(failing.url, of, most);
    for await (const chunk of body) {
      watch.disarm();
      watch.bytes += chunk.length;
      if (watch.bytes > most) throw tooLong(failing.url, null, most);
      await taken(watch.bytes, of);
      signal.throwIfAborted();
      watch.arm();
    }
    if (of !== null && watch.bytes !== of) throw incompleteDownload(failing.url, watch.bytes, of);
    return watch.bytes;
  } catch (error) {
    // It is destroyed with an error of its own, which nobody waits for any more.
    body.on('error', () => undefined);
    body.destroy();
    throw error;
  }
}

function announced(headers: Record<string, string>): number | null {
  const length = headers['content-length'] ?? '';
  return /^\d{1,15}$/.test(length) ? Number(length) : null;
}

function idle({ url, answered }: RequestContext, bytes: number): ExpectedFailure {
  return new ExpectedFailure({
    code: 'timeout',
    message: answered
      ? `${shownUrl(url)}: nothing came any more, after ${amount(bytes)}.`
      : `${shownUrl(url)}: the answer did not begin in time.`,
    remedy:
      'The host, or the store behind it, may be busy or hung. Try again later, or look at the service on the host.',
  });
}

/** The other side stopped before it had sent what it announced, or what was known to come. */
export function incompleteDownload(url: URL, bytes: number, of: number): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${shownUrl(url)}: ended after ${amount(bytes)} of ${amount(of)}.`,
    remedy: 'Look into the log of glance-api on the host: the data of the image may be damaged in its store.',
  });
}

function tooLong(url: URL, of: number | null, most: number): ExpectedFailure {
  const length = of === null ? 'sends more' : `announces ${amount(of)}, more`;
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${shownUrl(url)}: ${length} than the ${amount(most)} that there should be; it was not read further.`,
    remedy: 'Check the address, and the size of the image in Glance: this is not what was asked for.',
  });
}

function endless(url: URL): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${shownUrl(url)}: neither the catalogue nor the answer says how many bytes there are; none was read.`,
    remedy: 'Look at the image in Glance: one without a size has no data yet.',
  });
}

function amount(bytes: number): string {
  return `${formatCount(bytes)} bytes`;
}
