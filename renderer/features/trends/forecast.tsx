import { plural } from '../../../electron/contract/counts.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import type { Forecast } from '../../../electron/contract/trends.ts';
import { formatSpan } from '../../lib/format.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** When a host's cache reaches its limit, with the reason as a tooltip. */
export function ForecastText({ forecast }: { forecast: Forecast }) {
  const text = forecastText(forecast);
  if (!text) return null;
  return (
    <span className="nowrap" title={text.why}>
      <span className={text.soon ? 'warn strong' : 'strong'}>{text.text}.</span>{' '}
      <span className="hidden-text">{text.why}</span>
    </span>
  );
}

/** A duration in milliseconds, rounded: `an hour`, `7 hours`, `3 days`, `4 months`. */
export function roughDuration(ms: number): string {
  const hours = Math.round(ms / hour);
  if (hours <= 1) return 'an hour';
  if (hours < 36) return plural(hours, 'hour');
  const days = Math.round(ms / day);
  if (days < 60) return plural(days, 'day');
  return plural(Math.round(days / 30.4), 'month');
}

/** When the cache reaches the limit, as a sentence with its reason; undefined if the page says it elsewhere. */
export function forecastText(forecast: Forecast): { text: string; why: string; soon: boolean } | undefined {
  switch (forecast.kind) {
    case 'reaches':
      return {
        text: `Full in about ${roughDuration(forecast.inMs)}`,
        why: `At the growth of the last ${formatSpan(forecast.overMs)}: ${formatSize(forecast.bytesPerDay)} a day, not counting deleted images.`,
        soon: forecast.inMs < day,
      };
    case 'farOff':
      return {
        text: 'Not full for more than a year',
        why: `At the growth of the last ${formatSpan(forecast.overMs)}: ${formatSize(forecast.bytesPerDay)} a day.`,
        soon: false,
      };
    case 'notGrowing':
      return {
        text: 'Not growing',
        why: `No steady growth in the last ${formatSpan(forecast.overMs)}.`,
        soon: false,
      };
    case 'tooLittle':
      return {
        text: 'Not enough data for a forecast',
        why: `A forecast needs ${formatSpan(forecast.neededMs)} of recent polls; ${formatSpan(forecast.knownMs)} available.`,
        soon: false,
      };
    case 'overLimit':
    case 'noLimit':
      return undefined;
  }
}
