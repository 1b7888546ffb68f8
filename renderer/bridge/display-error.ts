import { ORPCError } from '@orpc/client';
import { type Failure, type FailureCode, failure, fault } from '../../electron/contract/failure.ts';

/**
 * A failure as shown: an expected one, or a fault of the console itself. A fault has the reference under which the log
 * has the details, if the main process gave one.
 */
export type DisplayError = Omit<Failure, 'code'> & { code: FailureCode | 'fault'; reference?: string };

/** Turns anything that a call can throw into a message and a remedy. */
export function toDisplayError(error: unknown): DisplayError {
  if (error instanceof ORPCError) {
    const expected = failure.safeParse(error.data);
    if (expected.success) return expected.data;
    const hidden = fault.safeParse(error.data);
    if (hidden.success) {
      const { reference } = hidden.data;
      return {
        code: 'fault',
        message: 'Internal error',
        remedy: `Try again. If it happens again, report it with the log entry ${reference}.`,
        reference,
      };
    }
    if (error.code === 'BAD_REQUEST') {
      return {
        code: 'invalidInput',
        message: wordsOfIssues(error.data) ?? error.message,
        remedy: 'Correct the input and try again.',
      };
    }
    if (error.code === 'PAYLOAD_TOO_LARGE') {
      return { code: 'invalidInput', message: 'Too many items at once', remedy: 'Select fewer images or hosts.' };
    }
  }
  return {
    code: 'fault',
    message: error instanceof Error && error.message !== '' ? error.message : 'Unexpected response from the console',
    remedy: 'Try again. If it happens again, report it with the log.',
  };
}

/** Whether the page itself cancelled the call, so that there is nothing to show. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function wordsOfIssues(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return undefined;
  const words = data.issues
    .map((issue: unknown) => {
      if (typeof issue !== 'object' || issue === null || !('message' in issue)) return undefined;
      const path = 'path' in issue && Array.isArray(issue.path) ? issue.path.map(String).join('.') : '';
      return path === '' ? String(issue.message) : `${path}: ${String(issue.message)}`;
    })
    .filter((text) => text !== undefined);
  return words.length > 0 ? words.slice(0, 5).join('; ') : undefined;
}
