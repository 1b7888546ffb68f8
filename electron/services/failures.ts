import { ORPCError, ValidationError } from '@orpc/server';
import { ExpectedFailure } from '../contract/failure.ts';
import { faultMessage, logFault, withinLimits } from '../lib/fault.ts';
import type { Logger } from '../store/log.ts';

/**
 * What a procedure throws towards the page: the contract's error of the same code for an expected failure, what oRPC
 * found wrong with the input as it is, and for anything else a reference to the log and no inner words.
 */
export function thrownToPage(error: unknown, where: string, log: Logger): ORPCError<string, unknown> {
  if (error instanceof ExpectedFailure) {
    const failure = withinLimits(error.failure);
    return new ORPCError(failure.code, { message: failure.message, data: failure, cause: error });
  }
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') return error;
  if (error instanceof ORPCError && error.cause instanceof ValidationError) {
    log.error(
      { where, issues: error.cause.issues.slice(0, 5) },
      'a procedure answered what the contract does not allow',
    );
  }
  const reference = logFault(log, error, where);
  return new ORPCError('fault', { message: faultMessage, data: { reference } });
}
