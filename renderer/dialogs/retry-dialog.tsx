import { useState } from 'react';
import type { Operation } from '../../electron/contract/operations.ts';
import { ConfirmFooter } from './confirm-footer.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { PlanView } from './plan-view.tsx';
import { RunView } from './run-view.tsx';
import { useRetryPlan } from './use-plan.ts';

/** Tries again just what failed in an operation. */
export function RetryDialog({ dialog, operationId }: { dialog: number; operationId: string }) {
  const [started, setStarted] = useState<Operation>();
  const planning = useRetryPlan(dialog, operationId);
  return (
    <DialogFrame title="Try the failed again">
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          <PlanView planning={planning} />
          <ConfirmFooter kind={planning.plan?.action.kind ?? 'queue'} planning={planning} onStarted={setStarted} />
        </>
      )}
    </DialogFrame>
  );
}
