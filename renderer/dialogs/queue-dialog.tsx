import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { ImageId } from '../../electron/contract/images.ts';
import type { Action, Operation } from '../../electron/contract/operations.ts';
import { formatSize } from '../../electron/contract/units.ts';
import { failureOf } from '../bridge/failures.ts';
import { useConsolePart } from '../bridge/live.ts';
import { Button } from '../components/button.tsx';
import { FailureText } from '../components/failure-text.tsx';
import { Notice } from '../components/notice.tsx';
import { nothingSelected, type Selection } from '../components/table/selection.ts';
import { useWhyNot } from '../components/use-why-not.ts';
import { plural } from '../format/numbers.ts';
import { ConfirmFooter } from './confirm-footer.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { HostChooser } from './host-chooser.tsx';
import { ImagePicker } from './image-picker.tsx';
import { PlanWarnings } from './plan-view.tsx';
import { RunView } from './run-view.tsx';
import { usePlan } from './use-plan.ts';

type Props = { dialog: number; hostIds: readonly HostId[]; imageIds: readonly ImageId[] };

const none: never[] = [];

/** Chooses images of the cloud's catalogue and queues them on hosts. */
export function QueueDialog({ dialog, hostIds, imageIds }: Props) {
  const { whyNot } = useWhyNot();
  const all = (useConsolePart((state) => state.hosts) ?? none).filter(({ id }) => hostIds.includes(id));
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const offered = clouds.filter(({ id }) => all.some(({ cloudId }) => cloudId === id));
  const [cloudId, setCloudId] = useState(offered[0]?.id ?? '');
  const hosts = all.filter((host) => host.cloudId === cloudId);
  const [wanted, setWanted] = useState<ReadonlySet<HostId>>(
    () => new Set(all.filter((host) => all.length === 1 || !whyNot(host, 'queue')).map(({ id }) => id)),
  );
  const [selection, setSelection] = useState<Selection>(() =>
    imageIds.length > 0 ? { ids: new Set(imageIds), anchor: null } : nothingSelected,
  );
  const [started, setStarted] = useState<Operation>();
  const chosen = hosts.filter(({ id }) => wanted.has(id)).map(({ id }) => id);
  const chosenKey = chosen.join(' ');

  const action = useMemo<Action | null>(() => {
    const targets = chosenKey
      .split(' ')
      .filter((id) => id !== '')
      .flatMap((hostId) => [...selection.ids].map((imageId) => ({ hostId, imageId })));
    return targets.length === 0 ? null : { kind: 'queue', targets };
  }, [chosenKey, selection]);
  const [settled] = useDebouncedValue(action, 150);
  const planning = usePlan(dialog, started ? null : settled);
  const current = { ...planning, stale: planning.stale || settled !== action };
  const { plan } = planning;

  return (
    <DialogFrame title="Queue images" wide>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          {offered.length > 1 ? (
            <label className="row">
              <span className="dim">Cloud</span>
              <select className="plain-select" value={cloudId} onChange={(event) => setCloudId(event.target.value)}>
                {offered.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          ) : null}
          {hosts.length > 1 ? (
            <HostChooser hosts={hosts} ability="queue" chosen={wanted} onChange={setWanted} />
          ) : (
            <p className="dim">
              On <b>{hosts[0]?.name}</b>, from the catalogue of {offered.find(({ id }) => id === cloudId)?.name}.
            </p>
          )}
          <ImagePicker
            key={cloudId}
            cloudId={cloudId}
            hostIds={chosen}
            given={imageIds}
            selection={selection}
            onSelect={setSelection}
          />
          {planning.error ? (
            <Notice tone="bad" live actions={<Button onClick={planning.again}>Try again</Button>}>
              <FailureText failure={failureOf(planning.error)} />
            </Notice>
          ) : null}
          {plan ? <PlanWarnings plan={plan} /> : null}
          <ConfirmFooter
            kind="queue"
            planning={current}
            sum={<QueueSum chosen={selection.ids.size} plan={plan} hosts={chosen.length} />}
            onStarted={setStarted}
          />
        </>
      )}
    </DialogFrame>
  );
}

type SumProps = { chosen: number; hosts: number; plan: ReturnType<typeof usePlan>['plan'] };

function QueueSum({ chosen, hosts, plan }: SumProps) {
  if (chosen === 0) return 'Choose images with the mouse or with Space.';
  if (hosts === 0) return 'Choose at least one host.';
  if (!plan) return `${plural(chosen, 'image')} chosen`;
  const refused = plan.targets.filter(({ verdict }) => verdict === 'refused');
  return (
    <>
      {plural(plan.willDo, 'fetch', 'fetches')}, {formatSize(plan.expected.bytes)}
      {plan.alreadyDone > 0 ? `; ${plan.alreadyDone} cached already` : ''}
      {refused.length > 0 ? (
        <span className="warn" title={refused.map(({ hostName, reason }) => `${hostName}: ${reason ?? ''}`).join('\n')}>
          ; {refused.length} left out ({refused[0]?.hostName}: {refused[0]?.reason})
        </span>
      ) : null}
    </>
  );
}
