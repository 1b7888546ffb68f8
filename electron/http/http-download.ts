import { formatCount } from '../contract/counts.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { type RequestContext, shownUrl } from './request-context.ts';

/** A download whose bytes are counted and discarded. */
export type HttpDownload = {
  url: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which the download fails. Waiting for `taken` does not count. */
  idleMs: number;
  /** Maximum bytes to read, also when the server announces more; null for the announced length. */
  maxBytes: number | null;
  /**
   * Called with the bytes received so far and the announced total, null if there is none. Reading continues when the
   * returned promise settles, which slows the server down.
   */
  taken(bytes: number, of: number | null): Promise<void> | void;
};

/** How the body of an answer is downloaded. */
type Body = AsyncIterable<Buffer> & { destroy(): unknown; on(event: 'error', listener: () => void): unknown };

/** Aborts a download that stalls. */
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

  /** Starts the timer: data must arrive from now on. */
  arm(): void {
    this.disarm();
    this.#timer = setTimeout(() => this.#abort.abort(idle(this.#failing, this.bytes)), this.#milliseconds);
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }
}

/** Reads a body to its end and discards it. Closes the connection on any failure. Resolves to the bytes received. */
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
    // Destroying the stream raises an error that no other code handles.
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
      ? `${shownUrl(url)}: the download stalled after ${amount(bytes)}.`
      : `${shownUrl(url)}: timed out waiting for the download to start.`,
    remedy: 'The host or its store may be busy or hung. Try again later, or check the service on the host.',
  });
}

/** The failure for a download that ended before the announced or known size. */
export function incompleteDownload(url: URL, bytes: number, of: number): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${shownUrl(url)}: the download ended after ${amount(bytes)} of ${amount(of)}.`,
    remedy: 'Check the glance-api log on the host. The image data in the store may be damaged.',
  });
}

function tooLong(url: URL, of: number | null, most: number): ExpectedFailure {
  const length = of === null ? 'sends more' : `announces ${amount(of)}, more`;
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${shownUrl(url)}: ${length} than the expected ${amount(most)}; the download was stopped.`,
    remedy: 'Check the address and the image size in Glance.',
  });
}

function endless(url: URL): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${shownUrl(url)}: image size unknown; the download was not started.`,
    remedy: 'Check the image in Glance. An image without a size has no data yet.',
  });
}

function amount(bytes: number): string {
  return `${formatCount(bytes)} bytes`;
}
