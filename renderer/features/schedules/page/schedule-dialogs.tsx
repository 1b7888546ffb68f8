import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import type { Schedule, ScheduleRun } from '../../../../electron/contract/schedules.ts';
import { toDisplayError } from '../../../bridge/display-error.ts';
import { Button } from '../../../components/button.tsx';
import { DialogFrame } from '../../../components/dialog.tsx';
import { FailureText } from '../../../components/failure-text.tsx';
import { ConfirmRemoval } from '../../../components/forms/confirm-removal.tsx';
import { TypedName } from '../../../components/forms/typed-name.tsx';
import { Notice } from '../../../components/notice.tsx';
import { closeDialog, type ScheduleDialogRequest } from '../../../lib/dialog-store.ts';
import { notify } from '../../../lib/notify.ts';
import { schedulePath, schedulesPath } from '../../../lib/routes.ts';
import { ScheduleEditor } from '../editor/schedule-editor.tsx';
import { startOfDraft } from '../editor/schedule-form.ts';
import {
  useDecision,
  useDryRun,
  useEnableSchedule,
  useRemoveSchedule,
  useRunNow,
  useSchedules,
  useWaitingPlan,
} from '../schedule-queries.ts';
import { RunPlan } from './run-plan.tsx';
import { ScheduleImportDialog } from './schedule-import.tsx';

/** The dialogs of schedules, which are opened with `openDialog`. */
export function ScheduleDialog({ request }: { request: ScheduleDialogRequest }) {
  switch (request.what) {
    case 'new':
      return <ScheduleEditor draft={{ ...startOfDraft(), ...request.from }} onClose={closeDialog} />;
    case 'edit':
      return <ScheduleEditor draft={request.schedule} onClose={closeDialog} />;
    case 'dryRun':
      return <DryRunDialog schedule={request.schedule} />;
    case 'runNow':
      return <RunNowDialog schedule={request.schedule} />;
    case 'review':
      return <ReviewDialog run={request.run} />;
    case 'turnOn':
      return <TurnOnDialog schedule={request.schedule} typedName={request.typedName} />;
    case 'remove':
      return <RemoveScheduleDialog schedule={request.schedule} />;
    case 'import':
      return <ScheduleImportDialog onClose={closeDialog} />;
  }
}

/** The footer of a dialog with a plan: the failure of the last request, and the buttons. */
function PlanFooter({ error, children }: { error?: Error | null; children: ReactNode }) {
  return (
    <>
      {error ? (
        <Notice tone="bad" live>
          <FailureText failure={toDisplayError(error)} />
        </Notice>
      ) : null}
      <div className="dialog-footer">{children}</div>
    </>
  );
}

/** Shows what a run would do now. */
function DryRunDialog({ schedule }: { schedule: Schedule }) {
  const query = useDryRun(schedule.id);
  return (
    <DialogFrame title={`Dry run of ${schedule.name}`} wide>
      <p className="dim">What a run would do now. Nothing is sent.</p>
      <RunPlan query={query} withApproval />
      <PlanFooter>
        <span className="dialog-sum" />
        <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
          Plan again
        </Button>
        <Button kind="primary" onClick={closeDialog}>
          Close
        </Button>
      </PlanFooter>
    </DialogFrame>
  );
}

/** Shows what a run does, then starts it. */
function RunNowDialog({ schedule }: { schedule: Schedule }) {
  const query = useDryRun(schedule.id);
  const run = useRunNow();
  const [, go] = useLocation();
  const waits = query.data?.approval != null;
  return (
    <DialogFrame title={`Run ${schedule.name} now`} wide>
      <RunPlan query={query} withApproval />
      <PlanFooter error={run.error}>
        <span className="dialog-sum">{schedule.enabled ? '' : 'The schedule stays off.'}</span>
        <Button onClick={closeDialog} data-autofocus>
          Cancel
        </Button>
        <Button
          kind="primary"
          disabled={!query.data || query.isFetching || run.isPending}
          onClick={() =>
            run.mutate(
              { id: schedule.id },
              {
                onSuccess: ({ outcome }) => {
                  closeDialog();
                  notify(outcome === 'waiting' ? `${schedule.name} waits for approval` : `${schedule.name} started`);
                  go(schedulePath(schedule.id));
                },
              },
            )
          }
        >
          {run.isPending ? 'Starting…' : waits ? 'Ask for approval' : 'Run now'}
        </Button>
      </PlanFooter>
    </DialogFrame>
  );
}

/** Shows what a waiting run would do now; the operator approves or rejects it. */
function ReviewDialog({ run }: { run: ScheduleRun }) {
  const query = useWaitingPlan(run.id);
  const list = useSchedules().data?.schedules;
  // The plan changes when the hosts change, and another page may have decided already.
  const waiting = list?.find(({ waitingRun }) => waitingRun?.id === run.id)?.waitingRun;
  const { approve, reject } = useDecision();
  const [typed, setTyped] = useState('');
  const typedName = query.data?.plan?.typedName ?? null;
  const busy = approve.isPending || reject.isPending;
  const decided = list !== undefined && !waiting && !busy;
  const confirmed = typedName === null || typed.trim() === typedName;
  return (
    <DialogFrame title={`Approve ${run.scheduleName}`} wide>
      <Notice tone="warn">
        {decided ? (
          'This run no longer waits.'
        ) : (
          <>
            <b>This run waits for approval.</b> {(waiting ?? run).text}
          </>
        )}
      </Notice>
      <RunPlan query={query} withApproval={false} />
      {typedName === null ? null : <TypedName name={typedName} typed={typed} onType={setTyped} />}
      <PlanFooter error={approve.error ?? reject.error}>
        <span className="dialog-sum" />
        <Button onClick={closeDialog} data-autofocus>
          Later
        </Button>
        <Button
          disabled={busy || decided}
          onClick={() =>
            reject.mutate(
              { runId: run.id },
              {
                onSuccess: () => {
                  closeDialog();
                  notify(`Run of ${run.scheduleName} rejected`);
                },
              },
            )
          }
        >
          Reject
        </Button>
        <Button
          kind="destroy"
          disabled={busy || decided || !query.data || query.isFetching || !confirmed}
          onClick={() =>
            approve.mutate(
              { runId: run.id, ...(typedName === null ? {} : { typedName: typed.trim() }) },
              {
                onSuccess: () => {
                  closeDialog();
                  notify(`Run of ${run.scheduleName} approved`);
                },
                // The plan may have grown since, so the operator sees the present one.
                onError: () => void query.refetch(),
              },
            )
          }
        >
          {approve.isPending ? 'Approving…' : 'Approve'}
        </Button>
      </PlanFooter>
    </DialogFrame>
  );
}

/** Turns on a schedule that deletes on a production cloud. */
function TurnOnDialog({ schedule, typedName }: { schedule: Schedule; typedName: string }) {
  const enable = useEnableSchedule();
  const [typed, setTyped] = useState('');
  return (
    <DialogFrame title={`Turn on ${schedule.name}`}>
      <TypedName name={typedName} typed={typed} onType={setTyped}>
        This schedule deletes on a cloud marked as <b>production</b>.
      </TypedName>
      <PlanFooter error={enable.error}>
        <span className="dialog-sum" />
        <Button onClick={closeDialog}>Cancel</Button>
        <Button
          kind="destroy"
          disabled={typed.trim() !== typedName || enable.isPending}
          onClick={() =>
            enable.mutate({ id: schedule.id, enabled: true, typedName: typed.trim() }, { onSuccess: closeDialog })
          }
        >
          Turn on
        </Button>
      </PlanFooter>
    </DialogFrame>
  );
}

function RemoveScheduleDialog({ schedule }: { schedule: Schedule }) {
  const remove = useRemoveSchedule();
  const [place, go] = useLocation();
  return (
    <ConfirmRemoval
      title="Remove schedule"
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(
          { id: schedule.id },
          {
            onSuccess: () => {
              closeDialog();
              notify(`${schedule.name} removed`);
              if (place === schedulePath(schedule.id)) go(schedulesPath);
            },
          },
        )
      }
      onClose={closeDialog}
    >
      <p>
        <b>{schedule.name}</b> no longer runs. Its past runs stay in the history of operations; the hosts do not change.
      </p>
    </ConfirmRemoval>
  );
}
