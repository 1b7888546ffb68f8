import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { FailureCode } from '../../electron/contract/failure.ts';
import type { DisplayError } from '../bridge/display-error.ts';
import { queries } from '../bridge/queries.ts';
import classes from './failure-text.module.css';

type Props = { failure: DisplayError; compact?: boolean; children?: ReactNode };

/** A failure: what happened, the remedy, and, folded, the host's own answer. */
export function FailureText({ failure, compact = false, children }: Props) {
  const facts = [
    failure.status === undefined ? undefined : `HTTP status ${failure.status}`,
    failure.requestId ? `Request ${failure.requestId}` : undefined,
    failure.detail,
  ].filter((fact) => fact !== undefined);
  return (
    <div className={classes.failure}>
      <span className="bad">{failureLine(failure)}.</span>
      {failure.remedy ? <span className="dim">{failure.remedy}</span> : null}
      {failure.code === 'fault' ? <LogPlace /> : null}
      {children ? <span className="dim">{children}</span> : null}
      {facts.length > 0 && !compact ? (
        <details>
          <summary>Server response</summary>
          <pre>{facts.join('\n')}</pre>
        </details>
      ) : null}
    </div>
  );
}

const words: Record<FailureCode | 'fault', string> = {
  unreachable: 'Unreachable',
  timeout: 'Timed out',
  tls: 'Certificate not trusted',
  unauthenticated: 'Not logged in',
  forbidden: 'Forbidden',
  cachingDisabled: 'Caching is off',
  notFound: 'Not found',
  unsupported: 'Not supported',
  badResponse: 'Unexpected response',
  hostError: 'Error on the host',
  invalidInput: 'Refused',
  interrupted: 'Interrupted',
  // The messages say everything.
  storage: '',
  fault: '',
};

/** A failure in one line without a full stop: `Unreachable: http://glance-01:9292: connection refused`. */
export function failureLine({ code, message }: Pick<DisplayError, 'code' | 'message'>): string {
  const text = message.replace(/\.$/, '');
  return text.toLowerCase().startsWith(words[code].toLowerCase()) ? text : `${words[code]}: ${text}`;
}

/** The path of the console's log file. Renders nothing until it is known. */
function LogPlace() {
  const about = useQuery(queries.about.queryOptions({ input: {} }));
  if (!about.data) return null;
  return (
    <span className="dim">
      The log is <span className="mono">{about.data.logFile}</span>
    </span>
  );
}
