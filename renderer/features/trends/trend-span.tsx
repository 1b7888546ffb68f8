import { type TrendSpan, trendSpan } from '../../../electron/contract/trends.ts';
import { usePersistentState } from '../../lib/persistent-state.ts';
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

function isSpan(value: unknown): value is TrendSpan {
  return trendSpan.safeParse(value).success;
}

/** The span of time that a trend shows. It survives navigation and a restart. */
export function useTrendSpan(key: string) {
  return usePersistentState<TrendSpan>(`trends.${key}`, '24h', isSpan);
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
