import { randomUUID } from 'node:crypto';
import { ExpectedFailure } from '../contract/failure.ts';
import type { PendingSshQuestion, SshQuestion } from '../contract/remote.ts';
import { Emitter } from '../lib/emitter.ts';
import { registerSecret } from '../lib/secrets-in-use.ts';

type Prompt = { question: PendingSshQuestion; settle: (answer: string | undefined) => void };

/** The questions of ssh that wait for the operator: passphrases, passwords, new host keys. Answers are never stored. */
export class SshPrompts {
  readonly #pending = new Map<string, Prompt>();
  readonly #changes = new Emitter();

  /** Calls the listener whenever a question is added or removed. Returns a function that ends the subscription. */
  onChange(listener: () => void): () => void {
    return this.#changes.on(listener);
  }

  list(): PendingSshQuestion[] {
    return [...this.#pending.values()].map(({ question }) => question);
  }

  /** Waits for the operator's answer. Resolves to `undefined` when it is refused or the signal is aborted. */
  ask(asked: SshQuestion, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const id = randomUUID();
    return new Promise((resolve) => {
      const settle = (answer: string | undefined) => {
        signal.removeEventListener('abort', giveUp);
        this.#pending.delete(id);
        resolve(answer);
        this.#changes.emit();
      };
      const giveUp = () => settle(undefined);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#pending.set(id, { question: { ...asked, id }, settle });
      this.#changes.emit();
    });
  }

  /** Answers a question; null refuses it. Throws `notFound` when it no longer waits. */
  answer(id: string, answer: string | null): void {
    const prompt = this.#pending.get(id);
    if (!prompt) {
      throw new ExpectedFailure({
        code: 'notFound',
        message: 'This ssh prompt has expired.',
        remedy: 'Repeat the action.',
      });
    }
    // ssh or the host may repeat it. The end of its use is not known, so it counts as released at once, which keeps it
    // hidden for a while.
    if (answer !== null && !prompt.question.echo) registerSecret(answer)();
    prompt.settle(answer ?? undefined);
  }
}
