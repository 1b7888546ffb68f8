import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { useNow } from '../../components/relative-time.tsx';
import { formatSpan, plural } from '../../lib/format.ts';

/** How often a host failed, since when, and when it is tried next. */
export function FailedTries({ host }: { host: HostSummary }) {
  const { failedTries, failingSince, nextPollAt, refreshing } = host;
  const text = useNow((now) => {
    const since = failingSince === null ? '' : ` in ${formatSpan(now - failingSince)}`;
    const next = refreshing
      ? 'Trying now.'
      : nextPollAt === null
        ? 'Polling is paused.'
        : nextPollAt <= now
          ? 'The next try is due.'
          : `Next try in ${formatSpan(nextPollAt - now)}.`;
    return `${plural(failedTries, 'try', 'tries')}${since}. ${next}`;
  });
  return <>{text}</>;
}
