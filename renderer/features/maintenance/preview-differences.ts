import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import type { PlannedTarget, TargetOutcome } from '../../../electron/contract/operations.ts';
import { plural } from '../../lib/format.ts';

export type Difference = { hostId: HostId; hostName: string; text: string };
/** How what went compares with what was previewed. */
export type Comparison = { asPreviewed: { hosts: number; images: number }; differences: Difference[] };

/**
 * Compares what a prune did with what its plan showed.
 *
 * @param cachedAfter what hosts that pruned themselves have now; where a host is not in it, only the number is compared
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
        : ` Not gone by it: ${listed.join(', ')}${more > 0 ? ` and ${plural(more, 'other')}` : ''}.`;
    comparison.differences.push({
      hostId,
      hostName,
      text: `${plural(names.size, 'image')} previewed, ${plural(went, 'image')} went.${which}`,
    });
  }
  return comparison;
}
