import type { Operator, OperatorOptions } from './operator.ts';
import type { TrapHost, TrapName } from './trap-host.ts';

/** Shared by the tests of the traps. */
export type TrapContext = {
  trapHost(): TrapHost;
  /** Opens an operator's console, which is closed at the end of the test. */
  open(tuning?: OperatorOptions): Promise<Operator>;
  /** A test of a trap; skipped with the reason if the trap cannot be caused on the host. */
  trap(name: TrapName, title: string, run: () => Promise<void>): void;
  pruneAndClean: boolean;
};
