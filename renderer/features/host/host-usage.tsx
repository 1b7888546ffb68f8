import { useMemo } from 'react';
import { Link } from 'wouter';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { Capabilities, Maintenance, MaintenanceMethod } from '../../../electron/contract/hosts.ts';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { type Amount, amountOf } from '../../../electron/contract/operations.ts';
import { leastRecentlyAccessed } from '../../../electron/contract/prune-order.ts';
import { formatSize, formatSizeSum } from '../../../electron/contract/sizes.ts';
import { Meter } from '../../components/meter.tsx';
import { Size } from '../../components/size.tsx';
import { hostSettingsPath } from '../../lib/routes.ts';
import { ForecastText } from '../trends/forecast.tsx';
import { useHostTrend } from '../trends/trends-tab.tsx';
import classes from './host.module.css';

/** How full a host's cache is, and what a prune would remove. */
export function HostUsage({ host, cached }: { host: HostSummary; cached: readonly CachedImage[] | undefined }) {
  const { limitBytes, totals } = host;
  const takesUnsized = usableMethod(host.maintenance.prune) !== 'delete';
  const prune = useMemo(
    () =>
      cached && limitBytes !== null ? amountOf(leastRecentlyAccessed(cached, limitBytes, { takesUnsized })) : undefined,
    [cached, limitBytes, takesUnsized],
  );
  const trend = useHostTrend(host.id, '24h').data;
  if (!totals) return null;
  if (limitBytes === null) {
    return (
      <div className={classes.usage}>
        <b>
          <Size bytes={totals.sizeBytes} unsized={totals.unsized} />
        </b>
        <span className="dim">
          in {plural(totals.cachedImages, 'image')}. Glance does not report the host’s limit.{' '}
          <Link href={hostSettingsPath(host.id)}>Set cache limit</Link> to see its usage and what a prune would delete.
        </span>
      </div>
    );
  }
  const free = limitBytes - totals.sizeBytes;
  return (
    <div className={classes.usage}>
      <span className={classes.usageMeter}>
        <Meter
          value={totals.sizeBytes}
          limit={limitBytes}
          large
          label={`${Math.round((100 * totals.sizeBytes) / limitBytes)} % of the limit of ${formatSize(limitBytes)}`}
        />
      </span>
      <b>
        <Size bytes={totals.sizeBytes} unsized={totals.unsized} />
      </b>
      <span className="dim">
        of {formatSize(limitBytes)}
        {free >= 0 ? `, ${totals.unsized > 0 ? 'at most ' : ''}${formatSize(free)} free. ` : '. '}
        {prune ? `${pruneText(prune, totals.unsized)} ` : ''}
        {totals.unsized > 0 ? `Not counted: ${plural(totals.unsized, 'image')} of unknown size.` : ''}
      </span>
      {trend ? <ForecastText forecast={trend.forecast} /> : null}
    </div>
  );
}

function pruneText(prune: Amount, unsized: number): string {
  if (prune.images > 0) {
    return `A prune would delete ${plural(prune.images, 'least recently used image')}, ${formatSizeSum(prune)}.`;
  }
  return unsized > 0 ? 'Prune size not available.' : 'A prune would delete nothing.';
}

/** What a host supports, in one line: `API 2.16 · fetches immediately · prune by deletion · clean needs SSH`. */
export function capabilitiesLine(capabilities: Capabilities, maintenance: Maintenance): string {
  const fetch = {
    atOnce: 'fetches immediately',
    periodic: 'fetches every 5 min',
    byProgram: 'manual prefetch',
  }[capabilities.fetch];
  const prune = methodText(maintenance.prune);
  const clean = methodText(maintenance.clean);
  return [
    `API ${capabilities.apiVersion}${capabilities.dialect === 'legacy' ? ', legacy middleware' : ''}`,
    fetch,
    ...(prune === clean ? [`prune and clean ${prune}`] : [`prune ${prune}`, `clean ${clean}`]),
  ].join(' · ');
}

function methodText(methods: readonly MaintenanceMethod[]): string {
  const taken = usableMethod(methods);
  if (taken)
    return { native: 'via API', ssh: 'over SSH', delete: 'by individual deletion', read: 'by download' }[taken];
  return methods.some(({ method }) => method === 'delete') ? 'needs its limit or SSH' : 'needs SSH';
}

function usableMethod(methods: readonly MaintenanceMethod[]): MaintenanceMethod['method'] | undefined {
  return methods.find(({ usable }) => usable)?.method;
}
