import type { TrapBed, TrapName } from './bed.ts';
import type { Operator, Tuning } from './operator.ts';

/** Shared by the tests of the traps. */
export type Scene = {
  bed(): TrapBed;
  /** Opens an operator's console, which is closed at the end of the test. */
  open(tuning?: Tuning): Promise<Operator>;
  /** A test of a trap; skipped with the reason if the trap cannot be caused on the host. */
  trap(name: TrapName, title: string, run: () => Promise<void>): void;
  pruneAndClean: boolean;
};
