import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { OddRecord } from '../../../electron/contract/images.ts';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/relative-time.tsx';
import { formatSpan, plural } from '../../lib/format.ts';
import classes from './host.module.css';

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

/** Records of a host that do not follow the API, as the host sent them. Nothing else uses them. */
export function OddRecords({ odd }: { odd: readonly OddRecord[] }) {
  if (odd.length === 0) return null;
  return (
    <Notice tone="warn">
      <details className={classes.odd}>
        <summary>
          {plural(odd.length, 'record')} of this host {odd.length === 1 ? 'is' : 'are'} not what the API promises: shown
          here, otherwise left alone.
        </summary>
        <ul>
          {odd.slice(0, 200).map((record, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: odd records have nothing else to tell them apart
            <li key={index}>
              <code className="mono">{record.text}</code>
              <span className="dim">{record.problem}</span>
            </li>
          ))}
        </ul>
        {odd.length > 200 ? <p className="dim">And {plural(odd.length - 200, 'more', 'more')}.</p> : null}
      </details>
    </Notice>
  );
}
