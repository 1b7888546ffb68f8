import type { FailureCode } from '../../electron/contract/failure.ts';
import type { DisplayError } from '../bridge/display-error.ts';

const words: Record<FailureCode | 'fault', string> = {
  unreachable: 'Unreachable',
  timeout: 'No answer in time',
  tls: 'Not trusted',
  unauthenticated: 'Not logged in',
  forbidden: 'Forbidden',
  cachingDisabled: 'Caching is off',
  notFound: 'Not found',
  unsupported: 'Not supported',
  badResponse: 'Not an answer of Glance',
  hostError: 'Error on the host',
  invalidInput: 'Refused',
  interrupted: 'Interrupted',
  // Its message says it all.
  fault: '',
};

/** A failure in one line, beginning with its kind: `Unreachable: http://glance-01:9292: connection refused`. No full stop. */
export function failureLine({ code, message }: Pick<DisplayError, 'code' | 'message'>): string {
  const text = message.replace(/\.$/, '');
  return text.toLowerCase().startsWith(words[code].toLowerCase()) ? text : `${words[code]}: ${text}`;
}
