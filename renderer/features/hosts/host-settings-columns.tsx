import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { Button } from '../../components/button.tsx';
import { HostNameLink } from '../../components/entity-link.tsx';
import { dotStateOf, dotStateText, StateDot } from '../../components/hosts/host-link.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { naturalKey } from '../../components/table/table-sort.ts';
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
      minWidth: 150,
      priority: 'always',
      sortBy: ({ name }) => naturalKey(name),
      cell: (host) => (
        <span className={classes.hostName}>
          <StateDot state={dotStateOf(host)} />
          <HostNameLink hostId={host.id} name={host.name} title={`${host.name}: ${dotStateText(dotStateOf(host))}`} />
          <span className="hidden-text">{dotStateText(dotStateOf(host))}</span>
        </span>
      ),
    },
    {
      id: 'address',
      header: 'Address',
      minWidth: 150,
      sortBy: ({ address }) => naturalKey(address),
      cell: ({ address }) => <MiddleTruncate text={address} className="mono" />,
    },
    {
      id: 'cloud',
      header: 'Cloud',
      width: 120,
      minWidth: 100,
      priority: 'low',
      sortBy: ({ cloudId }) => naturalKey(cloudNames.get(cloudId) ?? ''),
      cell: ({ cloudId }) => <MiddleTruncate text={cloudNames.get(cloudId) ?? ''} className="dim" />,
    },
    {
      id: 'limit',
      header: 'Limit',
      priority: 'low',
      align: 'end',
      width: 88,
      sortBy: ({ limitBytes }) => limitBytes,
      descendingFirst: true,
      cell: ({ limitBytes }) =>
        limitBytes === null ? <span className="faint">not set</span> : <Size bytes={limitBytes} />,
    },
    {
      id: 'labels',
      header: 'Labels',
      width: 110,
      minWidth: 90,
      priority: 'low',
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
      width: 90,
      priority: 'low',
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
      priority: 'always',
      width: 200,
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
