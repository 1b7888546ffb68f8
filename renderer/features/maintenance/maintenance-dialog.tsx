import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId, MethodName } from '../../../electron/contract/hosts.ts';
import type { Action, Operation, Plan } from '../../../electron/contract/operations.ts';
import { DialogFrame } from '../../components/dialog.tsx';
import { HostChooser, useChosenHosts } from '../../components/hosts/host-chooser.tsx';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import { closeDialog } from '../../lib/dialog-store.ts';
import { hostSettingsPath } from '../../lib/routes.ts';
import { ConfirmPlan } from '../operations/dialog/confirm-plan.tsx';
import { useDialogTitle } from '../operations/dialog/dialog-title.ts';
import { planText } from '../operations/dialog/plan-texts.ts';
import {
  PlanPanel,
  PlanPlaceholder,
  PlanSummary,
  PlanWarnings,
  RefreshHostsButton,
} from '../operations/dialog/plan-view.tsx';
import { RunView } from '../operations/dialog/run-view.tsx';
import { type PlanQuery, usePlan } from '../operations/operation-queries.ts';
import { CleanPreviewTable } from './clean-preview.tsx';
import { MaintenanceHostsTable } from './maintenance-hosts.tsx';
import { MethodChoice } from './maintenance-methods.tsx';
import { PruneComparison } from './prune-comparison.tsx';
import { PrunePreviewPanel } from './prune-preview.tsx';

type Methods = Record<HostId, MethodName>;
/** The actions of this dialog. A prefetch has a separate dialog. */
type MaintenanceKind = 'prune' | 'clean';
type Props = {
  dialog: number;
  kind: MaintenanceKind;
  hostIds: readonly HostId[];
  chosenFirst?: readonly HostId[] | undefined;
  /** The methods of a retry on hosts that failed, which the title says. */
  again?: Methods | undefined;
};

const descriptions: Record<MaintenanceKind, string> = {
  prune: 'Deletes the least recently accessed images until the cache is within the host’s image_cache_max_size.',
  clean: 'Deletes invalid and stalled files from the cache directory. Cached images are kept.',
};

/** Prunes or cleans hosts. Each uses the best method that it supports unless the operator chooses another one. */
export function MaintenanceDialog({ dialog, kind, hostIds, chosenFirst, again }: Props) {
  const { hosts, wanted, setWanted, chosen } = useChosenHosts(hostIds, kind, chosenFirst && (() => chosenFirst));
  const [methods, setMethods] = useState<Methods>(again ?? {});
  const [started, setStarted] = useState<{ operation: Operation; plan: Plan | undefined }>();
  const action = useMemo<Action | null>(() => {
    return chosen.length === 0 ? null : { kind, hostIds: chosen, methods };
  }, [chosen, kind, methods]);
  const planning = usePlan(dialog, started ? null : action);
  const title = useDialogTitle(kind, chosen, planning.plan, started !== undefined);
  return (
    <DialogFrame title={again ? `${title} again` : title} wide={kind === 'prune' || hosts.length > 1}>
      {started ? (
        <RunView
          started={started.operation}
          resultOf={(operation, targets) =>
            started.plan ? <PruneComparison plan={started.plan} operation={operation} targets={targets} /> : null
          }
        />
      ) : (
        <>
          <p className="dim">{descriptions[kind]}</p>
          {hosts.length > 1 ? <HostChooser hosts={hosts} ability={kind} chosen={wanted} onChange={setWanted} /> : null}
          {action ? (
            <MaintenancePlan
              kind={kind}
              hosts={hosts}
              planning={planning}
              onChoose={(hostId, method) => setMethods((before) => ({ ...before, [hostId]: method }))}
            />
          ) : (
            <PlanPlaceholder>Select at least one host.</PlanPlaceholder>
          )}
          <ConfirmPlan
            kind={kind}
            planning={planning}
            onStarted={(operation) => setStarted({ operation, plan: planning.plan })}
          />
        </>
      )}
    </DialogFrame>
  );
}

type PlanProps = {
  kind: MaintenanceKind;
  hosts: readonly HostSummary[];
  planning: PlanQuery;
  onChoose: (hostId: HostId, method: MethodName) => void;
};

function MaintenancePlan({ kind, hosts, planning, onChoose }: PlanProps) {
  const { plan, stale, error, refetch } = planning;
  if (error) {
    return <FailedNotice error={error} again={refetch} />;
  }
  if (!plan) return <PlanPlaceholder>Preparing the preview…</PlanPlaceholder>;
  const [only] = hosts;
  return (
    <PlanPanel stale={stale}>
      {hosts.length === 1 && only ? (
        <OneHost kind={kind} host={only} plan={plan} refetch={refetch} onChoose={onChoose} />
      ) : (
        <>
          <PlanSummary plan={plan} refetch={refetch} />
          <PlanWarnings plan={plan} />
          <MaintenanceHostsTable kind={kind} targets={plan.targets} hosts={hosts} onChoose={onChoose} />
        </>
      )}
      {kind === 'clean' && plan.targets.some(({ verdict, cleans }) => verdict === 'willDo' && cleans === null) ? (
        <p className="dim">
          The API does not report which files are invalid or stalled, nor their sizes, neither before nor after.
        </p>
      ) : null}
    </PlanPanel>
  );
}

type OneProps = {
  kind: MaintenanceKind;
  host: HostSummary;
  plan: Plan;
  refetch: () => void;
  onChoose: PlanProps['onChoose'];
};

function OneHost({ kind, host, plan, refetch, onChoose }: OneProps) {
  const [target] = plan.targets;
  if (!target) return null;
  const { verdict, reason, method, preview, cleans } = target;
  const methods = host.maintenance[kind];
  // Where no method is usable, the list of the methods shows the reason of each.
  const reasonsListed = methods.length > 0 && methods.every(({ usable }) => !usable);
  return (
    <>
      {methods.length > 0 ? (
        <MethodChoice host={host} kind={kind} chosen={method} onChoose={(method) => onChoose(host.id, method)} />
      ) : null}
      {verdict === 'refused' ? (
        <Notice tone="warn" actions={<RefreshHostsButton plan={plan} onRefreshed={refetch} />}>
          <b>Nothing to do.</b> {reasonsListed ? null : reason}
        </Notice>
      ) : (
        <p>
          <b>{verdict === 'alreadyDone' ? 'Nothing to do.' : planText(plan)}</b>{' '}
          {reason && kind === 'prune' && preview === null ? <span className="dim">{reason}</span> : null}
          {kind === 'prune' && host.limitBytes === null ? (
            <span className="dim">
              {' '}
              <Link href={hostSettingsPath(host.id)} onClick={closeDialog}>
                Set its limit
              </Link>{' '}
              to see a preview.
            </span>
          ) : null}
        </p>
      )}
      <PlanWarnings plan={plan} />
      {cleans ? <CleanPreviewTable cleans={cleans} /> : null}
      {preview && kind === 'prune' ? <PrunePreviewPanel target={target} preview={preview} /> : null}
    </>
  );
}
