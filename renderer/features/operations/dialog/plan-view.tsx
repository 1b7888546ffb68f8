import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Plan, PlannedTarget } from '../../../../electron/contract/operations.ts';
import { queries } from '../../../bridge/queries.ts';
import { Button } from '../../../components/button.tsx';
import { FailedNotice } from '../../../components/failed-notice.tsx';
import { Notice } from '../../../components/notice.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Column, Sort } from '../../../components/table/table-columns.ts';
import { Tag } from '../../../components/tag.tsx';
import { formatCount } from '../../../lib/format.ts';
import { notifyFailure } from '../../../lib/notify.ts';
import type { PlanQuery } from '../operation-queries.ts';
import { isFetching } from '../operation-texts.ts';
import { PlanByHost } from './plan-by-host.tsx';
import { planText, targetAmountText, verdictTag } from './plan-texts.ts';
import { targetColumns, targetIdOf, targetNameOf } from './target-columns.tsx';

/** The preview: what will be done, what is done already, what is left out and why. Nothing was sent. */
export function PlanView({ planning }: { planning: PlanQuery }) {
  const { plan, stale, error, again } = planning;
  if (error) {
    return <FailedNotice error={error} again={again} />;
  }
  if (!plan) return <p className="plan-wait dim">Working out what would be done…</p>;
  return (
    <div className="plan" aria-busy={stale}>
      <p>
        <b>{planText(plan)}</b>
        {plan.alreadyDone > 0 ? <span className="dim"> {formatCount(plan.alreadyDone)} need nothing.</span> : null}
        {plan.refused > 0 ? (
          <span className="warn"> {formatCount(plan.refused)} left out, with the reason below. </span>
        ) : null}
        <RefreshHostsButton plan={plan} again={again} />
      </p>
      <PlanWarnings plan={plan} />
      <PlanTables plan={plan} />
    </div>
  );
}

/** What the operator should know before saying yes. */
export function PlanWarnings({ plan }: { plan: Plan }) {
  return plan.warnings.map((warning) => (
    <Notice key={warning} tone="warn">
      {warning}
    </Notice>
  ));
}

/** Every target; and on several hosts first what it comes to on each. */
function PlanTables({ plan }: { plan: Plan }) {
  const several = useMemo(() => new Set(plan.targets.map(({ hostId }) => hostId)).size > 1, [plan]);
  const [byHost, setByHost] = useState(false);
  const { kind } = plan.action;
  if (!several || (kind !== 'queue' && kind !== 'delete' && kind !== 'align')) return <PlannedTargets plan={plan} />;
  return (
    <>
      <fieldset className="row plain-fieldset">
        <legend className="hidden-text">What to show</legend>
        <button type="button" className="chip" aria-pressed={!byHost} onClick={() => setByHost(false)}>
          Every image <b>{formatCount(plan.targets.length)}</b>
        </button>
        <button type="button" className="chip" aria-pressed={byHost} onClick={() => setByHost(true)}>
          Host by host
        </button>
      </fieldset>
      {byHost ? <PlanByHost kind={kind} targets={plan.targets} /> : <PlannedTargets plan={plan} />}
    </>
  );
}

/** Each target with what is planned for it. */
export function PlannedTargets({ plan }: { plan: Plan }) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState('');
  const { kind } = plan.action;
  const columns: Column<PlannedTarget>[] = [
    ...targetColumns<PlannedTarget>(plan.targets, kind),
    {
      id: 'verdict',
      header: 'Plan',
      width: '124px',
      sortBy: ({ verdict, step }) => `${verdict} ${step}`,
      cell: ({ verdict, step }) => {
        const { text, tone } = verdictTag(verdict, step ?? kind);
        return <Tag tone={tone}>{text}</Tag>;
      },
    },
    {
      id: 'expected',
      header: kind === 'align' ? 'Fetches or frees' : isFetching(kind) ? 'Fetches' : 'Frees',
      width: '190px',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ expected }) => expected?.bytes ?? null,
      cell: ({ verdict, expected, estimated, imageId, step }) => {
        if (verdict !== 'willDo') return <span className="faint">–</span>;
        if (!expected) return <span className="dim">only the host knows</span>;
        const words = targetAmountText(expected, imageId);
        const does = step === null ? '' : step === 'queue' ? 'fetches ' : 'frees ';
        return `${does}${estimated ? 'about ' : ''}${words}`;
      },
    },
  ];
  return (
    <DataTable
      label="What will be done"
      rows={plan.targets}
      columns={columns}
      idOf={targetIdOf}
      nameOf={targetNameOf}
      sort={sort}
      onSort={setSort}
      active={active}
      onActive={setActive}
      measured
    />
  );
}

/** A plan rests on what the hosts last said. Where it leaves some out: asks those now, and plans again. */
export function RefreshHostsButton({ plan, again }: { plan: Plan; again: () => void }) {
  const refresh = useMutation(queries.hosts.refresh.mutationOptions({ onError: notifyFailure, onSettled: again }));
  const ids = [
    ...new Set(plan.targets.filter(({ verdict }) => verdict === 'refused').map(({ hostId }) => hostId)),
  ].slice(0, 1_000);
  if (ids.length === 0) return null;
  return (
    <Button
      className="btn-small"
      disabled={refresh.isPending}
      title="Polls the hosts that are left out, then plans again"
      onClick={() => refresh.mutate({ ids })}
    >
      {refresh.isPending ? 'Asking…' : ids.length === 1 ? 'Ask the host again' : 'Ask the hosts again'}
    </Button>
  );
}
