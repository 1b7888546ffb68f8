import { plural } from '../../../electron/contract/counts.ts';
import { type ExternalRemoval, isRecentRemoval, removalTime } from '../../../electron/contract/external-removals.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/relative-time.tsx';
import { formatExact } from '../../lib/format.ts';
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
  return `${plural(removed.images, 'image')} (${formatSizeSum(removed)})`;
}

function When({ removal }: { removal: ExternalRemoval }) {
  return (
    <span title={`Between ${formatExact(removal.from)} and ${formatExact(removal.until)}`}>
      {removalTime(removal, formatExact)}
    </span>
  );
}
