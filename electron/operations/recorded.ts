import type { Operation } from '../contract/operations.ts';

/** An operation as recorded: with what a clear clears, `anew` where a queue dequeues what is stalled, null for all others. */
export type RecordedOperation = { operation: Operation; what: 'cache' | 'queue' | 'both' | 'anew' | null };
