import { useMemo, useState } from 'react';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { ImageId } from '../../electron/contract/images.ts';
import type { Action, Operation } from '../../electron/contract/operations.ts';
import { ConfirmFooter } from './confirm-footer.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { PlanView } from './plan-view.tsx';
import { RunView } from './run-view.tsx';
import { usePlan } from './use-plan.ts';

type Props = {
  dialog: number;
  from: 'cache' | 'queue';
  targets: readonly { hostId: HostId; imageId: ImageId }[];
};

/** Deletes chosen images from the cache, or from the queue, of their hosts. */
export function DeleteDialog({ dialog, from, targets }: Props) {
  const [started, setStarted] = useState<Operation>();
  const action = useMemo<Action>(() => ({ kind: 'delete', targets: [...targets] }), [targets]);
  const planning = usePlan(dialog, started ? null : action);
  return (
    <DialogFrame title={`Delete from ${from}`}>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          <PlanView planning={planning} />
          <ConfirmFooter
            kind="delete"
            planning={planning}
            sum={from === 'cache' ? 'What Glance has stays; only copies in caches go.' : 'What Glance has stays.'}
            onStarted={setStarted}
          />
        </>
      )}
    </DialogFrame>
  );
}
