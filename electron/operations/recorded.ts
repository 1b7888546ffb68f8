import type { Operation } from '../contract/operations.ts';

/** An operation as recorded: with what a clear clears, null for all others. */
export type RecordedOperation = { operation: Operation; what: 'cache' | 'queue' | 'both' | null };
