import type { Action } from '../../../../electron/contract/operations.ts';
import { PlannedDialog } from './planned-dialog.tsx';
import { usePlan } from './use-plan.ts';

/** An action whose targets a page has chosen already. */
export function ActionDialog({ dialog, title, action }: { dialog: number; title: string; action: Action }) {
  return <PlannedDialog title={title} kind={action.kind} planning={usePlan(dialog, action)} />;
}
