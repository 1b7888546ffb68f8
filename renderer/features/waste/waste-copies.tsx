import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { WasteConditions, WasteCopy, WasteRow } from '../../../electron/contract/waste.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { SideDrawer } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { HostLink } from '../../components/hosts/host-link.tsx';
import { imageTitle } from '../../components/image-name.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { Tag } from '../../components/tag.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { imagePath } from '../../lib/routes.ts';
import classes from './waste.module.css';

type Copy = WasteCopy & { host: HostSummary };
type Props = { row: WasteRow; conditions: WasteConditions; onClose: () => void };

const none: never[] = [];
const idOf = ({ host }: Copy) => host.id;
const nameOf = ({ host }: Copy) => host.name;
const bySize: Sort = { id: 'size', descending: true };

/** The copies of an image that match the conditions, by host. All or the selected ones can be deleted. */
export function WasteCopiesDrawer({ row, conditions, onClose }: Props) {
  const { imageServiceId, imageId } = row;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const { whyNone } = useWhyNot();
  const found = useQuery(
    queries.waste.copies.queryOptions({
      input: { conditions, image: { imageServiceId, imageId } },
      placeholderData: keepPreviousData,
      gcTime: 0,
    }),
  );
  const copies = useMemo(() => {
    const byId = new Map(hosts.map((host) => [host.id, host]));
    return (found.data?.copies ?? none).flatMap((copy): Copy[] => {
      const host = byId.get(copy.hostId);
      return host ? [{ ...copy, host }] : [];
    });
  }, [hosts, found.data]);
  const table = useTableState({ rows: copies, idOf, defaultSort: bySize, allRows: found.data ? copies : null });
  const columns = useMemo(() => copyColumns(onClose), [onClose]);
  const chosen = table.selected.length === 0 ? copies : table.selected;
  return (
    <SideDrawer title={imageTitle(imageId, row.description)} size={860} onClose={onClose}>
      <div className="row">
        <span className="mono faint cut">{imageId}</span>
        <span className="grow" />
        <Link href={imagePath(imageId)} onClick={onClose}>
          View image
        </Link>
      </div>
      {found.error ? <FailedNotice error={found.error} again={found.refetch} /> : null}
      <DataTable
        label="Matching copies"
        {...table.props}
        {...table.selectProps}
        columns={columns}
        nameOf={nameOf}
        empty={<EmptyState title={found.data ? 'No matching copies any more' : 'Searching hosts'} />}
      />
      <div className="row">
        <span className="dim grow">
          {plural(row.hosts, 'copy', 'copies')} of {formatCount(row.cachedOn)} can be deleted.
        </span>
        <Button
          kind="danger"
          disabled={chosen.length === 0}
          whyNot={
            chosen.length === 0
              ? undefined
              : whyNone(
                  chosen.map(({ host }) => host),
                  'delete',
                )
          }
          onClick={() => {
            onClose();
            openDialog({
              kind: 'action',
              action: { kind: 'delete', targets: chosen.map(({ hostId }) => ({ hostId, imageId })) },
            });
          }}
        >
          Delete {plural(chosen.length, 'copy', 'copies')}…
        </Button>
      </div>
    </SideDrawer>
  );
}

function copyColumns(onLeave: () => void): readonly Column<Copy>[] {
  return [
    {
      id: 'host',
      header: 'Host',
      minWidth: 150,
      priority: 'always',
      sortBy: nameOf,
      cell: ({ host }) => <HostLink host={host} onClick={onLeave} />,
    },
    {
      id: 'why',
      header: 'Why',
      width: 190,
      sortBy: ({ why }) => Number(why.orphan) * 4 + Number(why.neverHit) * 2 + Number(why.idle),
      cell: ({ why }) => (
        <span className={classes.reasons}>
          {why.orphan ? <Tag tone="bad">orphan</Tag> : null}
          {why.neverHit ? <Tag tone="warn">never hit</Tag> : null}
          {why.idle ? <Tag tone="warn">idle</Tag> : null}
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
      cell: ({ sizeBytes }) => <Size bytes={sizeBytes} />,
    },
    {
      id: 'hits',
      header: 'Hits',
      width: 104,
      priority: 'low',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ hits }) => hits,
      cell: ({ hits }) => formatCount(hits),
    },
    {
      id: 'accessed',
      header: 'Last accessed',
      width: 130,
      priority: 'low',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ lastAccessed }) => lastAccessed,
      cell: ({ lastAccessed }) => <RelativeTime time={lastAccessed} className="dim" />,
    },
    {
      id: 'cached',
      header: 'Cached',
      priority: 'low',
      align: 'end',
      width: 104,
      descendingFirst: true,
      sortBy: ({ lastModified }) => lastModified,
      cell: ({ lastModified }) => <RelativeTime time={lastModified} className="dim" />,
    },
  ];
}
