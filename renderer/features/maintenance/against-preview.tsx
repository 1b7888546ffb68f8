import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import type { Operation, Plan, TargetOutcome } from '../../../electron/contract/operations.ts';
import { client } from '../../bridge/client.ts';
import { Notice } from '../../components/notice.tsx';
import { plural } from '../../lib/format.ts';
import { compareWithPreview } from './preview-differences.ts';

/** So many hosts that pruned themselves are asked for what they have now; of more only the numbers are compared. */
const mostAsked = 20;

/** After a prune: whether just those images went that its preview showed, and the difference where not. */
export function AgainstPreview({
  plan,
  operation,
  targets,
}: {
  plan: Plan;
  operation: Operation;
  targets: readonly TargetOutcome[];
}) {
  const themselves = useMemo(
    () =>
      plan.targets
        .filter(({ verdict, rung, preview }) => verdict === 'willDo' && rung !== 'delete' && preview !== null)
        .map(({ hostId }) => hostId),
    [plan],
  );
  const asked = themselves.length <= mostAsked ? themselves : [];
  const after = useQuery({
    queryKey: ['after a prune', operation.id, operation.endedAt],
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(asked.map((id) => client.hosts.images({ id }, { signal })));
      return new Map<HostId, ReadonlySet<ImageId>>(
        lists.map(({ hostId, cached }) => [hostId, new Set(cached.map(({ imageId }) => imageId))]),
      );
    },
    structuralSharing: false,
  });
  const compared = useMemo(
    () => (after.isPending ? undefined : compareWithPreview(plan.targets, targets, after.data ?? new Map())),
    [plan, targets, after.isPending, after.data],
  );
  if (!compared) return null;
  const { asPreviewed, differences } = compared;
  const agreed =
    asPreviewed.hosts === 0
      ? null
      : differences.length === 0
        ? `Just what the preview showed went: ${plural(asPreviewed.images, 'image')}.`
        : `As previewed on ${plural(asPreviewed.hosts, 'host')}.`;
  if (differences.length === 0) return agreed === null ? null : <p className="dim">{agreed}</p>;
  return (
    <Notice tone="warn">
      <div className="against-preview">
        <b>Not all is as the preview showed.</b> {agreed}
        <ul>
          {differences.map(({ hostId, hostName, text }) => (
            <li key={hostId}>
              <b>{hostName}</b>: {text}
            </li>
          ))}
        </ul>
      </div>
    </Notice>
  );
}
