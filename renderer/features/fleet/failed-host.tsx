import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { UnlockButton } from '../../components/cloud-controls.tsx';
import { failureLine } from '../../components/failure-text.tsx';
import { useNow } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { formatCount, formatSpan, plural } from '../../lib/format.ts';

/** The row of a host that does not answer: what happened, how often, what to do, and what was last seen there. */
export function FailedHost({ host }: { host: HostSummary }) {
  const { failure, failedTries, failingSince, totals } = host;
  const since = useNow((now) => (failingSince === null ? '' : ` in ${formatSpan(now - failingSince)}`));
  if (!failure) return null;
  const tries = failedTries > 1 ? `, ${formatCount(failedTries)} tries${since}` : '';
  return (
    <div className="failed-host">
      <div>
        <span className="bad">
          {failureLine(failure)}
          {tries}.
        </span>
        <span className="dim">
          {totals ? (
            <>
              Last seen with {plural(totals.cachedImages, 'image')}, <Size bytes={totals.sizeBytes} />.{' '}
            </>
          ) : null}
          {failure.remedy}
        </span>
      </div>
      <UnlockButton host={host} />
    </div>
  );
}

/** When a host is polled next: a countdown, or why there is none. */
export function NextPoll({ host }: { host: HostSummary }) {
  const text = useNow((now) => {
    if (host.refreshing) return 'trying now';
    if (host.nextPollAt === null) return 'polling paused';
    return host.nextPollAt <= now ? 'due now' : `next in ${formatSpan(host.nextPollAt - now)}`;
  });
  return <span className="dim">{text}</span>;
}
