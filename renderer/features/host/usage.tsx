import { useMemo } from 'react';
import { Link } from 'wouter';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { Meter } from '../../components/meter.tsx';
import { Size } from '../../components/size.tsx';
import { plural } from '../../lib/format.ts';
import { hostSettingsPath } from '../../lib/routes.ts';
import { ForecastText } from '../trends/forecast.tsx';
import { useHostTrend } from '../trends/trends-tab.tsx';
import { pruneEstimate } from './prune-estimate.ts';

/** How much a host's cache holds of its stated limit, and what pruning it would remove. */
export function Usage({ host, cached }: { host: HostSummary; cached: readonly CachedImage[] | undefined }) {
  const { limitBytes, totals } = host;
  const prune = useMemo(
    () => (cached && limitBytes !== null ? pruneEstimate(cached, limitBytes) : undefined),
    [cached, limitBytes],
  );
  const trend = useHostTrend(host.id, '24h').data;
  if (!totals) return null;
  if (limitBytes === null) {
    return (
      <div className="usage">
        <b>
          <Size bytes={totals.sizeBytes} />
        </b>
        <span className="dim">
          in {plural(totals.cachedImages, 'image')}. Glance does not tell the host’s limit;{' '}
          <Link href={hostSettingsPath(host.id)}>state its image_cache_max_size</Link> to see how full it is and what
          pruning would remove.
        </span>
      </div>
    );
  }
  const free = limitBytes - totals.sizeBytes;
  return (
    <div className="usage">
      <span className="usage-meter">
        <Meter
          value={totals.sizeBytes}
          limit={limitBytes}
          large
          label={`${Math.round((100 * totals.sizeBytes) / limitBytes)} % of the limit of ${formatSize(limitBytes)}`}
        />
      </span>
      <b>
        <Size bytes={totals.sizeBytes} />
      </b>
      <span className="dim">
        of {formatSize(limitBytes)}
        {free >= 0 ? `, ${formatSize(free)} free. ` : '. '}
        {prune
          ? prune.images > 0
            ? `Pruning would remove the ${plural(prune.images, 'least recently used image')}, ${formatSize(prune.bytes)}.`
            : 'Pruning would remove nothing.'
          : ''}
      </span>
      {trend ? <ForecastText forecast={trend.forecast} /> : null}
    </div>
  );
}
