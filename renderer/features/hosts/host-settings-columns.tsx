import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { Button } from '../../components/button.tsx';
import { dotStateOf, dotStateText, StateDot } from '../../components/host-link.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { naturalKey } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import classes from './hosts-section.module.css';

type CloudNames = ReadonlyMap<string, string>;
type Doing = {
  cloudNames: CloudNames;
  onTest: (id: string) => void;
  onEdit: (id: string) => void;
  onRemove: (id: string) => void;
};

/** The fields of a host that the filter of the hosts in Settings searches. */
export function hostFields(cloudNames: CloudNames) {
  return (host: HostSummary) => [host.name, host.address, host.note, ...host.labels, cloudNames.get(host.cloudId)];
}

/** The columns of the hosts in Settings. */
export function hostColumns({ cloudNames, onTest, onEdit, onRemove }: Doing): Column<HostSummary>[] {
  return [
    {
      id: 'name',
      header: 'Host',
      width: '15%',
      sortBy: ({ name }) => naturalKey(name),
      cell: (host) => (
        <span className={classes.hostName}>
          <StateDot state={dotStateOf(host)} />
          <span className="name cut" title={`${host.name}: ${dotStateText(dotStateOf(host))}`}>
            {host.name}
          </span>
          <span className="hidden-text">{dotStateText(dotStateOf(host))}</span>
        </span>
      ),
    },
    {
      id: 'address',
      header: 'Address',
      sortBy: ({ address }) => naturalKey(address),
      cell: ({ address }) => (
        <span className="mono" title={address}>
          {address}
        </span>
      ),
    },
    {
      id: 'cloud',
      header: 'Cloud',
      width: '11%',
      sortBy: ({ cloudId }) => naturalKey(cloudNames.get(cloudId) ?? ''),
      cell: ({ cloudId }) => <span className="dim">{cloudNames.get(cloudId)}</span>,
    },
    {
      id: 'limit',
      header: 'Limit',
      align: 'end',
      width: '88px',
      sortBy: ({ limitBytes }) => limitBytes,
      descendingFirst: true,
      cell: ({ limitBytes }) =>
        limitBytes === null ? <span className="faint">not stated</span> : <Size bytes={limitBytes} />,
    },
    {
      id: 'labels',
      header: 'Labels',
      width: '11%',
      sortBy: ({ labels }) => (labels.length === 0 ? null : naturalKey(labels.join(' '))),
      cell: ({ labels }) => (
        <span title={labels.join(', ')}>
          {labels.map((label) => (
            <Tag key={label}>{label}</Tag>
          ))}
        </span>
      ),
    },
    {
      id: 'note',
      header: 'Note',
      width: '11%',
      sortBy: ({ note }) => (note === '' ? null : naturalKey(note)),
      cell: ({ note }) => (
        <span className="dim" title={note}>
          {note}
        </span>
      ),
    },
    {
      id: 'do',
      header: 'Actions',
      width: '200px',
      align: 'end',
      cell: (host) => (
        <span className={classes.rowButtons}>
          <Button kind="quiet" aria-label={`Test ${host.name}`} onClick={() => onTest(host.id)}>
            Test
          </Button>
          <Button kind="quiet" aria-label={`Edit ${host.name}`} onClick={() => onEdit(host.id)}>
            Edit…
          </Button>
          <Button kind="quiet" aria-label={`Remove ${host.name}`} onClick={() => onRemove(host.id)}>
            Remove…
          </Button>
        </span>
      ),
    },
  ];
}

/** The columns of an export: enough to add the hosts elsewhere. Never a secret. */
export function exportColumns(cloudNames: CloudNames): ExportColumn<HostSummary>[] {
  return [
    { name: 'name', value: ({ name }) => name },
    { name: 'address', value: ({ address }) => address },
    { name: 'cloud', value: ({ cloudId }) => cloudNames.get(cloudId) ?? '' },
    { name: 'limit_bytes', value: ({ limitBytes }) => limitBytes },
    { name: 'labels', value: ({ labels }) => labels.join(', ') },
    { name: 'note', value: ({ note }) => note },
  ];
}
