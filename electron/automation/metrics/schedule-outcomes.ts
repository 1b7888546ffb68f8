import type { RunOutcome, ScheduleRun } from '../../contract/schedules.ts';
import type { Schedules } from '../schedules/schedules.ts';

type ScheduleCount = { schedule: string; outcome: RunOutcome; count: number };
const usualOutcomes = ['done', 'failed', 'missed'] as const;

/** Runs that are remembered, so that none is counted twice. */
const maxRemembered = 10_000;

/** Counts the runs of schedules that end from now on. Due runs that one record accounts for are counted each. */
export class ScheduleOutcomes {
  readonly #counts = new Map<string, ScheduleCount>();
  /** The number of due runs that were counted, by the record's id, oldest first. */
  readonly #counted = new Map<string, number>();
  readonly #unsubscribe: () => void;

  constructor(schedules: Pick<Schedules, 'onRunEnd'>) {
    this.#unsubscribe = schedules.onRunEnd((run) => this.#note(run));
  }

  /**
   * The counts, and zeros for the usual outcomes of schedules that did not run yet: `increase()` does not see the first
   * value of a counter that begins at 1.
   */
  list(schedules: readonly string[]): ScheduleCount[] {
    const zeros = schedules.flatMap((schedule) =>
      usualOutcomes.flatMap((outcome) =>
        this.#counts.has(`${outcome} ${schedule}`) ? [] : [{ schedule, outcome, count: 0 }],
      ),
    );
    return [...this.#counts.values(), ...zeros];
  }

  stop(): void {
    this.#unsubscribe();
  }

  #note({ id, scheduleName: schedule, outcome, dueRuns }: ScheduleRun): void {
    const more = dueRuns - (this.#counted.get(id) ?? 0);
    if (more <= 0) return;
    this.#counted.set(id, dueRuns);
    for (const oldest of this.#counted.keys()) if (this.#counted.size > maxRemembered) this.#counted.delete(oldest);
    const key = `${outcome} ${schedule}`;
    this.#counts.set(key, { schedule, outcome, count: (this.#counts.get(key)?.count ?? 0) + more });
  }
}
