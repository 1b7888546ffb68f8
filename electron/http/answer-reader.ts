import { Worker } from 'node:worker_threads';
import { formatCount } from '../contract/counts.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { untilAborted } from '../lib/abort.ts';
import { opaqueSecrets } from '../lib/secrets-in-use.ts';
import { type HttpAnswer, jsonOf, type LargeBody } from './http-answer.ts';

/**
 * Turns a parsed body into the values that the console needs. The body is `undefined` if the answer is not JSON, or
 * longer than any service's answer. `read` may run in another thread: it uses nothing but the body, and its result is
 * plain data.
 */
export type AnswerReader<Result> = {
  /** Unique: the other thread finds the reader by it (`electron/answer-thread.ts`). */
  name: string;
  read(body: unknown): Result;
  /**
   * The number of list elements of a result that are passed on from the thread at once. Each such slice takes a few ms.
   */
  sliceLength: number;
};

/** A request of the main thread to the other one: to read a body, then one message after the other. */
export type ThreadRequest = { reader: string; blocks: Uint8Array[]; secrets: readonly string[] } | 'next';
/** The result without its lists; then a slice of the list under `key`; then the end. */
export type ThreadMessage =
  | { kind: 'result'; result: unknown }
  | { kind: 'slice'; key: string; items: readonly unknown[] }
  | { kind: 'end' };

/**
 * Reads the answer of a server: a small one at once, a large one in another thread, from which the result comes in
 * slices. In neither case the main thread is blocked for longer than about 30 ms. `address` is who answered, for the
 * text of a failure. A large answer can be read once.
 *
 * Throws `badResponse` when the answer ended the thread, and `interrupted` when the signal is aborted.
 */
export async function readAnswer<Result>(
  answer: HttpAnswer,
  reader: AnswerReader<Result>,
  who: { address: string; signal?: AbortSignal | undefined; known?: Known | undefined },
): Promise<Result> {
  if (!answer.large) return reader.read(jsonOf(answer));
  return thread.read(answer.large, { reader: reader.name, ...who }) as Promise<Result>;
}

/**
 * The element to keep at a place of a list: an equal one that is already known, so that a list that hardly changed does
 * not take its memory twice.
 */
export type Known = (key: string, index: number, element: unknown) => unknown;

type Reading = { reader: string; address: string; signal?: AbortSignal | undefined; known?: Known | undefined };

/** Milliseconds without work after which the thread ends, which returns its memory to the system. */
const idleMs = 5_000;
/** After a body of this many bytes the thread ends at once, because of the garbage that it leaves. */
const hugeBytes = 4 * 1024 * 1024;
/** Memory of the thread in MiB. The largest answer within the limits of `json-limits.ts` takes about half of it. */
const maxHeapMb = 1_024;

/** The thread that reads large answers, one after the other. It starts with the first one and ends when it is idle. */
export class AnswerThread {
  readonly #start: () => Worker;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(start: () => Worker) {
    this.#start = start;
  }

  async read(body: LargeBody, reading: Reading): Promise<unknown> {
    const { address, signal } = reading;
    this.#waiting += 1;
    clearTimeout(this.#idle);
    const before = this.#last;
    const work = (async () => {
      await before;
      if (signal?.aborted) throw interrupted(address);
      return this.#exchange(body, reading);
    })();
    this.#last = work.catch(() => undefined);
    try {
      return await untilAborted(work, signal, () => interrupted(address));
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#endWhenIdle(body.bytes < hugeBytes ? idleMs : 0);
    }
  }

  /** Reads one body. The thread is ended when the signal is aborted: nothing else stops it while it parses. */
  #exchange(body: LargeBody, { reader, address, signal, known }: Reading): Promise<unknown> {
    this.#worker ??= this.#started();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      let result: unknown;
      const settle = () => {
        signal?.removeEventListener('abort', abort);
        worker.off('message', take).off('error', fail).off('exit', exit);
        worker.unref();
      };
      const take = (message: ThreadMessage) => {
        if (message.kind === 'end') {
          settle();
          resolve(result);
          return;
        }
        if (message.kind === 'result') result = message.result;
        else addSlice(result, message, known);
        worker.postMessage('next' satisfies ThreadRequest);
      };
      const lose = (error: unknown) => {
        settle();
        this.#forget(worker);
        reject(error);
      };
      const abort = () => {
        lose(interrupted(address));
        void worker.terminate();
      };
      const fail = (error: NodeJS.ErrnoException) => {
        lose(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? threadEnded(address, body, error) : error);
      };
      const exit = () => lose(threadEnded(address, body));
      signal?.addEventListener('abort', abort);
      worker.on('message', take).on('error', fail).on('exit', exit);
      worker.ref();
      const blocks = body.blocks.map((block) => block.buffer);
      const request = { reader, blocks: [...body.blocks], secrets: opaqueSecrets() } satisfies ThreadRequest;
      worker.postMessage(request, blocks);
    });
  }

  #started(): Worker {
    const worker = this.#start();
    worker.on('error', () => this.#forget(worker));
    worker.on('exit', () => this.#forget(worker));
    return worker;
  }

  #forget(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
  }

  #endWhenIdle(milliseconds: number): void {
    this.#idle = setTimeout(() => {
      const worker = this.#worker;
      this.#worker = undefined;
      void worker?.terminate();
    }, milliseconds).unref();
  }
}

function addSlice(
  result: unknown,
  { key, items }: Extract<ThreadMessage, { kind: 'slice' }>,
  known: Known = (_key, _index, element) => element,
): void {
  const list = (result as Record<string, unknown[]>)[key];
  for (const item of items) list?.push(known(key, list.length, item));
}

/** The file is beside the entry points, as TypeScript in the sources and as JavaScript in the built program. */
const thread = new AnswerThread(() => {
  const file = import.meta.url.endsWith('.ts') ? '../answer-thread.ts' : './answer-thread.js';
  return new Worker(new URL(file, import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
});

function threadEnded(address: string, { bytes }: LargeBody, cause?: unknown): ExpectedFailure {
  return new ExpectedFailure(
    {
      code: 'badResponse',
      message: `${address}: the response of ${formatCount(Math.ceil(bytes / 1024))} KiB needs too much memory to process.`,
      remedy: 'Check that the address is a glance-api host, and check any proxy or load balancer in between.',
    },
    { cause },
  );
}

function interrupted(address: string): ExpectedFailure {
  return new ExpectedFailure({
    code: 'interrupted',
    message: `${address}: the request was cancelled while the response was read.`,
    remedy: 'Try again.',
  });
}
