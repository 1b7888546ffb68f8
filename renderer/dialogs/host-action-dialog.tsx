import { useMemo, useState } from 'react';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { Action, Operation } from '../../electron/contract/operations.ts';
import { useConsolePart } from '../bridge/live.ts';
import { useWhyNot } from '../components/use-why-not.ts';
import { ConfirmFooter } from './confirm-footer.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { HostChooser } from './host-chooser.tsx';
import { PlanView } from './plan-view.tsx';
import { RunView } from './run-view.tsx';
import { usePlan } from './use-plan.ts';
import { verbOf } from './words.ts';

type What = 'cache' | 'queue' | 'both';
type Props = {
  dialog: number;
  kind: 'clear' | 'prune' | 'clean';
  hostIds: readonly HostId[];
  chosenFirst?: readonly HostId[] | undefined;
};

const none: never[] = [];
const explained = {
  clear: undefined,
  prune: 'Removes the least recently accessed images until the cache is within the host’s image_cache_max_size.',
  clean: 'Removes invalid and stalled files from the cache directory. Cached images stay.',
};

/** Clear, prune or clean, on one host or on several. */
export function HostActionDialog({ dialog, kind, hostIds, chosenFirst }: Props) {
  const { whyNot } = useWhyNot();
  const hosts = (useConsolePart((state) => state.hosts) ?? none).filter(({ id }) => hostIds.includes(id));
  const [chosen, setChosen] = useState<ReadonlySet<HostId>>(
    () => new Set(chosenFirst ?? hosts.filter((host) => hosts.length === 1 || !whyNot(host, kind)).map(({ id }) => id)),
  );
  const [what, setWhat] = useState<What>('cache');
  const [started, setStarted] = useState<Operation>();
  const action = useMemo<Action | null>(() => {
    const ids = hostIds.filter((id) => chosen.has(id));
    if (ids.length === 0) return null;
    return kind === 'clear' ? { kind, hostIds: ids, what } : { kind, hostIds: ids };
  }, [hostIds, chosen, kind, what]);
  const planning = usePlan(dialog, started ? null : action);
  return (
    <DialogFrame title={verbOf(kind)}>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          {explained[kind] ? <p className="dim">{explained[kind]}</p> : null}
          {hosts.length > 1 ? <HostChooser hosts={hosts} ability={kind} chosen={chosen} onChange={setChosen} /> : null}
          {kind === 'clear' ? <ClearChoice what={what} onChange={setWhat} /> : null}
          {action ? <PlanView planning={planning} /> : <p className="plan-wait dim">Choose at least one host.</p>}
          <ConfirmFooter kind={kind} planning={planning} onStarted={setStarted} />
        </>
      )}
    </DialogFrame>
  );
}

const choices: readonly { what: What; label: string }[] = [
  { what: 'cache', label: 'The cache: every cached image' },
  { what: 'queue', label: 'The queue: everything that waits to be fetched' },
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
