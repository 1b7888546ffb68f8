import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { Button } from '../../components/button.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { useWhyNotLike } from '../make-like/make-like-hosts.tsx';

const tooMany = {
  reason: 'One host is made like one other.',
  remedy: 'Select the host that is to get the images, or that and the other.',
};

/** Of one selected host: made like another. Of two: the one that has less is made like the other. */
export function MakeLike({ chosen }: { chosen: readonly HostSummary[] }) {
  const { takes } = useWhyNotLike();
  const [to, from] = [...chosen].sort(
    (one, other) => (one.totals?.cachedImages ?? 0) - (other.totals?.cachedImages ?? 0),
  );
  if (!to) return null;
  return (
    <Button
      whyNot={chosen.length > 2 ? tooMany : takes(to)}
      onClick={() => openDialog({ kind: 'like', hostId: to.id, ...(from ? { other: from.id } : {}) })}
    >
      Make like…
    </Button>
  );
}
