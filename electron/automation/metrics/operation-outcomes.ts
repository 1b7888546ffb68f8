import type { Operation } from '../../contract/operations.ts';
import type { Operations } from '../../operations/operations.ts';

type Outcome = 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

/** Counts the operations that end from now on. An operation that is continued ends once more. */
export class OperationOutcomes {
  readonly #counts = new Map<string, { action: string; outcome: Outcome; count: number }>();
  /** The time of the counted end, by operation. */
  readonly #counted = new Map<string, number>();
  readonly #unsubscribe: (() => void)[];

  constructor(operations: Pick<Operations, 'onChange' | 'onRemove'>) {
    this.#unsubscribe = [
      operations.onChange((operation) => this.#note(operation)),
      operations.onRemove((ids) => {
        for (const id of ids) this.#counted.delete(id);
      }),
    ];
  }

  list(): Iterable<{ action: string; outcome: Outcome; count: number }> {
    return this.#counts.values();
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #note(operation: Operation): void {
    const { id, kind: action, endedAt } = operation;
    if (endedAt === null || this.#counted.get(id) === endedAt) return;
    this.#counted.set(id, endedAt);
    const outcome = outcomeOf(operation);
    const key = `${action} ${outcome}`;
    this.#counts.set(key, { action, outcome, count: (this.#counts.get(key)?.count ?? 0) + 1 });
  }
}

function outcomeOf({ state, counts }: Operation): Outcome {
  if (state === 'cancelled' || state === 'interrupted') return state;
  return counts.failed + counts.unknown > 0 ? 'failed' : 'succeeded';
}
