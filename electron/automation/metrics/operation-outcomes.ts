import { type ActionKind, actionKind, type Operation } from '../../contract/operations.ts';
import type { Operations } from '../../operations/operations.ts';

const outcomes = ['succeeded', 'failed', 'cancelled', 'interrupted'] as const;
type Outcome = (typeof outcomes)[number];

/** Counts the operations that end from now on. An operation that is continued ends once more. */
export class OperationOutcomes {
  readonly #counts = new Map<string, number>();
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

  /**
   * Every action with every outcome, also those that never happened: `increase()` does not see the first value of a counter
   * that begins at 1.
   */
  list(): { action: ActionKind; outcome: Outcome; count: number }[] {
    return actionKind.options.flatMap((action) =>
      outcomes.map((outcome) => ({ action, outcome, count: this.#counts.get(`${action} ${outcome}`) ?? 0 })),
    );
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #note(operation: Operation): void {
    const { id, kind: action, endedAt } = operation;
    if (endedAt === null || this.#counted.get(id) === endedAt) return;
    this.#counted.set(id, endedAt);
    const key = `${action} ${outcomeOf(operation)}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

function outcomeOf({ state, counts }: Operation): Outcome {
  if (state === 'cancelled' || state === 'interrupted') return state;
  return counts.failed + counts.unknown > 0 ? 'failed' : 'succeeded';
}
