import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { useNow } from '../../components/relative-time.tsx';
import { formatBytes, formatCount, formatSpan, plural } from '../../lib/format.ts';
import { sumsOf } from './fleet-sums.ts';

/** The fleet's sums, a tile each. */
export function FleetTiles({ hosts }: { hosts: readonly HostSummary[] }) {
  const distinct = useConsolePart((state) => state.fleet.distinctImages) ?? 0;
  const sums = sumsOf(hosts);
  const { oldestQueued } = sums;
  const oldest = useNow((now) => (oldestQueued === null ? '' : `, oldest ${formatSpan(now - oldestQueued)}`));
  const known = sums.hosts > 0;
  return (
    <ul className="tiles" aria-label="Sums of the fleet">
      <Tile
        value={known ? formatCount(sums.images) : '–'}
        label={`cached images, ${formatCount(distinct)} distinct`}
        title={`On ${plural(sums.hosts, 'host')}; ${plural(distinct, 'different image')}`}
      />
      <Tile
        value={known ? formatSize(sums.bytes) : '–'}
        title={known ? formatBytes(sums.bytes) : undefined}
        label={sums.limited > 0 ? `in caches, of ${formatSize(sums.limitBytes)} stated` : 'in caches, no limit stated'}
      />
      <Tile value={known ? formatCount(sums.hits) : '–'} label="hits" />
      <Tile value={known ? formatCount(sums.queued) : '–'} label={`queued${oldest}`} />
      <Tile
        value={known ? formatSize(sums.orphanBytes) : '–'}
        title={known ? formatBytes(sums.orphanBytes) : undefined}
        label={`in ${plural(sums.orphans, 'orphan')}`}
      />
    </ul>
  );
}

function Tile({ value, label, title }: { value: string; label: string; title?: string | undefined }) {
  return (
    <li className="panel" title={title}>
      <b>{value}</b>
      <span>{label}</span>
    </li>
  );
}
