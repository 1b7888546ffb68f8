import { useMemo } from 'react';
import type { Action, ImageTarget } from '../../../electron/contract/operations.ts';
import { PlannedDialog } from '../operations/dialog/planned-dialog.tsx';
import { usePlan } from '../operations/dialog/use-plan.ts';

type Props = { dialog: number; from: 'cache' | 'queue'; targets: readonly ImageTarget[] };

/** Deletes chosen images from the cache, or from the queue, of their hosts. */
export function DeleteDialog({ dialog, from, targets }: Props) {
  const action = useMemo<Action>(() => ({ kind: 'delete', targets: [...targets] }), [targets]);
  return (
    <PlannedDialog
      title={`Delete from ${from}`}
      kind="delete"
      planning={usePlan(dialog, action)}
      sum={from === 'cache' ? 'What Glance has stays; only copies in caches go.' : 'What Glance has stays.'}
    />
  );
}
