import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { GoldenDifference, GoldenSet } from '../../../electron/contract/golden.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { SideDrawer } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { useWhyNot } from '../../components/host-abilities.ts';
import { FailedNotice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column, Sort } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { plural } from '../../lib/format.ts';
import { imagePath } from '../../lib/routes.ts';
import type { HostDriftRow } from './golden-columns.tsx';
import { canUpdate } from './golden-rows.ts';
import { useUpdateHosts } from './use-golden.ts';

const none: never[] = [];
const idOf = ({ imageId }: GoldenDifference) => imageId;
const nameOf = ({ name, imageId }: GoldenDifference) => name ?? imageId;

/** The images that a host lacks, waits for, or has too much. */
export function DifferencesDrawer({ set, row, onClose }: { set: GoldenSet; row: HostDriftRow; onClose: () => void }) {
  const { host, drift } = row;
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState('');
  const { whyNot } = useWhyNot();
  const bring = useUpdateHosts(set);
  const found = useQuery(
    queries.golden.differences.queryOptions({
      input: { id: set.id, hostId: host.id },
      placeholderData: (before) => before,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  const images = found.data?.images ?? none;
  return (
    <SideDrawer title={`${host.name} and ${set.name}`} size={760} onClose={onClose}>
      <div className="row">
        <span className="dim grow">
          {drift.state === 'unknown'
            ? `Unknown: ${drift.reason}`
            : `${plural(drift.present.images, 'image')} of the set are cached here, as of `}
          {drift.takenAt !== null && drift.state !== 'unknown' ? <RelativeTime time={drift.takenAt} /> : null}
        </span>
        <ExportMenu what={`${host.name} ${set.name}`} columns={exported} shown={images} chosen={none} />
        <Button
          kind="primary"
          disabled={!canUpdate(drift) || bring.isPending}
          whyNot={canUpdate(drift) ? whyNot(host, drift.missing.images > 0 ? 'queue' : 'delete') : undefined}
          onClick={() => {
            onClose();
            bring.mutate([host.id]);
          }}
        >
          Bring up to date…
        </Button>
      </div>
      {found.error ? <FailedNotice error={found.error} again={found.refetch} /> : null}
      <DataTable
        label="Images that differ"
        rows={images}
        columns={columns}
        idOf={idOf}
        nameOf={nameOf}
        sort={sort}
        onSort={setSort}
        active={active}
        onActive={setActive}
        empty={
          <EmptyState
            title={
              !found.data
                ? 'Comparing'
                : found.data.takenAt === null
                  ? 'The host was not read yet'
                  : 'It has just what it should'
            }
          />
        }
      />
    </SideDrawer>
  );
}

const order = { missing: 0, queued: 1, extra: 2 };
const tones = { missing: 'bad', queued: 'accent', extra: 'warn' } as const;

const columns: readonly Column<GoldenDifference>[] = [
  {
    id: 'image',
    header: 'Image',
    sortBy: nameOf,
    cell: ({ imageId, name, standing }) => (
      <span className="image-name">
        <Link href={imagePath(imageId)} className={name ? 'name' : 'dim'} data-row-focus>
          {name ?? (standing === 'orphan' ? '(no longer in Glance)' : '(no name)')}
        </Link>
        <span className="mono faint cut">{imageId}</span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '150px',
    sortBy: ({ state }) => order[state],
    cell: ({ state, stalled }) => (
      <span className="golden-host">
        <Tag tone={tones[state]}>{state}</Tag>
        {stalled ? (
          <Tag tone="warn" title={stalled}>
            stalled
          </Tag>
        ) : null}
      </span>
    ),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: '92px',
    descendingFirst: true,
    sortBy: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => (sizeBytes === null ? <span className="faint">–</span> : <Size bytes={sizeBytes} />),
  },
];

const exported: readonly ExportColumn<GoldenDifference>[] = [
  { name: 'image id', value: ({ imageId }) => imageId },
  { name: 'name', value: ({ name }) => name },
  { name: 'state', value: ({ state }) => state },
  { name: 'standing', value: ({ standing }) => standing },
  { name: 'bytes', value: ({ sizeBytes }) => sizeBytes },
  { name: 'stalled', value: ({ stalled }) => stalled },
];
