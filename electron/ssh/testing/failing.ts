import { failure } from '../../contract/failure.ts';
import { RemoteFailure } from '../ssh-failures.ts';

/** The failure of this room that a promise ends with, checked against the contract. Anything else is thrown on. */
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
