import type { TrapBed, TrapName } from './bed.ts';
import type { Operator, Tuning } from './operator.ts';

/** What the tests of the traps share. */
export type Scene = {
  bed(): TrapBed;
  /** An operator with a console of their own, closed at the end of the test. */
  open(tuning?: Tuning): Promise<Operator>;
  /** A test of a trap; skipped by name with its reason where the trap cannot be provoked. */
  trap(name: TrapName, title: string, run: () => Promise<void>): void;
  pruneAndClean: boolean;
};
