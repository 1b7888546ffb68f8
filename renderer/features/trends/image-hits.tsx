import { useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { FailedNotice } from '../../components/notice.tsx';
import { formatCount, plural } from '../../lib/format.ts';
import { HitsChart } from './lazy-charts.tsx';
import { SpanChoice, useSpan } from './span-choice.tsx';
import { BarTable } from './trend-tables.tsx';
import { spanWords } from './trend-words.ts';
import './trends.css';
import { useImageTrend } from './use-trends.ts';

type Props = { host: HostSummary; imageId: string };

/** When an image was asked for: on one host, or on all of them. */
export function ImageHits({ host, imageId }: Props) {
  const [span, setSpan] = useSpan('image.span');
  const [everywhere, setEverywhere] = useState(false);
  const [asTable, setAsTable] = useState(false);
  const trend = useImageTrend(imageId, everywhere ? undefined : host.id, span);
  const hosts = useConsolePart((state) => state.hosts);
  const { data } = trend;
  const sum = data?.hosts.reduce((all, { hits }) => all + hits, 0) ?? 0;
  const known = data?.bars.some(({ hits }) => hits !== null) ?? false;
  const where = everywhere ? 'all hosts' : host.name;
  const per = span === '30d' || span === '90d' ? 'day' : 'hour';
  const label = `Hits per ${per} on ${where} over the last ${spanWords[span]}`;
  return (
    <div className="image-hits">
      <div className="toolbar">
        <SpanChoice span={span} onChange={setSpan} label="Time shown" />
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
            ? `${plural(sum, 'hit')} on ${where} in the last ${spanWords[span]}, per ${per}.`
            : `Nothing is known of the last ${spanWords[span]} yet: it takes two polls.`
          : 'Reading…'}
      </p>
      <div className="image-hits-room">
        {data && asTable ? <BarTable bars={data.bars} label={label} /> : null}
        {data && !asTable ? <HitsChart bars={data.bars} label={`${label}: ${formatCount(sum)}`} height={170} /> : null}
      </div>
      {everywhere && data && data.hosts.length > 0 ? (
        <ul className="image-hits-hosts" aria-label="Hits by host">
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
