import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { DiskDifference, DiskFile, DiskFileState, HostDisk } from '../../../electron/contract/remote.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FactList } from '../../components/fact-list.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { Notice, NoticeList } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { Tag, type Tone } from '../../components/tag.tsx';
import { formatExact, formatRelative } from '../../lib/format.ts';

const states: readonly DiskFileState[] = ['cached', 'incomplete', 'invalid', 'queued', 'other'];

/** The tab with the files in a host's cache directory, read over ssh when the tab opens. */
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
        <EmptyState title="Reading the disk">The console reads the host’s cache directory over SSH.</EmptyState>
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
      <FactList>
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
            <span className="dim">not available</span>
          ) : (
            <>
              <Size bytes={listing.freeBytes} /> free
              {listing.totalBytes === null ? null : <span className="dim"> of {formatSize(listing.totalBytes)}</span>}
            </>
          )}
        </dd>
        <dt>Removable by clean</dt>
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
      </FactList>
      <NoticeList warnings={configuration.problems} />
      {difference ? (
        <DiskDisagreement difference={difference} />
      ) : (
        <Notice tone="warn">The host’s list could not be read, so it was not compared with the disk.</Notice>
      )}
      {listing.truncated ? <Notice tone="warn">Too many files: only the first are shown and counted.</Notice> : null}
      <fieldset className="row plain-fieldset">
        <legend className="hidden-text">Files shown</legend>
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

const maxNamed = 5;

function named(names: readonly string[]): string {
  const rest = names.length - maxNamed;
  return names.slice(0, maxNamed).join(', ') + (rest > 0 ? ` and ${plural(rest, 'other')}` : '');
}

/** The differences between the disk and the API's listing. */
function DiskDisagreement({ difference }: { difference: DiskDifference }) {
  const { withoutRecord, withoutFile, otherSize } = difference;
  if (withoutRecord.length + withoutFile.length + otherSize.length === 0) {
    return <p className="dim">The disk matches the API list.</p>;
  }
  const bytes = withoutRecord.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <>
      {withoutRecord.length > 0 ? (
        <Notice tone="warn">
          <b>
            {plural(withoutRecord.length, 'file')} without a record, {formatSize(bytes)}.
          </b>{' '}
          <span className="dim">
            They count towards the limit and can make the host’s prune hang:{' '}
            <span className="mono">{named(withoutRecord.map(({ name }) => name))}</span>. Remove them on the host.
          </span>
        </Notice>
      ) : null}
      {withoutFile.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(withoutFile.length, 'record')} without a file.</b>{' '}
          <span className="dim">
            The API lists them as cached, but there is no file on disk:{' '}
            <span className="mono">{named(withoutFile)}</span>. Delete them, and queue them again if needed.
          </span>
        </Notice>
      ) : null}
      {otherSize.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(otherSize.length, 'image')} of another size than recorded.</b>{' '}
          <span className="dim">
            <span className="mono">{named(otherSize.map(({ imageId }) => imageId))}</span>: the host may serve damaged
            data. Delete them, and queue them again.
          </span>
        </Notice>
      ) : null}
    </>
  );
}

const idOf = ({ state, name }: DiskFile) => `${state} ${name}`;
const nameOf = ({ name }: DiskFile) => name;
const tones: Record<DiskFile['state'], Tone> = {
  cached: 'ok',
  incomplete: 'accent',
  invalid: 'warn',
  queued: 'plain',
  other: 'plain',
};

function time(header: string, id: 'modifiedAt' | 'accessedAt', hostTime: number): Column<DiskFile> {
  return {
    id,
    header,
    width: 130,
    align: 'end',
    sortBy: (file) => file[id],
    cell: (file) => (
      <time dateTime={new Date(file[id]).toISOString()} title={formatExact(file[id])}>
        {formatRelative(file[id], hostTime)}
      </time>
    ),
  };
}

const bySize: Sort = { id: 'size', descending: true };

type Props = { files: readonly DiskFile[]; hostTime: number; cleanable: readonly DiskFile[] };

/** The files of the cache directory, with ages by the host's clock. */
function DiskFiles({ files, hostTime, cleanable }: Props) {
  const table = useTableState({ rows: files, idOf, sortName: 'host.disk', defaultSort: bySize });
  const columns = useMemo<Column<DiskFile>[]>(() => {
    const goes = new Set(cleanable.map(idOf));
    return [
      { id: 'name', header: 'File', sortBy: nameOf, cell: ({ name }) => <span className="mono">{name}</span> },
      {
        id: 'state',
        header: 'State',
        priority: 'always',
        width: 190,
        sortBy: ({ state }) => state,
        cell: (file) => (
          <>
            <Tag tone={tones[file.state]}>{file.state}</Tag>{' '}
            {goes.has(idOf(file)) ? <Tag tone="warn">to be cleaned</Tag> : null}
          </>
        ),
      },
      time('Last written', 'modifiedAt', hostTime),
      time('Last read', 'accessedAt', hostTime),
      {
        id: 'size',
        header: 'Size',
        width: 110,
        align: 'end',
        descendingFirst: true,
        sortBy: ({ sizeBytes }) => sizeBytes,
        cell: ({ sizeBytes }) => <Size bytes={sizeBytes} />,
      },
    ];
  }, [hostTime, cleanable]);
  return <DataTable label="Files on disk" {...table.props} columns={columns} nameOf={nameOf} />;
}
