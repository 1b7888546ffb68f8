import { useSyncExternalStore } from 'react';
import { formatExact, formatRelative } from '../lib/format.ts';

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

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One tick a second for everything that shows an age; it stands still while nothing does. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What `read` makes of the present time, in epoch milliseconds; the component renders again only when that changes. */
export function useNow<T extends string | number | boolean>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(Date.now()));
}
