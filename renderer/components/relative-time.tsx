import { formatExact, formatRelative } from '../lib/format.ts';
import { useNow } from './use-now.ts';

type Props = { time: number | null; className?: string };

/** A time as an age that grows by itself, with the exact time on hover. Epoch milliseconds; null is `never`. */
export function RelativeTime({ time, className }: Props) {
  const text = useNow((now) => formatRelative(time, now));
  if (time === null || !Number.isFinite(new Date(time).getTime())) return <span className={className}>{text}</span>;
  return (
    <time className={className} dateTime={new Date(time).toISOString()} title={formatExact(time)}>
      {text}
    </time>
  );
}
