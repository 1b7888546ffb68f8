import { PlannedDialog } from './planned-dialog.tsx';
import { useRetryPlan } from './use-plan.ts';

/** Tries again just what failed in an operation. */
export function RetryDialog({ dialog, operationId }: { dialog: number; operationId: string }) {
  const planning = useRetryPlan(dialog, operationId);
  return (
    <PlannedDialog title="Try the failed again" kind={planning.plan?.action.kind ?? 'queue'} planning={planning} />
  );
}
