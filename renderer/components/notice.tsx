import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { type DisplayError, toDisplayError } from '../bridge/display-error.ts';
import { Button } from './button.tsx';
import { FailureText } from './failure-text.tsx';

type NoticeProps = {
  tone?: 'plain' | 'warn' | 'bad' | 'accent';
  actions?: ReactNode;
  /** Screen readers announce the notice when it appears. */
  live?: boolean;
  children: ReactNode;
};

/** Something that the operator should know, with the possible actions. */
export function Notice({ tone = 'plain', actions, live = false, children }: NoticeProps) {
  return (
    <Alert data-tone={tone} role={live ? 'status' : 'note'}>
      <div className="grow">{children}</div>
      {actions}
    </Alert>
  );
}

/** Warnings of the main process, one notice each. Equal ones are shown as often as they were sent. */
export function NoticeList({ warnings }: { warnings: readonly (string | DisplayError)[] }) {
  return warnings.map((warning, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole, and two warnings may be equal
    <Notice key={index} tone="warn">
      {typeof warning === 'string' ? warning : <FailureText failure={warning} />}
    </Notice>
  ));
}

/** A request that failed: the problem, the remedy, and a button to retry. */
export function FailedNotice({
  error,
  again,
  tone = 'bad',
}: {
  error: unknown;
  again: () => unknown;
  tone?: 'bad' | 'warn';
}) {
  return (
    <Notice tone={tone} live actions={<Button onClick={() => void again()}>Try again</Button>}>
      <FailureText failure={toDisplayError(error)} />
    </Notice>
  );
}
