import { useMemo, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId, MethodName } from '../../../electron/contract/hosts.ts';
import type { Action, ImageTarget, Operation, Plan } from '../../../electron/contract/operations.ts';
import { DialogFrame } from '../../components/dialog.tsx';
import { RateField } from '../../components/forms/rate-field.tsx';
import { HostChooser, useChosenHosts } from '../../components/hosts/host-chooser.tsx';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import { ConfirmPlan } from '../operations/dialog/confirm-plan.tsx';
import { useDialogTitle } from '../operations/dialog/dialog-title.ts';
import { planText } from '../operations/dialog/plan-texts.ts';
import {
  PlannedTargets,
  PlanPanel,
  PlanPlaceholder,
  PlanWarnings,
  RefreshHostsButton,
  TableSwitch,
} from '../operations/dialog/plan-view.tsx';
import { RunView } from '../operations/dialog/run-view.tsx';
import { type PlanQuery, usePlan } from '../operations/operation-queries.ts';
import { MaintenanceHostsTable } from './maintenance-hosts.tsx';
import { MethodChoice } from './maintenance-methods.tsx';
import { sumPrefetchByHost } from './maintenance-rows.ts';

type Props = {
  dialog: number;
  hostIds: readonly HostId[];
  chosenFirst: readonly HostId[] | undefined;
  only: readonly ImageTarget[];
};
type ChooseMethod = (hostId: HostId, method: MethodName) => void;

/**
 * Makes hosts fetch their queued images. Each uses the best method that it supports unless the operator chooses another.
 *
 * @param only the queued images to fetch; empty for all of them
 */
export function PrefetchDialog({ dialog, hostIds, chosenFirst, only }: Props) {
  const { hosts, wanted, setWanted, chosen } = useChosenHosts(
    hostIds,
    'prefetch',
    chosenFirst ? () => chosenFirst : thoseWithQueue,
  );
  const [methods, setMethods] = useState<Record<HostId, MethodName>>({});
  /** Null for no limit, undefined while the typed text is invalid. */
  const [bytesPerSecond, setBytesPerSecond] = useState<number | null | undefined>(null);
  const [started, setStarted] = useState<Operation>();
  const action = useMemo<Action | null>(() => {
    if (chosen.length === 0 || bytesPerSecond === undefined) return null;
    const limited = bytesPerSecond === null ? {} : { bytesPerSecond };
    return {
      kind: 'prefetch',
      hostIds: chosen,
      methods: methods,
      ...limited,
      ...(only.length > 0 ? { only: [...only] } : {}),
    };
  }, [chosen, methods, bytesPerSecond, only]);
  const planning = usePlan(dialog, started ? null : action);
  const title = useDialogTitle('prefetch', chosen, planning.plan, started !== undefined);
  const reads = planning.plan?.targets.some(({ method }) => method === 'read') ?? false;
  return (
    <DialogFrame title={title} wide={hosts.length > 1}>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          <p className="dim">
            Has {hosts.length === 1 ? 'the host' : 'hosts'} fetch the queued images. A host that fetches immediately
            needs this only for stalled images.
          </p>
          {hosts.length > 1 ? (
            <HostChooser hosts={hosts} ability="prefetch" chosen={wanted} onChange={setWanted} />
          ) : null}
          {chosen.length === 0 ? <PlanPlaceholder>Select at least one host.</PlanPlaceholder> : null}
          {action ? (
            <PrefetchPlan
              hosts={hosts}
              planning={planning}
              onChoose={(hostId, method) => setMethods((before) => ({ ...before, [hostId]: method }))}
            />
          ) : null}
          {reads || bytesPerSecond !== null ? <RateField value={bytesPerSecond} onChange={setBytesPerSecond} /> : null}
          <ConfirmPlan kind="prefetch" planning={planning} onStarted={setStarted} />
        </>
      )}
    </DialogFrame>
  );
}

/** The hosts that are selected initially: those with queued images, otherwise all that support a prefetch. */
function thoseWithQueue(able: readonly HostSummary[]): HostId[] {
  const withQueue = able.filter(({ totals }) => (totals?.queued ?? 0) > 0);
  return (withQueue.length > 0 ? withQueue : able).map(({ id }) => id);
}

function PrefetchPlan({
  hosts,
  planning,
  onChoose,
}: {
  hosts: readonly HostSummary[];
  planning: PlanQuery;
  onChoose: ChooseMethod;
}) {
  const { plan, stale, error, refetch } = planning;
  if (error) {
    return <FailedNotice error={error} again={refetch} />;
  }
  if (!plan) return <PlanPlaceholder>Preparing the preview…</PlanPlaceholder>;
  const [only] = hosts;
  return (
    <PlanPanel stale={stale}>
      {hosts.length === 1 && only ? (
        <OneHost host={only} plan={plan} refetch={refetch} onChoose={onChoose} />
      ) : (
        <SeveralHosts hosts={hosts} plan={plan} refetch={refetch} onChoose={onChoose} />
      )}
    </PlanPanel>
  );
}

type PlanProps = { plan: Plan; refetch: () => void; onChoose: ChooseMethod };

function OneHost({ host, plan, refetch, onChoose }: PlanProps & { host: HostSummary }) {
  const [first] = plan.targets;
  const whole = first?.imageId === null ? first : undefined;
  const chosen = plan.targets.find(({ method }) => method !== null)?.method ?? null;
  return (
    <>
      {host.maintenance.prefetch.length > 0 ? (
        <MethodChoice host={host} kind="prefetch" chosen={chosen} onChoose={(method) => onChoose(host.id, method)} />
      ) : null}
      {whole?.verdict === 'refused' ? (
        <Notice tone="warn" actions={<RefreshHostsButton plan={plan} onRefreshed={refetch} />}>
          <b>Nothing to do.</b> {whole.reason}
        </Notice>
      ) : (
        <p>
          <b>{planText(plan)}</b> {whole ? <span className="dim">{whole.reason}</span> : <Skipped plan={plan} />}
        </p>
      )}
      <PlanWarnings plan={plan} />
      {whole ? null : <PlannedTargets plan={plan} />}
    </>
  );
}

function SeveralHosts({ hosts, plan, refetch, onChoose }: PlanProps & { hosts: readonly HostSummary[] }) {
  const [view, setView] = useState<'hosts' | 'images'>('hosts');
  const rows = useMemo(() => sumPrefetchByHost(plan.targets), [plan]);
  return (
    <>
      <p>
        <b>{planText(plan)}</b> <Skipped plan={plan} /> <RefreshHostsButton plan={plan} onRefreshed={refetch} />
      </p>
      <PlanWarnings plan={plan} />
      <TableSwitch
        views={[
          { id: 'hosts', label: 'Host by host' },
          { id: 'images', label: 'Every image' },
        ]}
        current={view}
        onChange={setView}
      />
      {view === 'hosts' ? (
        <MaintenanceHostsTable kind="prefetch" targets={rows} hosts={hosts} onChoose={onChoose} />
      ) : (
        <PlannedTargets plan={plan} />
      )}
    </>
  );
}

function Skipped({ plan }: { plan: Plan }) {
  if (plan.refused === 0) return null;
  return <span className="warn">{plural(plan.refused, 'image')} skipped, with the reason below.</span>;
}
