import { useMemo, useState } from 'react';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { Action, Operation } from '../../electron/contract/operations.ts';
import { ConfirmFooter } from './confirm-footer.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { PlanView } from './plan-view.tsx';
import { RunView } from './run-view.tsx';
import { usePlan } from './use-plan.ts';

/** Has hosts fetch what is queued there by their own prefetcher, or says why that is not to be done. */
export function PrefetchDialog({ dialog, hostIds }: { dialog: number; hostIds: readonly HostId[] }) {
  const [started, setStarted] = useState<Operation>();
  const action = useMemo<Action>(() => ({ kind: 'prefetch', hostIds: [...hostIds] }), [hostIds]);
  const planning = usePlan(dialog, started ? null : action);
  return (
    <DialogFrame title="Prefetch">
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          <p className="dim">Runs glance-cache-prefetcher on the host, which fetches what is queued there.</p>
          <PlanView planning={planning} />
          <ConfirmFooter kind="prefetch" planning={planning} onStarted={setStarted} />
        </>
      )}
    </DialogFrame>
  );
}
