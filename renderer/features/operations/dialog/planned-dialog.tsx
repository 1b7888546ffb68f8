import { type ReactNode, useState } from 'react';
import type { ActionKind, Operation } from '../../../../electron/contract/operations.ts';
import { DialogFrame } from '../../../components/dialog-frame.tsx';
import { ConfirmFooter } from './confirm-footer.tsx';
import { PlanView } from './plan-view.tsx';
import { RunView } from './run-view.tsx';
import type { Planning } from './use-plan.ts';

type Props = { title: string; kind: ActionKind; planning: Planning; sum?: ReactNode; children?: ReactNode };

/** What is planned, asked for once, then run: the dialog of an action whose targets are chosen already. */
export function PlannedDialog({ title, kind, planning, sum, children }: Props) {
  const [started, setStarted] = useState<Operation>();
  return (
    <DialogFrame title={title}>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          {children}
          <PlanView planning={planning} />
          <ConfirmFooter kind={kind} planning={planning} sum={sum} onStarted={setStarted} />
        </>
      )}
    </DialogFrame>
  );
}
