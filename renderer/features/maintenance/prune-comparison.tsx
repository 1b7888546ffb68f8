import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import type { Operation, Plan, PlannedTarget, TargetOutcome } from '../../../electron/contract/operations.ts';
import { client } from '../../bridge/client.ts';
import { HostNameLink } from '../../components/entity-link.tsx';
import { Notice } from '../../components/notice.tsx';
import classes from './prune-comparison.module.css';

export type Difference = { hostId: HostId; hostName: string; text: string };
/** The images that a prune removed, compared with its preview. */
export type Comparison = { asPreviewed: { hosts: number; images: number }; differences: Difference[] };

/**
 * Compares the images that a prune removed with those that its plan previewed.
 *
 * @param cachedAfter the images that hosts which pruned themselves have cached now; for other hosts only the number of images is compared
 */
export function compareWithPreview(
  planned: readonly PlannedTarget[],
  outcomes: readonly TargetOutcome[],
  cachedAfter: ReadonlyMap<HostId, ReadonlySet<ImageId>>,
): Comparison {
  const comparison: Comparison = { asPreviewed: { hosts: 0, images: 0 }, differences: [] };
  const byHost = Map.groupBy(outcomes, ({ hostId }) => hostId);
  for (const { hostId, hostName, verdict, preview } of planned) {
    if (verdict !== 'willDo' || !preview) continue;
    const ofHost = byHost.get(hostId) ?? [];
    const whole = ofHost.find(({ imageId }) => imageId === null);
    if (whole && !whole.actual) continue;
    const names = new Map(preview.goes.map(({ imageId, imageName }) => [imageId, imageName ?? imageId]));
    const done = new Set(ofHost.filter(({ state }) => state === 'done').map(({ imageId }) => imageId));
    const after = cachedAfter.get(hostId);
    const stayed = [...names].filter(([imageId]) => (whole ? after?.has(imageId) : !done.has(imageId)));
    const went = whole?.actual ? whole.actual.images : done.size;
    if (went === names.size && stayed.length === 0) {
      comparison.asPreviewed.hosts += 1;
      comparison.asPreviewed.images += went;
      continue;
    }
    const listed = stayed.slice(0, 5).map(([, name]) => name);
    const more = stayed.length - listed.length;
    const which =
      stayed.length === 0
        ? ''
        : ` Not deleted: ${listed.join(', ')}${more > 0 ? ` and ${plural(more, 'other')}` : ''}.`;
    comparison.differences.push({
      hostId,
      hostName,
      text: `${plural(names.size, 'image')} previewed, ${formatCount(went)} deleted.${which}`,
    });
  }
  return comparison;
}

/** With more hosts that pruned themselves than this, only the numbers of images are compared. */
const maxHostsRead = 20;

/** Shows after a prune whether exactly the previewed images were removed, and which were not. */
export function PruneComparison({
  plan,
  operation,
  targets,
}: {
  plan: Plan;
  operation: Operation;
  targets: readonly TargetOutcome[];
}) {
  const prunedThemselves = useMemo(
    () =>
      plan.targets
        .filter(({ verdict, method, preview }) => verdict === 'willDo' && method !== 'delete' && preview !== null)
        .map(({ hostId }) => hostId),
    [plan],
  );
  const read = prunedThemselves.length <= maxHostsRead ? prunedThemselves : [];
  const after = useQuery({
    queryKey: ['after a prune', operation.id, operation.endedAt],
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(read.map((id) => client.hosts.images({ id }, { signal })));
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
        ? `Result matches the preview: ${plural(asPreviewed.images, 'image')} deleted.`
        : `As previewed on ${plural(asPreviewed.hosts, 'host')}.`;
  if (differences.length === 0) return agreed === null ? null : <p className="dim">{agreed}</p>;
  return (
    <Notice tone="warn">
      <div className={classes.differences}>
        <b>Result differs from preview.</b> {agreed}
        <ul>
          {differences.map(({ hostId, hostName, text }) => (
            <li key={hostId}>
              <HostNameLink hostId={hostId} name={hostName} />: {text}
            </li>
          ))}
        </ul>
      </div>
    </Notice>
  );
}
