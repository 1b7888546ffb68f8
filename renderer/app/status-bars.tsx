import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { plural } from '../../electron/contract/counts.ts';
import type { Operation } from '../../electron/contract/operations.ts';
import { useConnection, useConsolePart } from '../bridge/console-state.ts';
import { toDisplayError } from '../bridge/display-error.ts';
import { queries } from '../bridge/queries.ts';
import { Button, LinkButton } from '../components/button.tsx';
import { useAbout } from '../features/clouds/cloud-queries.ts';
import { canContinue, progressText } from '../features/operations/operation-progress.ts';
import { notifyFailure } from '../lib/notify.ts';
import { operationPath, operationsPath } from '../lib/routes.ts';
import classes from './status-bars.module.css';

/** Shown while the page is not connected to the main process. The page below shows the last known state. */
export function ConnectionBar() {
  const connection = useConnection();
  if (connection.state !== 'lost' || connection.tries < 2) return null;
  const { message, remedy } = toDisplayError(connection.error ?? new Error('Live updates ended'));
  return (
    <div className={classes.bar} role="status">
      <span>
        <b>Console disconnected.</b> {message}. {remedy} Reconnecting automatically. The page shows the last known
        state.
      </span>
    </div>
  );
}

/** Shown on every page while the data directory cannot be written, such as on a full disk. */
export function StorageBar() {
  const storage = useConsolePart((state) => state.storage);
  if (!storage) return null;
  const { message, remedy } = storage;
  return (
    <div className={classes.bar} data-tone="bad" role="status" aria-label="Data directory">
      <span>
        <b>{message}</b> {remedy}
      </span>
    </div>
  );
}

/** Shown on every page while there are notices about the console's own files, one at a time. */
export function NoticeBar() {
  const notices = useAbout().data?.notices ?? [];
  const dismiss = useMutation(queries.dismissNotice.mutationOptions({ onError: notifyFailure }));
  const [notice] = notices;
  if (notice === undefined) return null;
  return (
    <section className={classes.bar} aria-label="Notices">
      <span className="grow">
        {notices.length > 1 ? <b>1 of {notices.length} notices: </b> : null}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long notice is scrolled with the keyboard */}
        <span className={classes.notice} tabIndex={0}>
          {notice}
        </span>
      </span>
      <Button size="small" kind="quiet" disabled={dismiss.isPending} onClick={() => dismiss.mutate({ notice })}>
        Dismiss
      </Button>
    </section>
  );
}

const none: Operation[] = [];

/** Shown on every page while there are interrupted operations. */
export function InterruptedBar() {
  const cutOff = useConsolePart((state) => state.operations.filter(canContinue)) ?? none;
  const goOn = useMutation(queries.operations.continue.mutationOptions({ onError: notifyFailure }));
  const [place] = useLocation();
  const [later, setLater] = useState<ReadonlySet<string>>(new Set());
  const shown = cutOff.filter(({ id }) => !later.has(id) && place !== operationPath(id));
  const [first] = shown;
  if (!first) return null;
  // The reason is in the bar of the data directory, and on the page of each operation.
  const when = shown.every(({ failure }) => failure === undefined) ? ' when the console closed' : '';
  return (
    <section className={classes.bar} aria-label="Interrupted operations">
      <span className="grow cut">
        <b>
          {shown.length === 1
            ? `An operation was interrupted${when}.`
            : `${plural(shown.length, 'operation')} were interrupted${when}.`}
        </b>{' '}
        {shown.length === 1 ? `${first.title}: ${progressText(first)}` : ''}
      </span>
      <Button
        size="small"
        title="Checks the current state, then resumes"
        disabled={goOn.isPending}
        onClick={() => {
          for (const { id } of shown) goOn.mutate({ id });
        }}
      >
        {shown.length === 1 ? 'Continue' : 'Continue all'}
      </Button>
      <LinkButton href={shown.length === 1 ? operationPath(first.id) : operationsPath} size="small">
        Show
      </LinkButton>
      <Button size="small" kind="quiet" onClick={() => setLater(new Set([...later, ...shown.map(({ id }) => id)]))}>
        Later
      </Button>
    </section>
  );
}
