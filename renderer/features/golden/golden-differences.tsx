import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { plural } from '../../../electron/contract/counts.ts';
import type { GoldenDifference, GoldenSet } from '../../../electron/contract/golden.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { SideDrawer } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ImageLink } from '../../components/entity-link.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { FailedNotice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import type { HostDriftRow } from './golden-columns.tsx';
import { canUpdate } from './golden-rows.ts';
import classes from './golden-tab.module.css';
import { useUpdateHosts } from './use-golden.ts';

const none: never[] = [];
const idOf = ({ imageId }: GoldenDifference) => imageId;
const nameOf = ({ name, imageId }: GoldenDifference) => name ?? imageId;

/** The images in which a host differs from a set: missing, queued and extra ones. */
export function GoldenDifferences({ set, row, onClose }: { set: GoldenSet; row: HostDriftRow; onClose: () => void }) {
  const { host, drift } = row;
  const { whyNot } = useWhyNot();
  const update = useUpdateHosts(set);
  const found = useQuery(
    queries.golden.differences.queryOptions({
      input: { id: set.id, hostId: host.id },
      placeholderData: keepPreviousData,
      gcTime: 0,
    }),
  );
  const table = useTableState({ rows: found.data?.images ?? none, idOf });
  return (
    <SideDrawer title={`${host.name} and ${set.name}`} size={760} onClose={onClose}>
      <div className="row">
        <span className="dim grow">
          {drift.state === 'unknown'
            ? `Unknown: ${drift.reason}`
            : `${plural(drift.present.images, 'image')} of the set cached, as of `}
          {drift.takenAt !== null && drift.state !== 'unknown' ? <RelativeTime time={drift.takenAt} /> : null}
        </span>
        <ExportMenu what={`${host.name} ${set.name}`} columns={exported} shown={table.shown} chosen={none} />
        <Button
          kind="primary"
          disabled={!canUpdate(drift) || update.isPending}
          whyNot={canUpdate(drift) ? whyNot(host, drift.missing.images > 0 ? 'queue' : 'delete') : undefined}
          onClick={() => {
            onClose();
            update.mutate([host.id]);
          }}
        >
          Sync…
        </Button>
      </div>
      {found.error ? <FailedNotice error={found.error} again={found.refetch} /> : null}
      <DataTable
        label="Images that differ"
        {...table.props}
        columns={columns}
        nameOf={nameOf}
        empty={
          <EmptyState
            title={
              !found.data
                ? 'Comparing'
                : found.data.takenAt === null
                  ? 'No data from this host yet'
                  : 'This host matches the set'
            }
          />
        }
      />
    </SideDrawer>
  );
}

const stateOrder = { missing: 0, queued: 1, extra: 2 };
const tones = { missing: 'bad', queued: 'accent', extra: 'warn' } as const;

const columns: readonly Column<GoldenDifference>[] = [
  {
    id: 'image',
    header: 'Image',
    sortBy: nameOf,
    cell: ({ imageId, name, catalogStatus }) => (
      <ImageLink
        imageId={imageId}
        name={name}
        unnamed={catalogStatus === 'orphan' ? '(no longer in Glance)' : '(no name)'}
        isRow
      />
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: 150,
    sortBy: ({ state }) => stateOrder[state],
    cell: ({ state, stalled }) => (
      <span className={classes.tags}>
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
    width: 92,
    descendingFirst: true,
    sortBy: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => (sizeBytes === null ? <span className="faint">–</span> : <Size bytes={sizeBytes} />),
  },
];

const exported: readonly ExportColumn<GoldenDifference>[] = [
  { name: 'image id', value: ({ imageId }) => imageId },
  { name: 'name', value: ({ name }) => name },
  { name: 'state', value: ({ state }) => state },
  { name: 'catalog_status', value: ({ catalogStatus }) => catalogStatus },
  { name: 'bytes', value: ({ sizeBytes }) => sizeBytes },
  { name: 'stalled', value: ({ stalled }) => stalled },
];
