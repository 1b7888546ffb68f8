import type { Operation } from '../../contract/operations.ts';
import type { Clock } from '../../lib/clock.ts';

type Listener = (operation: Operation) => void;

/** Tells listeners of operations that change, of each at most so often; the last state is always told. */
export class Changes {
  readonly #listeners = new Set<Listener>();
  /** Operations told of lately: what to tell when their time is over, if anything changed meanwhile. */
  readonly #resting = new Map<string, { late: (() => Operation) | null; takeBack: () => void }>();
  readonly #clock: Clock;
  readonly #every: () => number;
  readonly #fault: (error: unknown) => void;

  /** `every` in milliseconds. A listener that throws is told to `fault`, and harms no other. */
  constructor(clock: Clock, every: () => number, fault: (error: unknown) => void) {
    this.#clock = clock;
    this.#every = every;
    this.#fault = fault;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(id: string, current: () => Operation): void {
    const resting = this.#resting.get(id);
    if (resting) {
      resting.late = current;
      return;
    }
    const takeBack = this.#clock.after(this.#every(), () => {
      const late = this.#resting.get(id)?.late;
      this.#resting.delete(id);
      if (late) this.tell(id, late);
    });
    this.#resting.set(id, { late: null, takeBack });
    this.#announce(current());
  }

  /** Tells at once, and nothing older after it. */
  tellNow(id: string, current: () => Operation): void {
    this.#resting.get(id)?.takeBack();
    this.#resting.delete(id);
    this.#announce(current());
  }

  stop(): void {
    for (const { takeBack } of this.#resting.values()) takeBack();
    this.#resting.clear();
    this.#listeners.clear();
  }

  #announce(operation: Operation): void {
    for (const listener of this.#listeners) {
      try {
        listener(operation);
      } catch (error) {
        this.#fault(error);
      }
    }
  }
}
