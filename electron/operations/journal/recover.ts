import { sums } from '../model/account.ts';
import type { RecordedOperation } from '../model/recorded.ts';
import type { Journal } from './journal.ts';

/**
 * Reads the journal of a console that is not running any more: what it left under way is interrupted, and what it had
 * sent without seeing an answer is unknown. Newest first.
 */
export function recover(journal: Journal): RecordedOperation[] {
  journal.interrupt(
    'Sent; the console ended before it saw an answer.',
    'It ran over ssh when the console ended. The host ends it when that connection closes; in a container that hands on no standard input it goes on.',
  );
  return journal.operations().map((recorded) => {
    const { operation } = recorded;
    if (operation.state !== 'running' && operation.state !== 'cancelling') return recorded;
    const endedAt = journal.lastStir(operation.id) ?? operation.startedAt;
    const interrupted = {
      ...operation,
      ...sums(journal.entries(operation.id)),
      state: 'interrupted' as const,
      endedAt,
    };
    journal.save(interrupted);
    journal.flush();
    return { ...recorded, operation: interrupted };
  });
}
