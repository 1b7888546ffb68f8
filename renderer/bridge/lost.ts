import { ORPCError } from '@orpc/client';
import type { Failure } from '../../electron/contract/failure.ts';

/**
 * The bridge itself failed: no answer came and none will. Thrown as the contract's own `interrupted`, so that a page
 * shows it like any other failure.
 */
export function bridgeLost(message: string, remedy: string, cause?: unknown): ORPCError<'interrupted', Failure> {
  return new ORPCError('interrupted', {
    defined: true,
    message,
    data: { code: 'interrupted', message, remedy },
    cause,
  });
}
