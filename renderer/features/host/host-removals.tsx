import { type ExternalRemoval, isRecentRemoval } from '../../../electron/contract/external-removals.ts';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/relative-time.tsx';
import { formatBytesSum, formatExact, plural } from '../../lib/format.ts';
import classes from './host.module.css';

/**
 * What something other than this console removed from a host; `removals` oldest first. Renders nothing if there are
 * none.
 */
export function HostRemovals({ removals }: { removals: readonly ExternalRemoval[] }) {
  const [last, ...earlier] = [...removals].reverse();
  const isRecent = useNow((now) => last !== undefined && isRecentRemoval(last, now));
  if (!last) return null;
  return (
    <Notice tone={isRecent ? 'warn' : 'plain'}>
      <b>
        Something else removed {removedText(last)} <When removal={last} />.
      </b>{' '}
      <span className="dim">
        No operation of this console did. Another console or a job on the host may prune it too.
      </span>
      {earlier.length === 0 ? null : (
        <details className={classes.earlier}>
          <summary>{plural(earlier.length, 'earlier removal')}</summary>
          <ul>
            {earlier.map((one) => (
              <li key={one.from}>
                {removedText(one)} <When removal={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Notice>
  );
}

function removedText({ removed }: ExternalRemoval): string {
  return `${plural(removed.images, 'image')} (${formatBytesSum(removed)})`;
}

function When({ removal }: { removal: ExternalRemoval }) {
  return (
    <span title={`Between ${formatExact(removal.from)} and ${formatExact(removal.until)}`}>{removalTime(removal)}</span>
  );
}

/** In local time: `between 2026-11-28 03:00 and 03:05`, `on 2026-11-28 at 03:00`. */
function removalTime({ from, until }: Pick<ExternalRemoval, 'from' | 'until'>): string {
  const [one, other] = [formatExact(from), formatExact(until)];
  const [day, minute] = [one.slice(0, 10), one.slice(11, 16)];
  if (one.slice(0, 16) === other.slice(0, 16)) return `on ${day} at ${minute}`;
  return `between ${day} ${minute} and ${other.startsWith(day) ? other.slice(11, 16) : other.slice(0, 16)}`;
}
