import { Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import type { Forecast, HostTrend, HotImage, TrendSpan } from '../../../electron/contract/trends.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ImageLink } from '../../components/entity-link.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { isLate } from './chart-data.ts';
import { forecastText } from './forecast.tsx';
import { HitsChart, SizeChart } from './lazy-charts.tsx';
import { barTexts, spanTexts, TrendSpanChoice, useTrendSpan } from './trend-span.tsx';
import { BarTable, barExport, hotExport, PointTable, pointExport } from './trend-tables.tsx';
import classes from './trends.module.css';

/** The cache size and the hits of a host over time. */
export function TrendsTab({ host }: { host: HostSummary }) {
  const [span, setSpan] = useTrendSpan();
  const [asTable, setAsTable] = useState(false);
  const trend = useHostTrend(host.id, span);
  return (
    <>
      <div className="toolbar">
        <TrendSpanChoice span={span} onChange={setSpan} label="Time shown" />
        <span className="grow" />
        <Button aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Show as table
        </Button>
      </div>
      {trend.error ? <FailedNotice error={trend.error} again={trend.refetch} /> : null}
      {trend.data ? (
        <Trend host={host} trend={trend.data} span={span} asTable={asTable} />
      ) : (
        <div className={classes.loading} />
      )}
    </>
  );
}

type TrendProps = { host: HostSummary; trend: HostTrend; span: TrendSpan; asTable: boolean };

function Trend({ host, trend, span, asTable }: TrendProps) {
  const { points, bars, hot, since } = trend;
  const demo = useConsolePart(({ clouds }) =>
    clouds.some(({ id, source }) => id === host.cloudId && source.kind === 'demo'),
  );
  if (since === null || points.length === 0) {
    return (
      <div className="panel">
        <EmptyState title={since === null ? 'No data yet' : `No data for the last ${spanTexts[span]}`}>
          {since === null
            ? 'Recording starts now. The chart appears after two polls.'
            : 'The host was unreachable, polling was paused, or the console was closed. Select a longer time range.'}
        </EmptyState>
      </div>
    );
  }
  const hits = bars.reduce((sum, bar) => sum + (bar.hits ?? 0), 0);
  const forecast = forecastText(trend.forecast);
  const last = points.at(-1);
  const unsized = host.totals?.unsized ?? 0;
  const limit = last?.limitBytes ?? null;
  const sizes = points.map(({ sizeBytes }) => sizeBytes);
  const over = `the last ${spanTexts[span]}`;
  const sizeLabel =
    `Size over ${over}: from ${formatSize(sizes[0] ?? 0)} to ${formatSize(sizes.at(-1) ?? 0)}, ` +
    `at most ${formatSize(Math.max(...sizes))}; ${limit === null ? 'no limit set' : `limit ${formatSize(limit)}`}`;
  const peak = Math.max(0, ...bars.map((bar) => bar.hits ?? 0));
  const hitsLabel = `Hits over ${over}: ${formatCount(hits)} in all, at most ${formatCount(peak)} in one ${barTexts[span]}`;
  const unknown = bars.some((bar) => bar.hits === null);
  return (
    <div className={classes.trends}>
      <Part
        title={limit === null ? 'Size' : 'Size against limit'}
        note={
          <>
            {forecast ? <span title={forecast.why}>{forecastNote(trend.forecast, forecast.text)} </span> : null}
            {points.length < 3 ? '' : ''}
            {trend.gaps.length > 0 ? 'Shaded: no data. ' : ''}
            {unsized > 0 ? `Without ${plural(unsized, 'image')} of unknown size, so the cache is larger. ` : ''}
            {demo ? 'The history of a demo host is simulated. ' : ''}
            Kept since <RelativeTime time={since} />.
          </>
        }
        actions={<ExportMenu what={`${host.name} size ${span}`} columns={pointExport} shown={points} chosen={none} />}
      >
        {asTable ? (
          <PointTable points={points} gaps={trend.gaps} label={`Size over ${over}`} />
        ) : (
          <SizeChart trend={trend} label={sizeLabel} />
        )}
      </Part>
      <Part
        title={`Hits per ${barTexts[span]}`}
        note={
          <>
            {plural(hits, 'hit')} in {over}
            {unknown ? ' where data is available' : ''}.
            {bars.some(isLate) ? ' Grey: hits over a longer time, after a gap.' : ''}
          </>
        }
        actions={<ExportMenu what={`${host.name} hits ${span}`} columns={barExport} shown={bars} chosen={none} />}
      >
        {asTable ? <BarTable bars={bars} label={`Hits over ${over}`} /> : <HitsChart bars={bars} label={hitsLabel} />}
      </Part>
      <Part
        title="Hot images"
        note={hot.length > 0 ? `Most requested in ${over}.` : `No image was requested in ${over}.`}
        actions={<ExportMenu what={`${host.name} hot images ${span}`} columns={hotExport} shown={hot} chosen={none} />}
      >
        {hot.length > 0 ? <HotTable hot={hot} all={hits} /> : null}
      </Part>
    </div>
  );
}

/** The time until the cache reaches its limit, with the basis of the estimate. */
function forecastNote(forecast: Forecast, text: string): string {
  const perDay = 'bytesPerDay' in forecast ? `, at ${formatSize(forecast.bytesPerDay)} a day` : '';
  return `${text}${perDay}.`;
}

const none: never[] = [];

function Part({
  title,
  note,
  actions,
  children,
}: {
  title: string;
  note: ReactNode;
  actions: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`panel ${classes.part}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <span className="dim grow">{note}</span>
        {actions}
      </header>
      {children}
    </section>
  );
}

function HotTable({ hot, all }: { hot: readonly HotImage[]; all: number }) {
  const most = Math.max(1, ...hot.map(({ hits }) => hits));
  return (
    <table className={`${classes.table} ${classes.hotTable}`} aria-label="Hot images">
      <thead>
        <tr>
          <th>Image</th>
          <th data-align="end">Hits</th>
          <th>Of all hits</th>
        </tr>
      </thead>
      <tbody>
        {hot.map(({ imageId, name, hits }) => (
          <tr key={imageId}>
            <td>
              <ImageLink imageId={imageId} name={name} unnamed="(no name)" />
            </td>
            <td data-align="end">{formatCount(hits)}</td>
            <td>
              <span className={classes.share}>
                <Progress value={(100 * hits) / most} aria-hidden="true" />
                {all > 0 ? `${Math.round((100 * hits) / all)} %` : '–'}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A host's size, hits and forecast over a span. It is read again after each poll of the host. */
export function useHostTrend(id: HostId, span: TrendSpan) {
  return useQuery(
    queries.trends.host.queryOptions({ input: { id, span }, placeholderData: (before) => before, gcTime: 60_000 }),
  );
}
