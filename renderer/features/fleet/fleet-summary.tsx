import { Link } from 'wouter';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { FailureCode } from '../../../electron/contract/failure.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSize, formatSizeSum } from '../../../electron/contract/sizes.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { useNow } from '../../components/relative-time.tsx';
import { formatBytesSum, formatSpan } from '../../lib/format.ts';
import { schedulesPath, wastePath } from '../../lib/routes.ts';
import { usePruning } from '../schedules/schedule-queries.ts';
import classes from './fleet.module.css';

/** Sums over the last snapshots of some hosts; bytes, epoch milliseconds. */
export type FleetSums = {
  hosts: number;
  images: number;
  bytes: number;
  /** Images of unknown size, which are not among the bytes. */
  unsized: number;
  limitBytes: number;
  limited: number;
  hits: number;
  queued: number;
  oldestQueued: number | null;
  orphans: number;
  orphanBytes: number;
  unsizedOrphans: number;
};

/** Adds up the last snapshots of the hosts, including hosts that do not answer now. */
export function sumHosts(hosts: readonly HostSummary[]): FleetSums {
  const sums: FleetSums = {
    hosts: 0,
    images: 0,
    bytes: 0,
    unsized: 0,
    limitBytes: 0,
    limited: 0,
    hits: 0,
    queued: 0,
    oldestQueued: null,
    orphans: 0,
    orphanBytes: 0,
    unsizedOrphans: 0,
  };
  for (const { limitBytes, totals } of hosts) {
    if (!totals) continue;
    sums.hosts += 1;
    // Beside the usage, only the limits of hosts whose usage is known are meaningful.
    if (limitBytes !== null) {
      sums.limitBytes += limitBytes;
      sums.limited += 1;
    }
    sums.images += totals.cachedImages;
    sums.bytes += totals.sizeBytes;
    sums.unsized += totals.unsized;
    sums.hits += totals.hits;
    sums.queued += totals.queued;
    sums.orphans += totals.orphans;
    sums.orphanBytes += totals.orphanBytes;
    sums.unsizedOrphans += totals.unsizedOrphans;
    if (totals.oldestQueued !== null)
      sums.oldestQueued = Math.min(sums.oldestQueued ?? Number.POSITIVE_INFINITY, totals.oldestQueued);
  }
  return sums;
}

const away: readonly FailureCode[] = ['unreachable', 'timeout', 'tls'];

/** The fleet in one line. Each problem is a button that moves its hosts to the top of the table. */
export function FleetSubtitle({ hosts, onProblems }: { hosts: readonly HostSummary[]; onProblems: () => void }) {
  const [count = '', ...problems] = fleetSubtitle(hosts).split(', ');
  return (
    <>
      {count}
      {problems.length > 0 ? <Problems problems={problems} onProblems={onProblems} /> : null}
      <Unpruned hosts={hosts} />
    </>
  );
}

function Problems({ problems, onProblems }: { problems: readonly string[]; onProblems: () => void }) {
  return (
    <>
      ,{' '}
      <button type="button" className={classes.problems} title="Sort the table by state" onClick={onProblems}>
        {problems.join(', ')}
      </button>
    </>
  );
}

/** The number of hosts that nothing prunes, as far as it is known. */
function Unpruned({ hosts }: { hosts: readonly HostSummary[] }) {
  const pruning = usePruning();
  const count = hosts.filter(({ id }) => pruning(id).by === 'nothing').length;
  if (count === 0) return null;
  return (
    <>
      {' · '}
      <Link href={schedulesPath} title="Neither a schedule of this console nor a job on the host prunes them">
        nothing prunes {plural(count, 'host')}
      </Link>
    </>
  );
}

/** Describes the fleet in one line: `5 hosts, 1 needs attention, 1 unreachable`. */
export function fleetSubtitle(hosts: readonly HostSummary[]): string {
  const attention = hosts.filter(({ state, warnings }) => state === 'reachable' && warnings.length > 0).length;
  const unreachable = hosts.filter(({ failure }) => failure && away.includes(failure.code)).length;
  const failing = hosts.filter(({ state }) => state === 'failed').length - unreachable;
  const waiting = hosts.filter(({ state }) => state === 'waiting').length;
  return [
    plural(hosts.length, 'host'),
    attention > 0 ? `${formatCount(attention)} ${attention === 1 ? 'needs' : 'need'} attention` : '',
    unreachable > 0 ? `${formatCount(unreachable)} unreachable` : '',
    failing > 0 ? `${formatCount(failing)} failing` : '',
    waiting > 0 ? `${formatCount(waiting)} pending` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** The fields of a host that the text filter searches. */
export function searchFields(host: HostSummary) {
  return [
    host.name,
    host.address,
    host.note,
    host.state,
    host.capabilities?.apiVersion,
    host.failure?.code,
    host.failure?.message,
    ...host.warnings.map(({ label }) => label),
  ];
}

/** The sums of the fleet, one tile each. */
export function FleetTiles({ hosts }: { hosts: readonly HostSummary[] }) {
  const distinct = useConsolePart((state) => state.fleet.distinctImages) ?? 0;
  const sums = sumHosts(hosts);
  const { oldestQueued } = sums;
  const oldest = useNow((now) => (oldestQueued === null ? '' : `, oldest ${formatSpan(now - oldestQueued)}`));
  const known = sums.hosts > 0;
  const orphans = { bytes: sums.orphanBytes, unsized: sums.unsizedOrphans };
  return (
    <ul className={classes.tiles} aria-label="Fleet totals">
      <Tile
        value={known ? formatCount(sums.images) : '–'}
        label={`cached, ${formatCount(distinct)} distinct`}
        title={`On ${plural(sums.hosts, 'host')}; ${plural(distinct, 'different image')}`}
      />
      <Tile
        value={known ? formatSizeSum(sums) : '–'}
        title={known ? formatBytesSum(sums) : undefined}
        label={limitText(sums)}
      />
      <Tile value={known ? formatCount(sums.hits) : '–'} label="hits" />
      <Tile value={known ? formatCount(sums.queued) : '–'} label={`queued${oldest}`} />
      <Tile
        value={known ? formatSizeSum(orphans) : '–'}
        title={known ? formatBytesSum(orphans) : undefined}
        label={`in ${plural(sums.orphans, 'orphan')}`}
        href={sums.orphans > 0 ? wastePath : undefined}
      />
    </ul>
  );
}

/** The limits beside the usage, and the number of hosts that have a stated limit. */
function limitText({ hosts, limited, limitBytes }: FleetSums): string {
  if (limited === 0) return 'in caches, no limit set';
  const of = `used of ${formatSize(limitBytes)}`;
  return limited === hosts ? of : `${of} on ${formatCount(limited)} of ${plural(hosts, 'host')}`;
}

type TileProps = { value: string; label: string; title?: string | undefined; href?: string | undefined };

function Tile({ value, label, title, href }: TileProps) {
  return (
    <li className="panel" title={title ?? label}>
      <b>{value}</b>
      <span>{href === undefined ? label : <Link href={href}>{label}</Link>}</span>
    </li>
  );
}
