import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { AbilityName } from '../../../electron/contract/hosts.ts';
import { type ImageTarget, maxTargets } from '../../../electron/contract/operations.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { Button, type WhyNot } from '../../components/button.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { HiddenRows } from '../../components/selection-bar.tsx';
import type { SelectionScope } from '../../components/table/use-selection-scope.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import type { SelectionSummary } from './coverage-selection.ts';
import classes from './coverage-tab.module.css';

type Props = {
  summary: SelectionSummary;
  scope: SelectionScope<unknown>;
  hosts: readonly HostSummary[];
  onDeselect: () => void;
};

/** The bar that counts the selected cells, deletes the cached ones and queues the missing ones. */
export function CoverageSelectionBar({ summary, scope, hosts, onDeselect }: Props) {
  const { whyNone } = useWhyNot();
  const { missing, cached, queued, unknown } = summary;
  const whyNotAll = (targets: readonly ImageTarget[], ability: AbilityName, none: WhyNot): WhyNot | undefined => {
    if (targets.length === 0) return none;
    if (targets.length > maxTargets) return tooMany(targets.length);
    const on = new Set(targets.map(({ hostId }) => hostId));
    return whyNone(
      hosts.filter(({ id }) => on.has(id)),
      ability,
    );
  };
  const parts = [
    cached.length > 0 ? `${formatCount(cached.length)} cached, ${formatSizeSum(summary.cachedSize)}` : '',
    missing.length > 0 ? `${formatCount(missing.length)} missing, ${formatSizeSum(summary.missingSize)}` : '',
    queued > 0 ? `${formatCount(queued)} queued` : '',
    unknown > 0 ? `${formatCount(unknown)} unknown` : '',
  ];
  return (
    <div className={`selection-bar ${classes.oneLine}`} role="status">
      <b>{plural(summary.cells, 'cell')} selected</b>
      <span className="dim">
        {plural(summary.images, 'image')} on {plural(summary.hosts, 'host')}
      </span>
      <span className="dim">{parts.filter((part) => part !== '').join(' · ')}</span>
      <HiddenRows {...scope} one="image" />
      <span className="grow" />
      <Button kind="quiet" onClick={onDeselect}>
        Deselect
      </Button>
      <Button
        kind="danger"
        whyNot={scope.whyNot ?? whyNotAll(cached, 'delete', nothingCached)}
        onClick={() => openDialog({ kind: 'action', action: { kind: 'delete', targets: [...cached] } })}
      >
        Delete {formatCount(cached.length)}…
      </Button>
      <Button
        kind="primary"
        whyNot={scope.whyNot ?? whyNotAll(missing, 'queue', nothingMissing)}
        onClick={() => openDialog({ kind: 'action', action: { kind: 'queue', targets: [...missing] } })}
      >
        Queue {formatCount(missing.length)} missing…
      </Button>
    </div>
  );
}

const nothingCached: WhyNot = {
  reason: 'Nothing in the selection is cached.',
  remedy: 'Select cells of reachable hosts that have the image cached.',
};
const nothingMissing: WhyNot = {
  reason: 'Nothing in the selection is missing.',
  remedy: 'Select cells of reachable hosts where the image is missing.',
};

function tooMany(targets: number): WhyNot {
  return {
    reason: `${formatCount(targets)} targets are selected; the limit for one action is ${formatCount(maxTargets)}.`,
    remedy: 'Select fewer images or hosts.',
  };
}
