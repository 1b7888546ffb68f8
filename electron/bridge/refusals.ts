import { ORPCError } from '@orpc/server';

/** Refusals that come from the bridge itself, before any procedure runs. */
export type Refusal =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_SUPPORTED'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE';

/** A refusal as both transports answer it: the error of oRPC's own RPC protocol. */
export function refusalAnswer(code: Refusal, message?: string): { status: number; body: { json: object } } {
  const error = new ORPCError(code, message === undefined ? {} : { message });
  return { status: error.status, body: { json: error.toJSON() } };
}
