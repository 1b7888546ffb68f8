import type { Logger } from '../store/log.ts';
import type { Refusal } from './rpc-service.ts';

/** A refused request, as the log has it. */
export type RefusedRequest = { code: Refusal; method: string | undefined; path: string; reason: string };

/** Lines after a quiet time, and how often one more is allowed, in milliseconds. */
const maxLines = 10;
const refillInterval = 60_000;
/** Characters of a path. */
const maxPath = 100;

/**
 * Logs refused requests. Any program of this machine can send them, and must not be able to fill the log until its
 * older content is rotated away: a line is short, and after ten lines there is one a minute, which counts the others.
 */
export class RefusalLog {
  readonly #log: Logger;
  #lines = maxLines;
  #unlogged = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add({ code, method, path, reason }: RefusedRequest): void {
    if (this.#lines === 0) {
      this.#unlogged += 1;
      return;
    }
    this.#lines -= 1;
    this.#log.warn({ code, method, path: path.slice(0, maxPath) }, reason.slice(0, maxPath));
    this.#timer ??= setInterval(() => this.#refill(), refillInterval).unref();
  }

  /** Logs how many requests were not logged yet, and stops. */
  close(): void {
    this.#summarize();
    clearInterval(this.#timer);
  }

  #refill(): void {
    if (this.#summarize()) return;
    this.#lines += 1;
    if (this.#lines < maxLines) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #summarize(): boolean {
    if (this.#unlogged === 0) return false;
    this.#log.warn({ requests: this.#unlogged }, `${this.#unlogged} more requests like these were refused`);
    this.#unlogged = 0;
    return true;
  }
}
