import { plural } from '../../../electron/contract/counts.ts';
import type { Plan } from '../../../electron/contract/operations.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';

type Props = { chosen: number; hosts: number; plan: Plan | undefined };

/** The summary of a plan to queue images: the fetches with their size, and what is skipped and why. */
export function QueueSummary({ chosen, hosts, plan }: Props) {
  if (chosen === 0) return 'Select images to queue.';
  if (hosts === 0) return 'Select at least one host.';
  if (!plan) return `${plural(chosen, 'image')} chosen`;
  const refused = plan.targets.filter(({ verdict }) => verdict === 'refused');
  return (
    <>
      {plural(plan.willDo, 'fetch', 'fetches')}, {formatSizeSum(plan.expected)}
      {plan.alreadyDone > 0 ? `; ${plan.alreadyDone} already cached` : ''}
      {refused.length > 0 ? (
        <span className="warn" title={refused.map(({ hostName, reason }) => `${hostName}: ${reason ?? ''}`).join('\n')}>
          ; {refused.length} skipped ({refused[0]?.hostName}: {refused[0]?.reason})
        </span>
      ) : null}
    </>
  );
}
