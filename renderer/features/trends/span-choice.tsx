import { type TrendSpan, trendSpan } from '../../../electron/contract/trends.ts';
import { usePersistentState } from '../../lib/persistent-state.ts';
import { spanWords } from './trend-words.ts';

/** Whether something kept from another time is a span. */
function isSpan(value: unknown): value is TrendSpan {
  return trendSpan.safeParse(value).success;
}

/** The span that trends are looked at over, kept through navigation and restart. */
export function useSpan(key: string) {
  return usePersistentState<TrendSpan>(`trends.${key}`, '24h', isSpan);
}

type Props = { span: TrendSpan; onChange: (span: TrendSpan) => void; label: string };

export function SpanChoice({ span, onChange, label }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend of its own
    <div className="span-choice" role="group" aria-label={label}>
      {trendSpan.options.map((each) => (
        <button key={each} type="button" className="chip" aria-pressed={each === span} onClick={() => onChange(each)}>
          {spanWords[each]}
        </button>
      ))}
    </div>
  );
}
