import type { Operation } from '../../contract/operations.ts';

/**
 * What of an action is recorded beside its targets: what a clear clears; `anew` where a queue dequeues what is stalled;
 * `rate 1048576` where a prefetch reads at most so many bytes a second at each host; null for all others.
 */
export type What = 'cache' | 'queue' | 'both' | 'anew' | `rate ${number}` | null;

/** An operation as recorded. */
export type RecordedOperation = { operation: Operation; what: What };

/** What is cleared. */
export function clearedOf(what: What): 'cache' | 'queue' | 'both' {
  return what === 'cache' || what === 'queue' ? what : 'both';
}

/** Bytes a second at each host; null where nothing limits them. */
export function rateOf(what: What): number | null {
  return what?.startsWith('rate ') ? Number(what.slice('rate '.length)) : null;
}
