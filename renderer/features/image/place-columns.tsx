import { HostLink } from '../../components/host-link.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatCount } from '../../lib/format.ts';
import { cellWords } from './place-words.ts';
import type { Place } from './use-image.ts';

const order = { c: 0, q: 1, m: 2, '-': 3, '?': 4 } as const;
const nothing = <span className="faint">–</span>;

/** The columns of the table of the places of an image. */
export const placeColumns: readonly Column<Place>[] = [
  {
    id: 'host',
    header: 'Host',
    sortBy: ({ host }) => host.name,
    cell: ({ host }) => <HostLink host={host} />,
  },
  {
    id: 'state',
    header: 'There',
    width: '150px',
    sortBy: ({ cell }) => order[cell],
    cell: ({ cell, queued, reading, reason }) => (
      <span className="place-state">
        <Tag tone={cellWords[cell].tone} {...(reason === null ? {} : { title: reason })}>
          {cellWords[cell].text}
        </Tag>
        {queued?.stalled ? (
          <Tag tone="warn" title={queued.stalled}>
            stalled
          </Tag>
        ) : null}
        {reading === 'stale' ? (
          <Tag tone="warn" title={reason ?? ''}>
            as last seen
          </Tag>
        ) : null}
      </span>
    ),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: '96px',
    descendingFirst: true,
    sortBy: ({ cached }) => cached?.sizeBytes ?? null,
    cell: ({ cached }) => (cached ? <Size bytes={cached.sizeBytes} /> : nothing),
  },
  {
    id: 'hits',
    header: 'Hits',
    align: 'end',
    width: '84px',
    descendingFirst: true,
    sortBy: ({ cached }) => cached?.hits ?? null,
    cell: ({ cached }) => (cached ? formatCount(cached.hits) : nothing),
  },
  {
    id: 'accessed',
    header: 'Last accessed',
    align: 'end',
    width: '128px',
    descendingFirst: true,
    sortBy: ({ cached }) => cached?.lastAccessed ?? null,
    cell: ({ cached }) => (cached ? <RelativeTime time={cached.lastAccessed} className="dim" /> : nothing),
  },
  {
    id: 'since',
    header: 'Since',
    align: 'end',
    width: '104px',
    descendingFirst: true,
    sortBy: ({ cached, queued }) => cached?.lastModified ?? queued?.firstSeen ?? null,
    cell: ({ cached, queued }) =>
      cached || queued ? (
        <RelativeTime time={cached?.lastModified ?? queued?.firstSeen ?? null} className="dim" />
      ) : (
        nothing
      ),
  },
  {
    id: 'asOf',
    header: 'As of',
    align: 'end',
    width: '104px',
    descendingFirst: true,
    sortBy: ({ takenAt }) => takenAt,
    cell: ({ takenAt }) => <RelativeTime time={takenAt} className="dim" />,
  },
];

const iso = (time: number | null | undefined) =>
  time === null || time === undefined || Number.isNaN(new Date(time).getTime()) ? null : new Date(time).toISOString();

/** What an export tells of the places of an image. Sizes are bytes, times ISO 8601. */
export const placeExport: readonly ExportColumn<Place>[] = [
  { name: 'host', value: ({ host }) => host.name },
  { name: 'address', value: ({ host }) => host.address },
  { name: 'state', value: ({ cell }) => cellWords[cell].text },
  { name: 'size_bytes', value: ({ cached }) => cached?.sizeBytes ?? null },
  { name: 'hits', value: ({ cached }) => cached?.hits ?? null },
  { name: 'last_accessed', value: ({ cached }) => iso(cached?.lastAccessed) },
  { name: 'cached_at', value: ({ cached }) => iso(cached?.lastModified) },
  { name: 'seen_queued', value: ({ queued }) => iso(queued?.firstSeen) },
  { name: 'as_of', value: ({ takenAt }) => iso(takenAt) },
];
