import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { formatCount } from '../../../../electron/contract/counts.ts';
import type { HostId } from '../../../../electron/contract/hosts.ts';
import {
  type ActionKind,
  type Amount,
  addAmount,
  type Plan,
  type PlannedTarget,
} from '../../../../electron/contract/operations.ts';
import { formatSize, formatSizeSum } from '../../../../electron/contract/sizes.ts';
import { queries } from '../../../bridge/queries.ts';
import { Button } from '../../../components/button.tsx';
import { HostNameLink } from '../../../components/entity-link.tsx';
import { FailedNotice, NoticeList } from '../../../components/notice.tsx';
import { Size, sizesOf } from '../../../components/size.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Column } from '../../../components/table/table-columns.ts';
import { useTableState } from '../../../components/table/use-table-state.ts';
import { Tag } from '../../../components/tag.tsx';
import { exportedBytes } from '../../../lib/format.ts';
import { notifyFailure } from '../../../lib/notify.ts';
import { hasSize, isFetching, targetAmountText } from '../operation-labels.ts';
import type { PlanQuery } from '../operation-queries.ts';
import { targetIdOf, targetNameColumns, targetNameOf } from '../target-columns.tsx';
import classes from './operation-dialog.module.css';
import { alreadyDoneText, planText, verdictTag } from './plan-texts.ts';
import { StepTables } from './step-tables.tsx';

/**
 * The preview of an action: what it will do, what is already done, and what is skipped with the reason. Nothing has
 * been sent.
 */
export function PlanView({ planning }: { planning: PlanQuery }) {
  const { plan, stale, error, refetch } = planning;
  if (error) return <FailedNotice error={error} again={refetch} />;
  if (!plan) return <PlanPlaceholder>Preparing the preview…</PlanPlaceholder>;
  return (
    <PlanPanel stale={stale}>
      <PlanSummary plan={plan} refetch={refetch} />
      <PlanWarnings plan={plan} />
      <PlanTables plan={plan} />
    </PlanPanel>
  );
}

/** The area of a dialog that shows a plan. `stale`: the plan belongs to an earlier choice, and the next one is being made. */
export function PlanPanel({ stale, children }: { stale: boolean; children: ReactNode }) {
  return (
    <div className={classes.panel} aria-busy={stale}>
      {children}
    </div>
  );
}

/** The text of a dialog in place of a plan. */
export function PlanPlaceholder({ children, live = false }: { children: ReactNode; live?: boolean }) {
  return (
    <p className={`dim ${classes.placeholder}`} role={live ? 'status' : undefined}>
      {children}
    </p>
  );
}

/** A plan in one sentence, with the number of targets that are done already or skipped. */
export function PlanSummary({ plan, refetch }: { plan: Plan; refetch: () => void }) {
  return (
    <p>
      <b>{planText(plan)}</b>
      {plan.alreadyDone > 0 ? <span className="dim"> {alreadyDoneText(plan.alreadyDone)}</span> : null}
      {plan.refused > 0 ? (
        <span className="warn"> {formatCount(plan.refused)} skipped, with the reason below. </span>
      ) : null}
      <RefreshHostsButton plan={plan} onRefreshed={refetch} />
    </p>
  );
}

/** What the operator should know before confirming. */
export function PlanWarnings({ plan }: { plan: Pick<Plan, 'warnings' | 'overLimit'> }) {
  const limits = plan.overLimit.map(
    ({ hostName, over, limitBytes }) =>
      `${hostName} would be ${formatSizeSum(over)} over its limit of ${formatSize(limitBytes)}.`,
  );
  return <NoticeList warnings={[...plan.warnings, ...limits]} />;
}

/** The most hosts that one call refreshes. */
const maxRefreshed = 1_000;

/** Polls the hosts whose targets a plan skips: a plan is based on what the hosts last answered. */
export function RefreshHostsButton({ plan, onRefreshed }: { plan: Plan; onRefreshed: () => void }) {
  const refresh = useMutation(
    queries.hosts.refresh.mutationOptions({ onError: notifyFailure, onSettled: onRefreshed }),
  );
  const refused = plan.targets.filter(({ verdict }) => verdict === 'refused');
  const ids = [...new Set(refused.map(({ hostId }) => hostId))].slice(0, maxRefreshed);
  if (ids.length === 0) return null;
  return (
    <Button
      size="small"
      disabled={refresh.isPending}
      title="Polls the hosts that are skipped, then plans again"
      onClick={() => refresh.mutate({ ids })}
    >
      {refresh.isPending ? 'Retrying…' : ids.length === 1 ? 'Retry host' : 'Retry hosts'}
    </Button>
  );
}

type TableSwitchProps<View extends string> = {
  views: readonly { id: View; label: string; count?: number }[];
  current: View;
  onChange: (view: View) => void;
};

/** Switches between the tables of a dialog: by target or by host. */
export function TableSwitch<View extends string>({ views, current, onChange }: TableSwitchProps<View>) {
  return (
    <fieldset className="row plain-fieldset">
      <legend className="hidden-text">View</legend>
      {views.map(({ id, label, count }) => (
        <button key={id} type="button" className="chip" aria-pressed={id === current} onClick={() => onChange(id)}>
          {label} {count === undefined ? null : <b>{formatCount(count)}</b>}
        </button>
      ))}
    </fieldset>
  );
}

/** The targets of a plan, or their sums for each host. */
function PlanTables({ plan }: { plan: Plan }) {
  const severalHosts = useMemo(() => new Set(plan.targets.map(({ hostId }) => hostId)).size > 1, [plan]);
  const [view, setView] = useState<'images' | 'hosts'>('images');
  const { kind } = plan.action;
  if (!severalHosts || (kind !== 'queue' && kind !== 'delete' && kind !== 'align')) {
    return <PlannedTargets plan={plan} />;
  }
  return (
    <>
      <TableSwitch
        views={[
          { id: 'images', label: 'Every image', count: plan.targets.length },
          { id: 'hosts', label: 'Host by host' },
        ]}
        current={view}
        onChange={setView}
      />
      {view === 'hosts' ? <PlannedHosts kind={kind} targets={plan.targets} /> : <PlannedTargets plan={plan} />}
    </>
  );
}

/** The targets of a plan, which may be 200,000, each with its verdict. */
export function PlannedTargets({ plan: { action, targets } }: { plan: Pick<Plan, 'action' | 'targets'> }) {
  if (action.kind !== 'align') return <TargetsTable label="What will be done" kind={action.kind} targets={targets} />;
  return (
    <StepTables targets={targets} queued="Images to queue" deleted="Images to delete">
      {(label, ofStep) => <TargetsTable label={label} kind="align" targets={ofStep} />}
    </StepTables>
  );
}

/** Skipped targets come first, with the reason: among many targets they would not be found. */
function skippedFirst(targets: readonly PlannedTarget[]): readonly PlannedTarget[] {
  const skipped = targets.filter(({ verdict }) => verdict === 'refused');
  return skipped.length === 0 ? targets : [...skipped, ...targets.filter(({ verdict }) => verdict !== 'refused')];
}

type TargetsTableProps = { label: string; kind: ActionKind; targets: readonly PlannedTarget[] };

function TargetsTable({ label, kind, targets }: TargetsTableProps) {
  const rows = useMemo(() => skippedFirst(targets), [targets]);
  const table = useTableState({ rows, idOf: targetIdOf });
  const columns = useMemo(() => targetColumns(kind, targets), [kind, targets]);
  return <DataTable label={label} {...table.props} columns={columns} nameOf={targetNameOf} measured />;
}

function targetColumns(kind: ActionKind, targets: readonly PlannedTarget[]): Column<PlannedTarget>[] {
  return [
    ...targetNameColumns(targets, kind),
    {
      id: 'verdict',
      header: 'Plan',
      priority: 'always',
      width: 124,
      sortBy: ({ verdict, step }) => `${verdict} ${step}`,
      cell: ({ verdict, step }) => {
        const { text, tone } = verdictTag(verdict, step ?? kind);
        return <Tag tone={tone}>{text}</Tag>;
      },
    },
    {
      id: 'expected',
      header: kind === 'align' ? 'Fetches or frees' : isFetching(kind) ? 'Fetches' : 'Frees',
      minWidth: 130,
      width: 190,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ expected }) => expected && exportedBytes(expected),
      cell: ({ verdict, expected, estimated, imageId, step }) => {
        if (verdict !== 'willDo') return <span className="faint">–</span>;
        if (!expected) return <span className="dim">not available</span>;
        const does = step === null ? '' : step === 'queue' ? 'fetches ' : 'frees ';
        return `${does}${estimated ? 'about ' : ''}${targetAmountText(expected, imageId)}`;
      },
    },
  ];
}

/** The part of a plan on one host. The deletions of an `align` have their own counts: `goes` and `frees`. */
export type PlannedHost = {
  hostId: HostId;
  hostName: string;
  willDo: number;
  goes: number;
  alreadyDone: number;
  refused: number;
  /** The fetched amount, or the freed amount of all actions but an `align`. */
  amount: Amount;
  frees: Amount;
  /** Why targets are skipped on this host; null if the reasons differ. */
  reason: string | null;
};

/** The sums of the targets of a plan for each host, in the order of the plan. */
export function sumByHost(targets: readonly PlannedTarget[]): PlannedHost[] {
  const hosts = new Map<HostId, PlannedHost & { reasons: Set<string> }>();
  for (const { hostId, hostName, step, verdict, expected, reason } of targets) {
    let host = hosts.get(hostId);
    if (!host) {
      host = {
        hostId,
        hostName,
        willDo: 0,
        goes: 0,
        alreadyDone: 0,
        refused: 0,
        amount: { images: 0, bytes: 0 },
        frees: { images: 0, bytes: 0 },
        reason: null,
        reasons: new Set(),
      };
      hosts.set(hostId, host);
    }
    const goes = step === 'delete';
    host[verdict === 'willDo' && goes ? 'goes' : verdict] += 1;
    if (verdict === 'willDo') addAmount(host[goes ? 'frees' : 'amount'], expected);
    if (verdict === 'refused' && reason !== null) host.reasons.add(reason);
  }
  return [...hosts.values()].map(({ reasons, ...host }) => ({
    ...host,
    reason: reasons.size === 1 ? ([...reasons][0] ?? null) : null,
  }));
}

const hostIdOf = ({ hostId }: PlannedHost) => hostId;
const hostNameOf = ({ hostName }: PlannedHost) => hostName;
const none = <span className="faint">–</span>;

type Count = [key: 'willDo' | 'goes' | 'alreadyDone' | 'refused', header: string, width: number];

function hostColumns(kind: ActionKind): Column<PlannedHost>[] {
  const both = kind === 'align';
  const width = (narrow: number) => (both ? narrow : 128);
  const goes: Count = ['goes', 'Will be deleted', 84];
  const counts: Count[] = [
    both ? ['willDo', 'Will be cached', 98] : ['willDo', kind === 'queue' ? 'Will be queued' : 'Will be deleted', 128],
    ...(both ? [goes] : []),
    ['alreadyDone', 'Already done', width(114)],
    ['refused', 'Skipped', width(84)],
  ];
  return [
    {
      id: 'host',
      header: 'Host',
      minWidth: 150,
      priority: 'always',
      className: 'wide',
      sortBy: hostNameOf,
      cell: ({ hostId, hostName, reason }) => (
        <>
          <HostNameLink hostId={hostId} name={hostName} />
          {reason ? <span className="target-reason">{reason}</span> : null}
        </>
      ),
    },
    ...counts.map(
      ([key, header, width]): Column<PlannedHost> => ({
        id: key,
        header,
        width,
        align: 'end',
        descendingFirst: true,
        sortBy: (host) => host[key],
        cell: (host) =>
          host[key] === 0 ? (
            none
          ) : (
            <span className={key === 'refused' ? 'warn' : undefined}>{formatCount(host[key])}</span>
          ),
      }),
    ),
    bytesColumn('amount', kind === 'queue' || both ? 'Fetches' : 'Frees', both),
    ...(both ? [bytesColumn('frees', 'Frees', both)] : []),
  ];
}

function bytesColumn(id: 'amount' | 'frees', header: string, narrow: boolean): Column<PlannedHost> {
  return {
    id,
    header,
    width: narrow ? 88 : 110,
    align: 'end',
    descendingFirst: true,
    sortBy: (host) => host[id].bytes,
    cell: (host) => (hasSize(host[id]) ? <Size {...sizesOf(host[id])} /> : none),
  };
}

/** The sums of a plan for each of its hosts. */
function PlannedHosts({ kind, targets }: { kind: ActionKind; targets: readonly PlannedTarget[] }) {
  const hosts = useMemo(() => sumByHost(skippedFirst(targets)), [targets]);
  const table = useTableState({ rows: hosts, idOf: hostIdOf });
  const columns = useMemo(() => hostColumns(kind), [kind]);
  return <DataTable label="Plan by host" {...table.props} columns={columns} nameOf={hostNameOf} measured />;
}
