import { ExpectedFailure, type Failure, failure } from '../../contract/failure.ts';

/** The expected failure that a promise ends with, checked against the contract. Rethrows other errors. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof ExpectedFailure) return failure.parse(error.failure);
    throw error;
  }
  throw new Error(`no failure, but ${JSON.stringify(value)}`);
}
