import { type TrendSpan, trendSpan } from '../../../electron/contract/trends.ts';
import { urlWord, useUrlState } from '../../lib/url-state.ts';
import classes from './trends.module.css';

/** A span in words: the last `24 hours`. */
export const spanTexts: Readonly<Record<TrendSpan, string>> = {
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
};

/** The time that one bar covers in the chart of hits over the span. */
export const barTexts: Readonly<Record<TrendSpan, string>> = {
  '6h': '15 minutes',
  '24h': 'hour',
  '7d': 'hour',
  '30d': '6 hours',
  '90d': 'day',
};

/** Whether a value is a span of time. */
export function isSpan(value: unknown): value is TrendSpan {
  return trendSpan.safeParse(value).success;
}

const spanFormat = urlWord('span', isSpan);

/** The span of time that the trends of the page show. It is in the address, and survives a restart. */
export function useTrendSpan() {
  return useUrlState<TrendSpan>('span', '24h', spanFormat, { remember: 'trends.span' });
}

type TrendSpanChoiceProps = { span: TrendSpan; onChange: (span: TrendSpan) => void; label: string };

/** Chooses the span of time that a trend shows. */
export function TrendSpanChoice({ span, onChange, label }: TrendSpanChoiceProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend of its own
    <div className={classes.spanChoice} role="group" aria-label={label}>
      {trendSpan.options.map((each) => (
        <button key={each} type="button" className="chip" aria-pressed={each === span} onClick={() => onChange(each)}>
          {spanTexts[each]}
        </button>
      ))}
    </div>
  );
}
