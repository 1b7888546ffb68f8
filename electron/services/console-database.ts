import { join } from 'node:path';
import { alertsArea } from '../automation/alerts/alert-store.ts';
import { schedulesArea } from '../automation/schedules/schedule-tables.ts';
import { pruneLocksArea, pruneLocksTable } from '../fleet/prune-locks.ts';
import { externalRemovalsArea } from '../fleet/removals/external-removals.ts';
import { CommitCount } from '../operations/journal/commit-count.ts';
import { journalArea } from '../operations/journal/journal-tables.ts';
import { settleCommits, settleJournal } from '../operations/journal/restore-lost-operations.ts';
import { StartedOperations } from '../operations/journal/started-operations.ts';
import type { DatabaseSchema } from '../store/salvage-database.ts';

const lostLocksText =
  'Information about running prunes was lost. Before you prune a host, check that no earlier prune is running there.';

/** The list of the started operations in a data directory. `failed` receives errors of writing it. */
export function startedOperationsIn(directory: string, failed: (error: unknown) => void): StartedOperations {
  return new StartedOperations(join(directory, 'started-operations.jsonl'), failed);
}

/** The count of the journal's commits in a data directory. `failed` receives errors of writing it. */
export function commitCountIn(directory: string, failed: (error: unknown) => void): CommitCount {
  return new CommitCount(join(directory, 'console.db-commits'), failed);
}

/** The tables of `console.db`, for opening and for salvaging it. */
export function consoleSchema(directory: string): DatabaseSchema {
  return {
    what: 'operations',
    areas: [journalArea, pruneLocksArea, externalRemovalsArea, alertsArea, schedulesArea],
    settle(database, salvaged) {
      const sentences = settleJournal(
        database,
        salvaged,
        startedOperationsIn(directory, () => undefined).read(),
        Date.now(),
      );
      settleCommits(
        database,
        salvaged,
        commitCountIn(directory, () => undefined),
      );
      return salvaged.damagedTables.has(pruneLocksTable) ? [...sentences, lostLocksText] : sentences;
    },
  };
}
