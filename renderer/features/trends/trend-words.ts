import type { Forecast, TrendSpan } from '../../../electron/contract/trends.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { formatSpan, plural } from '../../lib/format.ts';

const hour = 3_600_000;
const day = 24 * hour;

export const spanWords: Readonly<Record<TrendSpan, string>> = {
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
};

/** What a bar of a host's hits is wide. */
export const barWords: Readonly<Record<TrendSpan, string>> = {
  '6h': '15 minutes',
  '24h': 'hour',
  '7d': 'hour',
  '30d': '6 hours',
  '90d': 'day',
};

/** Roughly how long: `an hour`, `7 hours`, `3 days`, `4 months`. Milliseconds. */
export function roughly(ms: number): string {
  const hours = Math.round(ms / hour);
  if (hours <= 1) return 'an hour';
  if (hours < 36) return plural(hours, 'hour');
  const days = Math.round(ms / day);
  if (days < 60) return plural(days, 'day');
  return plural(Math.round(days / 30.4), 'month');
}

/** The time to the limit in a sentence; nothing where what is said elsewhere says it already. */
export function forecastWords(forecast: Forecast): { text: string; why: string; soon: boolean } | undefined {
  switch (forecast.kind) {
    case 'reaches':
      return {
        text: `Full in about ${roughly(forecast.inMs)}`,
        why: `At the growth of the last ${formatSpan(forecast.overMs)}: ${formatSize(forecast.bytesPerDay)} a day, without what was pruned, cleared or deleted.`,
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
        why: `Nothing was added steadily in the last ${formatSpan(forecast.overMs)}.`,
        soon: false,
      };
    case 'tooLittle':
      return {
        text: 'Too little known yet for the time to the limit',
        why: `It takes at least ${formatSpan(forecast.neededMs)} of polls that are not long ago; there are ${formatSpan(forecast.knownMs)}.`,
        soon: false,
      };
    case 'overLimit':
    case 'noLimit':
      return undefined;
  }
}
