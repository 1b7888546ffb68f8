import { implement, ORPCError, ValidationError } from '@orpc/server';
import { contract } from '../contract/contract.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { faultMessage, logFault, withinLimits } from '../lib/fault.ts';
import type { Logger } from '../store/log.ts';
import type { StorageHealth } from '../store/storage-health.ts';
import { validateOutput } from './validate-output.ts';

/**
 * oRPC's builder for the contract's procedures. Whatever a procedure throws becomes an error of the contract. Failures
 * of the data directory are reported to `storage`.
 */
export function createImplementer(log: Logger, storage: StorageHealth) {
  // `validateOutput` checks the outputs, not oRPC.
  return implement(contract, { initialOutputValidationIndex: Number.NaN }).use(async ({ next, path, procedure }) => {
    try {
      const result = await next();
      return { ...result, output: await validateOutput(procedure['~orpc'].outputSchema, result.output) };
    } catch (error) {
      throw toContractError(storage.report(error) ?? error, path.join('.'), log);
    }
  });
}

export type Implementer = ReturnType<typeof createImplementer>;

/**
 * The error that the page receives: for an `ExpectedFailure` the contract's error of the same code, for an invalid
 * input oRPC's own error, and for anything else a fault, whose details are in the log only.
 */
export function toContractError(error: unknown, where: string, log: Logger): ORPCError<string, unknown> {
  if (error instanceof ExpectedFailure) {
    const failure = withinLimits(error.failure);
    return new ORPCError(failure.code, { message: failure.message, data: failure, cause: error });
  }
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') return error;
  if (error instanceof ORPCError && error.cause instanceof ValidationError) {
    const issues = error.cause.issues.slice(0, 5);
    log.error({ where, issues }, 'a procedure returned a result that the contract does not allow');
  }
  const reference = logFault(log, error, where);
  return new ORPCError('fault', { message: faultMessage, data: { reference } });
}
