import type { DatabaseSync } from 'node:sqlite';
import type { Operation } from '../../contract/operations.ts';
import type { RecordedOperation } from '../model/operation-from-plan.ts';
import { totalsOf } from '../model/target-run.ts';
import type { Journal } from './journal.ts';

const interruptedText = 'Sent; the console ended before the host responded.';
const interruptedOverSsh =
  'It ran over SSH when the console ended. The host stops it when the connection closes; in a container without forwarded standard input it continues.';

/**
 * Marks the operations that a kill or the end of the console interrupted. Call this at start and at stop, when no operation
 * runs. Operations recorded as running become interrupted unless all their targets are settled, and their targets that were
 * sent without an answer become unknown. Sends nothing: `continueHost` asks the hosts once the operator continues. Returns all operations, newest first.
 */
export function markInterrupted(database: DatabaseSync, journal: Journal): RecordedOperation[] {
  journal.flush();
  const interrupt = database.prepare(
    `UPDATE operation_targets SET state = 'unknown', text = CASE method WHEN 'ssh' THEN ? ELSE ? END
     WHERE state = 'sent' AND operation_id IN (SELECT id FROM operations WHERE state IN ('running', 'cancelling'))`,
  );
  interrupt.run(interruptedOverSsh, interruptedText);
  return journal.operations().map((recorded) => {
    const { operation } = recorded;
    if (operation.state !== 'running' && operation.state !== 'cancelling') return recorded;
    const endedAt = lastActivity(database, operation.id) ?? operation.startedAt;
    const totals = totalsOf(journal.targets(operation.id));
    const { waiting, sent, following, unknown } = totals.counts;
    // Without any targets its record was lost, so its outcome is not known.
    const isOpen = waiting + sent + following + unknown > 0 || totals.total === 0;
    // The console may end between the outcome of the last target and the end of the operation.
    const ended = operation.state === 'cancelling' ? 'cancelled' : 'finished';
    const recovered: Operation = { ...operation, ...totals, state: isOpen ? 'interrupted' : ended, endedAt };
    journal.save(recovered);
    journal.flush();
    return { ...recorded, operation: recovered };
  });
}

/** Epoch milliseconds when a target of the operation was last sent or settled; undefined if none was. */
function lastActivity(database: DatabaseSync, operationId: string): number | undefined {
  const { at } =
    database
      .prepare(
        `SELECT max(max(coalesce(sent_at, 0), coalesce(ended_at, 0))) AS at FROM operation_targets
         WHERE operation_id = ? AND coalesce(sent_at, ended_at) IS NOT NULL`,
      )
      .get(operationId) ?? {};
  return at === null || at === undefined ? undefined : Number(at);
}
