import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import { hideLongSecrets } from './secrets-in-use.ts';

/** The text of an unexpected error, wherever it is shown. What went wrong inside is in the log only. */
export const faultMessage = 'Internal error';

/** Logs an unexpected error. Returns its reference in the log, which is all of it that may be shown. */
export function logFault(log: Pick<Logger, 'error'>, error: unknown, where: string): string {
  const reference = randomBytes(4).toString('hex');
  log.error({ reference, where, error }, 'fault');
  return reference;
}

/** An error as the operator sees it. An unexpected one is logged, and shown with its reference only. */
export function failureOf(error: unknown, log: Pick<Logger, 'error'>, where: string): Failure {
  if (error instanceof ExpectedFailure) return withinLimits(error.failure);
  const reference = logFault(log, error, where);
  return withinLimits({
    code: 'badResponse',
    message: `${faultMessage} while ${where}.`,
    remedy: `See the log, reference ${reference}.`,
  });
}

/** A failure whose texts are cut to the lengths that the contract allows, and have no secret in use. */
export function withinLimits(failure: Failure): Failure {
  const { message, remedy, detail, requestId } = failure;
  return {
    ...failure,
    message: hideLongSecrets(message).slice(0, 2_000),
    remedy: hideLongSecrets(remedy).slice(0, 2_000),
    ...(detail === undefined ? {} : { detail: hideLongSecrets(detail).slice(0, 4_000) }),
    ...(requestId === undefined ? {} : { requestId: hideLongSecrets(requestId).slice(0, 200) }),
  };
}
