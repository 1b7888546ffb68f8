import { ExpectedFailure, type Failure } from '../contract/failure.ts';

/** An error as it is shown, cut to what the contract allows. `onFault` tells what to show of an unexpected one. */
export function shownFailure(error: unknown, onFault: (error: unknown) => Failure): Failure {
  const failure = error instanceof ExpectedFailure ? error.failure : onFault(error);
  const { message, remedy, detail, requestId } = failure;
  return {
    ...failure,
    message: message.slice(0, 2_000),
    remedy: remedy.slice(0, 2_000),
    ...(detail === undefined ? {} : { detail: detail.slice(0, 4_000) }),
    ...(requestId === undefined ? {} : { requestId: requestId.slice(0, 200) }),
  };
}
