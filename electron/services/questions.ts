import { randomUUID } from 'node:crypto';
import { ExpectedFailure } from '../contract/failure.ts';
import type { PendingSshQuestion, SshQuestion } from '../contract/remote.ts';

type Pending = { question: PendingSshQuestion; settle: (answer: string | undefined) => void };

/** What ssh asks, until a page answers or ssh does not want to know any more. Answers are kept nowhere. */
export class Questions {
  readonly #pending = new Map<string, Pending>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  list(): PendingSshQuestion[] {
    return [...this.#pending.values()].map(({ question }) => question);
  }

  /** Waits for a page; `undefined` refuses. */
  ask(asked: SshQuestion, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const id = randomUUID();
    return new Promise((resolve) => {
      const settle = (answer: string | undefined) => {
        signal.removeEventListener('abort', giveUp);
        this.#pending.delete(id);
        resolve(answer);
        this.#changed();
      };
      const giveUp = () => settle(undefined);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#pending.set(id, { question: { ...asked, id }, settle });
      this.#changed();
    });
  }

  /** Null refuses. Throws `notFound` when it is not asked any more. */
  answer(id: string, answer: string | null): void {
    const pending = this.#pending.get(id);
    if (!pending) {
      throw new ExpectedFailure({
        code: 'notFound',
        message: 'ssh does not ask this any more.',
        remedy: 'Try again what it was asked for.',
      });
    }
    pending.settle(answer ?? undefined);
  }
}
