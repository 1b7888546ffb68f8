import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { TrendSpan } from '../../../electron/contract/trends.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { FailedNotice } from '../../components/notice.tsx';
import { usePersistentState } from '../../lib/persistent-state.ts';
import { HitsChart } from './lazy-charts.tsx';
import { isSpan, spanTexts, TrendSpanChoice } from './trend-span.tsx';
import { BarTable } from './trend-tables.tsx';
import classes from './trends.module.css';

type Props = { host: HostSummary; imageId: string };

/** When an image was requested: on one host, or on all of them. */
export function ImageHits({ host, imageId }: Props) {
  const [span, setSpan] = usePersistentState<TrendSpan>('trends.image.span', '24h', isSpan);
  const [everywhere, setEverywhere] = useState(false);
  const [asTable, setAsTable] = useState(false);
  const trend = useImageTrend(imageId, everywhere ? undefined : host.id, span);
  const hosts = useConsolePart((state) => state.hosts);
  const { data } = trend;
  const sum = data?.hosts.reduce((all, { hits }) => all + hits, 0) ?? 0;
  const known = data?.bars.some(({ hits }) => hits !== null) ?? false;
  const where = everywhere ? 'all hosts' : host.name;
  const per = span === '30d' || span === '90d' ? 'day' : 'hour';
  const label = `Hits per ${per} on ${where} over the last ${spanTexts[span]}`;
  return (
    <div className={classes.imageHits}>
      <div className="toolbar">
        <TrendSpanChoice span={span} onChange={setSpan} label="Time shown" />
        <span className="grow" />
        <button type="button" className="chip" aria-pressed={everywhere} onClick={() => setEverywhere(!everywhere)}>
          On all hosts
        </button>
        <button type="button" className="chip" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          As table
        </button>
      </div>
      {trend.error ? <FailedNotice error={trend.error} again={trend.refetch} /> : null}
      <p className="dim">
        {data
          ? known
            ? `${plural(sum, 'hit')} on ${where} in the last ${spanTexts[span]}, per ${per}.`
            : `No data for the last ${spanTexts[span]} yet: two polls are needed.`
          : 'Reading…'}
      </p>
      <div className={classes.imageHitsChart}>
        {data && asTable ? <BarTable bars={data.bars} label={label} /> : null}
        {data && !asTable ? <HitsChart bars={data.bars} label={`${label}: ${formatCount(sum)}`} height={170} /> : null}
      </div>
      {everywhere && data && data.hosts.length > 0 ? (
        <ul className={classes.imageHitsHosts} aria-label="Hits by host">
          {data.hosts.slice(0, 12).map(({ hostId, hits }) => (
            <li key={hostId}>
              {hosts?.find(({ id }) => id === hostId)?.name ?? hostId} <b>{formatCount(hits)}</b>
            </li>
          ))}
          {data.hosts.length > 12 ? <li className="dim">and {plural(data.hosts.length - 12, 'more host')}</li> : null}
        </ul>
      ) : null}
    </div>
  );
}

/** The hits of an image over a span, on one host or on all. */
function useImageTrend(imageId: string, hostId: string | undefined, span: TrendSpan) {
  return useQuery(
    queries.trends.image.queryOptions({
      input: hostId === undefined ? { imageId, span } : { imageId, hostId, span },
      placeholderData: (before) => before,
      staleTime: 10_000,
      gcTime: 60_000,
    }),
  );
}
