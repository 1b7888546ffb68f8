import type { DryRun } from '../../../../electron/contract/schedules.ts';
import { FailedNotice, Notice } from '../../../components/notice.tsx';
import { PlanPlaceholder, PlanView } from '../../operations/dialog/plan-view.tsx';
import { SkippedHosts } from '../skipped-hosts.tsx';

type Props = {
  query: { data: DryRun | undefined; error: Error | null; isFetching: boolean; refetch: () => unknown };
  /** Shows that the run would wait for approval. */
  withApproval: boolean;
};

/** The plan of a run, made from the present lists of the hosts. Nothing is sent. */
export function RunPlan({ query: { data, error, isFetching, refetch }, withApproval }: Props) {
  const again = () => void refetch();
  if (error) return <FailedNotice error={error} again={again} />;
  if (!data) return <PlanPlaceholder live>Asking the hosts and planning…</PlanPlaceholder>;
  const { plan, text, skippedHosts, approval } = data;
  return (
    <>
      {withApproval && approval !== null ? (
        <Notice tone="warn">
          <b>It would wait for approval.</b> {approval}
        </Notice>
      ) : null}
      {text === '' ? null : <p>{text}</p>}
      {plan ? <PlanView planning={{ plan, stale: isFetching, error: null, refetch: again }} /> : null}
      <SkippedHosts skipped={skippedHosts} title="Skipped" />
    </>
  );
}
