import { useSyncExternalStore } from 'react';
import { formatExact, formatRelative } from '../lib/format.ts';

type Props = { time: number | null; className?: string };

/** The age of a time (epoch milliseconds), kept current, with the exact time on hover. Null is `never`. */
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

/** One timer, once a second, for all components that show an age. It stops while there are none. */
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

/** Returns `read(now)`, with `now` in epoch milliseconds. The component renders again only when the result changes. */
export function useNow<T extends string | number | boolean>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(Date.now()));
}
