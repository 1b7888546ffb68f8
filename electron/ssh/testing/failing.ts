import { failure } from '../../contract/failure.ts';
import { RemoteFailure } from '../ssh-failures.ts';

/**
 * Returns the `RemoteFailure` that a promise rejects with, after checking it against the contract. Rethrows other
 * errors.
 */
export async function failureOf(promise: Promise<unknown>) {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof RemoteFailure) return { problem: error.problem, ...failure.parse(error.failure) };
    throw error;
  }
  throw new Error(`no failure, but ${JSON.stringify(value)}`);
}
