import type { ScheduleState } from '../../../electron/contract/schedules.ts';
import { useNow } from '../../components/relative-time.tsx';
import { formatRelative } from '../../lib/format.ts';
import { describeZoned } from '../../lib/zoned-time.ts';
import { nextRunOf } from './schedule-text.ts';

/** A time of a run relative to now; on hover, in the time zone of the schedule and in that of this computer. */
export function RunTime({ at, timeZone, className }: { at: number; timeZone: string; className?: string }) {
  const text = useNow((now) => formatRelative(at, now));
  return (
    <time className={className} dateTime={new Date(at).toISOString()} title={describeZoned(at, timeZone)}>
      {text}
    </time>
  );
}

/** When a schedule runs next, or the reason why it does not. */
export function NextRunCell({ state, paused }: { state: ScheduleState; paused: boolean }) {
  const next = nextRunOf(state, paused);
  if (next.kind === 'time') return <NextTime at={next.at} timeZone={state.schedule.timeZone} />;
  return (
    <span className={next.tone} title={next.title}>
      {next.text}
    </span>
  );
}

/** A due run begins within its jitter, so its time has not passed. */
function NextTime({ at, timeZone }: { at: number; timeZone: string }) {
  const text = useNow((now) => (at <= now ? 'due now' : formatRelative(at, now)));
  return (
    <time dateTime={new Date(at).toISOString()} title={describeZoned(at, timeZone)}>
      {text}
    </time>
  );
}
