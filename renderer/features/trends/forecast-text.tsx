import type { Forecast } from '../../../electron/contract/trends.ts';
import { forecastWords } from './trend-words.ts';

/** The time to a host's limit, with what that rests on. */
export function ForecastText({ forecast }: { forecast: Forecast }) {
  const words = forecastWords(forecast);
  if (!words) return null;
  return (
    <span className="forecast" title={words.why}>
      <span className={words.soon ? 'warn strong' : 'strong'}>{words.text}.</span>{' '}
      <span className="hidden-text">{words.why}</span>
    </span>
  );
}
