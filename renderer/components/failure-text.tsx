import type { ReactNode } from 'react';
import type { DisplayError } from '../bridge/display-error.ts';
import classes from './failure-text.module.css';
import { failureLine } from './failure-words.ts';
import { LogPlace } from './log-place.tsx';

type Props = { failure: DisplayError; compact?: boolean; children?: ReactNode };

/** A failure in words: what happened, what to do, more that is known, and behind a fold what the host itself said. */
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
          <summary>What the host said</summary>
          <pre>{facts.join('\n')}</pre>
        </details>
      ) : null}
    </div>
  );
}
