import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { DiskFileState, HostDisk } from '../../../electron/contract/remote.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { formatCount, plural } from '../../lib/format.ts';
import { DiskDisagreement } from './disk-disagreement.tsx';
import { DiskFiles } from './disk-files.tsx';

const states: readonly DiskFileState[] = ['cached', 'incomplete', 'invalid', 'queued', 'other'];

/** The cache directory of a host as it is on disk, read over ssh when this tab is opened. */
export function DiskTab({ host }: { host: HostSummary }) {
  const disk = useQuery(
    queries.hosts.disk.queryOptions({ input: { id: host.id }, staleTime: 0, structuralSharing: false }),
  );
  const again = (
    <Button disabled={disk.isFetching} onClick={() => void disk.refetch()}>
      {disk.isFetching ? 'Reading…' : 'Read again'}
    </Button>
  );
  if (disk.error) {
    return (
      <Notice tone="bad" live actions={again}>
        <FailureText failure={toDisplayError(disk.error)} />
      </Notice>
    );
  }
  if (!disk.data) {
    return (
      <div className="panel" aria-busy="true">
        <EmptyState title="Reading the disk">The console looks into the host’s cache directory over ssh.</EmptyState>
      </div>
    );
  }
  return (
    <>
      <div className="toolbar">
        <span className="dim" role="status">
          Read <RelativeTime time={disk.dataUpdatedAt} />
        </span>
        <span className="grow" />
        {again}
      </div>
      <Disk disk={disk.data} />
    </>
  );
}

function Disk({ disk }: { disk: HostDisk }) {
  const { configuration, listing, cleanable, countedBytes, difference } = disk;
  const [state, setState] = useState<DiskFileState>();
  const sums = useMemo(
    () =>
      states.map((each) => {
        const files = listing.files.filter((file) => file.state === each);
        return { state: each, files: files.length, bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
      }),
    [listing],
  );
  const shown = useMemo(
    () => (state === undefined ? listing.files : listing.files.filter((file) => file.state === state)),
    [listing, state],
  );
  const stated = configuration.stated.includes('limitBytes');
  return (
    <>
      <dl className="disk-facts">
        <dt>Directory</dt>
        <dd className="mono">{listing.directory}</dd>
        <dt>Driver</dt>
        <dd>{configuration.driver}</dd>
        <dt>Limit</dt>
        <dd>
          <Size bytes={configuration.limitBytes} />{' '}
          <span className="dim">
            {stated ? 'by its configuration' : 'Glance’s default'}; {formatSize(countedBytes)} count towards it
          </span>
        </dd>
        <dt>File system</dt>
        <dd>
          {listing.freeBytes === null ? (
            <span className="dim">the host does not tell</span>
          ) : (
            <>
              <Size bytes={listing.freeBytes} /> free
              {listing.totalBytes === null ? null : <span className="dim"> of {formatSize(listing.totalBytes)}</span>}
            </>
          )}
        </dd>
        <dt>A clean would take</dt>
        <dd>
          {cleanable.length === 0 ? (
            <span className="dim">nothing</span>
          ) : (
            <>
              {plural(cleanable.length, 'file')},{' '}
              <Size bytes={cleanable.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)} />
            </>
          )}
        </dd>
      </dl>
      {configuration.problems.map((problem) => (
        <Notice key={problem} tone="warn">
          {problem}
        </Notice>
      ))}
      {difference ? (
        <DiskDisagreement difference={difference} />
      ) : (
        <Notice tone="warn">
          The host’s list could not be read just then: whether the disk agrees with it is not known.
        </Notice>
      )}
      {listing.truncated ? (
        <Notice tone="warn">There are more files than were read: only the first are shown and counted.</Notice>
      ) : null}
      <fieldset className="row plain-fieldset">
        <legend className="hidden-text">Which files to show</legend>
        <button type="button" className="chip" aria-pressed={state === undefined} onClick={() => setState(undefined)}>
          All <b>{formatCount(listing.files.length)}</b>
        </button>
        {sums.map((sum) => (
          <button
            key={sum.state}
            type="button"
            className="chip"
            aria-pressed={state === sum.state}
            onClick={() => setState(sum.state)}
          >
            {sum.state} <b>{formatCount(sum.files)}</b>
            {sum.bytes > 0 ? <span className="dim"> {formatSize(sum.bytes)}</span> : null}
          </button>
        ))}
      </fieldset>
      <DiskFiles files={shown} hostTime={listing.hostTime} cleanable={cleanable} />
    </>
  );
}
