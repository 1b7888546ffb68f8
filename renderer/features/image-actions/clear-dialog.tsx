import { useMemo, useState } from 'react';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { Action, Operation } from '../../../electron/contract/operations.ts';
import { DialogFrame } from '../../components/dialog.tsx';
import { HostChooser, useChosenHosts } from '../../components/hosts/host-chooser.tsx';
import { ConfirmPlan } from '../operations/dialog/confirm-plan.tsx';
import { useDialogTitle } from '../operations/dialog/dialog-title.ts';
import { PlanPlaceholder, PlanView } from '../operations/dialog/plan-view.tsx';
import { RunView } from '../operations/dialog/run-view.tsx';
import { usePlan } from '../operations/operation-queries.ts';

type What = 'cache' | 'queue' | 'both';
type Props = {
  dialog: number;
  hostIds: readonly HostId[];
  chosenFirst?: readonly HostId[] | undefined;
  /** The initial selection. */
  whatFirst?: What | undefined;
  /** Given for a retry on hosts that failed: what was to be cleared. The title says so. */
  again?: What;
};

const kind = 'clear';

/** Clears the cache, the queue or both of one host or several. */
export function ClearDialog({ dialog, hostIds, chosenFirst, whatFirst = 'cache', again }: Props) {
  const { hosts, wanted, setWanted, chosen } = useChosenHosts(hostIds, kind, chosenFirst && (() => chosenFirst));
  const [what, setWhat] = useState<What>(again ?? whatFirst);
  const [started, setStarted] = useState<Operation>();
  const action = useMemo<Action | null>(() => {
    if (chosen.length === 0) return null;
    return { kind, hostIds: chosen, what };
  }, [chosen, what]);
  const planning = usePlan(dialog, started ? null : action);
  const title = useDialogTitle(kind, chosen, planning.plan, started !== undefined);
  return (
    <DialogFrame title={again ? `${title} again` : title}>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          {hosts.length > 1 ? <HostChooser hosts={hosts} ability={kind} chosen={wanted} onChange={setWanted} /> : null}
          <ClearChoice what={what} onChange={setWhat} />
          {action ? <PlanView planning={planning} /> : <PlanPlaceholder>Select at least one host.</PlanPlaceholder>}
          <ConfirmPlan kind={kind} planning={planning} onStarted={setStarted} />
        </>
      )}
    </DialogFrame>
  );
}

const choices: readonly { what: What; label: string }[] = [
  { what: 'cache', label: 'Cache: all cached images' },
  { what: 'queue', label: 'Queue: all queued images' },
  { what: 'both', label: 'Both' },
];

function ClearChoice({ what, onChange }: { what: What; onChange: (what: What) => void }) {
  return (
    <fieldset className="choices">
      <legend className="hidden-text">What to clear</legend>
      {choices.map((choice) => (
        <label key={choice.what}>
          <input type="radio" name="clear-what" checked={what === choice.what} onChange={() => onChange(choice.what)} />
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}
