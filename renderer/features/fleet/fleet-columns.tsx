import { Link } from 'wouter';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import { removalTime } from '../../../electron/contract/external-removals.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { formatSize, formatSizeSum } from '../../../electron/contract/sizes.ts';
import { UnlockButton } from '../../components/cloud-controls.tsx';
import { failureLine } from '../../components/failure-text.tsx';
import { dotStateOf, dotStateText, HostLink } from '../../components/hosts/host-link.tsx';
import { withRegion } from '../../components/hosts/region-column.tsx';
import { Meter } from '../../components/meter.tsx';
import { RelativeTime, useNow } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatExact, formatSpan } from '../../lib/format.ts';
import { schedulePath } from '../../lib/routes.ts';
import { usePruning } from '../schedules/schedule-queries.ts';
import { HitsSpark, SizeSpark } from '../trends/sparkline.tsx';
import classes from './fleet.module.css';

const bad = { failed: 0, attention: 1, waiting: 2, ok: 3 } as const;
const none = <span className="faint">–</span>;

function Count({ value }: { value: number | undefined }) {
  if (value === undefined) return none;
  return <span className={value === 0 ? 'faint' : undefined}>{formatCount(value)}</span>;
}

/** The columns of the fleet table, with the regions of the hosts where a cloud has several. */
export function fleetColumns(regions: ReadonlyMap<HostId, string>): readonly Column<HostSummary>[] {
  return regions.size === 0 ? hostColumns : withRegion(hostColumns, ({ id }) => regions.get(id) ?? '');
}

/** A failed host shows its failure across the columns of its numbers. */
const hostColumns: readonly Column<HostSummary>[] = [
  {
    id: 'name',
    header: 'Host',
    minWidth: 150,
    priority: 'always',
    sortBy: (host) => host.name,
    cell: (host) => <HostLink host={host} tabIndex={-1} title={host.note || host.address} />,
  },
  {
    id: 'state',
    header: 'State',
    width: 170,
    minWidth: 168,
    priority: 'always',
    sortBy: (host) => bad[dotStateOf(host)],
    span: (host) => (host.state === 'failed' ? 8 : 1),
    className: 'wide',
    cell: (host) => {
      if (host.state === 'failed') return <FailedHost host={host} />;
      const [first, ...others] = host.warnings;
      if (!first) return <span className="dim">{dotStateText(dotStateOf(host))}</span>;
      return (
        <span className={classes.tags} title={host.warnings.map(({ text }) => text).join('\n')}>
          <Tag tone="warn">{first.label}</Tag>
          {others.length > 0 ? <Tag tone="warn">+{others.length}</Tag> : null}
        </span>
      );
    },
  },
  {
    id: 'version',
    header: 'API',
    width: 62,
    priority: 'lowest',
    sortBy: (host) => host.capabilities?.apiVersion ?? null,
    cell: (host) =>
      host.capabilities ? (
        <span className="dim" title={host.capabilities.release}>
          {host.capabilities.apiVersion}
        </span>
      ) : (
        none
      ),
  },
  {
    id: 'share',
    header: 'Usage',
    minWidth: 84,
    descendingFirst: true,
    sortBy: (host) => (host.totals && host.limitBytes ? host.totals.sizeBytes / host.limitBytes : null),
    cell: ({ totals, limitBytes }) =>
      totals && limitBytes ? (
        <div className={classes.meter}>
          <Meter
            value={totals.sizeBytes}
            limit={limitBytes}
            label={`${Math.round((100 * totals.sizeBytes) / limitBytes)} % of ${formatSize(limitBytes)}`}
          />
        </div>
      ) : totals ? (
        <span className="faint">no limit set</span>
      ) : (
        none
      ),
  },
  {
    id: 'cached',
    header: 'Cached',
    width: 80,
    priority: 'low',
    align: 'end',
    descendingFirst: true,
    sortBy: (host) => host.totals?.cachedImages ?? null,
    cell: (host) => <Count value={host.totals?.cachedImages} />,
  },
  {
    id: 'size',
    header: 'Size',
    width: 126,
    minWidth: 96,
    align: 'end',
    descendingFirst: true,
    sortBy: (host) => host.totals?.sizeBytes ?? null,
    cell: ({ id, totals }) =>
      totals ? (
        <div className={classes.sparkCell}>
          {/* If sizes are unknown, a line of the known ones would look like the size of the cache. */}
          {totals.unsized === 0 ? <SizeSpark hostId={id} /> : null}
          <span className={classes.sparkNumber}>
            <Size bytes={totals.sizeBytes} unsized={totals.unsized} />
          </span>
        </div>
      ) : (
        none
      ),
  },
  {
    id: 'limit',
    header: 'Limit',
    width: 88,
    priority: 'lowest',
    align: 'end',
    descendingFirst: true,
    sortBy: (host) => host.limitBytes,
    cell: ({ limitBytes }) => (limitBytes ? <Size bytes={limitBytes} className="dim" /> : none),
  },
  {
    id: 'hits',
    header: 'Hits',
    width: 144,
    minWidth: 96,
    align: 'end',
    descendingFirst: true,
    sortBy: (host) => host.totals?.hits ?? null,
    cell: (host) => (
      <div className={classes.sparkCell}>
        {host.totals ? <HitsSpark hostId={host.id} /> : null}
        <span className={classes.sparkNumber}>
          <Count value={host.totals?.hits} />
        </span>
      </div>
    ),
  },
  {
    id: 'queued',
    header: 'Queued',
    width: 78,
    align: 'end',
    descendingFirst: true,
    sortBy: (host) => host.totals?.queued ?? null,
    cell: (host) => <Count value={host.totals?.queued} />,
  },
  {
    id: 'refreshed',
    header: 'Refreshed',
    width: 112,
    priority: 'low',
    descendingFirst: true,
    sortBy: (host) => host.refreshedAt,
    cell: (host) =>
      host.state === 'failed' ? (
        <NextPoll host={host} />
      ) : host.refreshedAt === null ? (
        none
      ) : (
        <RelativeTime time={host.refreshedAt} className="dim" />
      ),
  },
  {
    id: 'pruning',
    header: 'Pruned by',
    width: 200,
    minWidth: 120,
    priority: 'lowest',
    cell: (host) => <PruningCell hostId={host.id} />,
  },
];

/** What prunes a host by itself. */
function PruningCell({ hostId }: { hostId: HostId }) {
  const pruning = usePruning()(hostId);
  switch (pruning.by) {
    case 'schedule':
      return (
        <Link href={schedulePath(pruning.id)} className="entity-link cut" tabIndex={-1}>
          {pruning.name}
        </Link>
      );
    case 'job':
      return (
        <span className="dim" title={`${pruning.source}: ${pruning.when}`}>
          cron on the host
        </span>
      );
    case 'other':
      return (
        <span
          className="dim cut"
          title={`Something else removed ${plural(pruning.last.removed.images, 'image')} (${formatSizeSum(pruning.last.removed)}) ${removalTime(pruning.last, formatExact)}. No schedule of this console prunes this host, and no job is known that does.`}
        >
          something else, <RelativeTime time={pruning.last.until} />
        </span>
      );
    case 'nothing':
      return <Tag tone="warn">nothing</Tag>;
    default:
      return (
        <span
          className="faint"
          title="No schedule prunes this host. Its own jobs are unknown, since they were not read over SSH."
        >
          –
        </span>
      );
  }
}

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

/** The columns of an export of hosts. Sizes are bytes, times ISO 8601. */
export const hostExport: readonly ExportColumn<HostSummary>[] = [
  { name: 'host', value: (host) => host.name },
  { name: 'address', value: (host) => host.address },
  { name: 'state', value: (host) => host.state },
  { name: 'api_version', value: (host) => host.capabilities?.apiVersion ?? null },
  { name: 'cached_images', value: (host) => host.totals?.cachedImages ?? null },
  { name: 'size_bytes', value: (host) => host.totals?.sizeBytes ?? null },
  { name: 'images_of_unknown_size', value: (host) => host.totals?.unsized ?? null },
  { name: 'limit_bytes', value: (host) => host.limitBytes },
  { name: 'hits', value: (host) => host.totals?.hits ?? null },
  { name: 'queued', value: (host) => host.totals?.queued ?? null },
  { name: 'orphans', value: (host) => host.totals?.orphans ?? null },
  { name: 'refreshed_at', value: (host) => iso(host.refreshedAt) },
  { name: 'warnings', value: (host) => host.warnings.map(({ label }) => label).join('; ') },
  { name: 'failure', value: (host) => host.failure?.message ?? null },
];

/** The row of a host that does not answer: the failure, the number of tries, the remedy, and the last known amounts. */
function FailedHost({ host }: { host: HostSummary }) {
  const { failure, failedTries, failingSince, totals } = host;
  const since = useNow((now) => (failingSince === null ? '' : ` in ${formatSpan(now - failingSince)}`));
  if (!failure) return null;
  const tries = failedTries > 1 ? `, ${formatCount(failedTries)} tries${since}` : '';
  return (
    <div className={classes.failedHost}>
      <div>
        <span className="bad">
          {failureLine(failure)}
          {tries}.
        </span>
        <span className="dim">
          {totals ? (
            <>
              Last seen with {plural(totals.cachedImages, 'image')},{' '}
              <Size bytes={totals.sizeBytes} unsized={totals.unsized} />.{' '}
            </>
          ) : null}
          {failure.remedy}
        </span>
      </div>
      <UnlockButton host={host} />
    </div>
  );
}

/** When a host is polled next: a countdown, or why there is none. */
function NextPoll({ host }: { host: HostSummary }) {
  const text = useNow((now) => {
    if (host.refreshing) return 'retrying now';
    if (host.nextPollAt === null) return 'polling paused';
    return host.nextPollAt <= now ? 'due now' : `next in ${formatSpan(host.nextPollAt - now)}`;
  });
  return <span className="dim">{text}</span>;
}
