import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostSettings } from '../../../electron/contract/hosts.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { ConfirmRemoval } from '../../components/forms/confirm-removal.tsx';
import classes from '../../components/forms/form.module.css';
import { SelectionBar } from '../../components/selection-bar.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Sort } from '../../components/table/table-sort.ts';
import { useSelectionScope } from '../../components/table/use-selection-scope.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { hostOfSettingsPath, hostSettingsPath, settingsSectionPath } from '../../lib/routes.ts';
import { HostDialog } from './host-dialog.tsx';
import { useRemoveHosts } from './host-queries.ts';
import { exportColumns, hostColumns, hostFields } from './host-settings-columns.tsx';
import { HostTest } from './host-test.tsx';
import { PasteDialog } from './paste-hosts.tsx';

type Open = { what: 'add' } | { what: 'paste' } | { what: 'test'; id: string } | { what: 'remove'; ids: string[] };
type Props = { clouds: readonly Cloud[]; hosts: readonly HostSummary[] };

const hostIdOf = ({ id }: { id: string }) => id;
const byName: Sort = { id: 'name', descending: false };

/** The hosts in Settings, and the dialogs that change them. */
export function HostsSection({ clouds, hosts }: Props) {
  const [place, go] = useLocation();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const edited = hosts.find(({ id }) => id === hostOfSettingsPath(place));
  const cloudNames = useMemo(() => new Map(clouds.map(({ id, name }) => [id, name])), [clouds]);
  const fieldsOf = useMemo(() => hostFields(cloudNames), [cloudNames]);
  const table = useTableState({ rows: hosts, idOf: hostIdOf, name: 'settings.hosts', defaultSort: byName, fieldsOf });
  const { filter, setFilter, shown } = table;
  const scope = useSelectionScope(table);
  const { rows: chosen } = scope;
  const columns = useMemo(
    () =>
      hostColumns({
        cloudNames,
        onTest: (id) => setOpen({ what: 'test', id }),
        onEdit: (id) => go(hostSettingsPath(id)),
        onRemove: (id) => setOpen({ what: 'remove', ids: [id] }),
      }),
    [cloudNames, go],
  );
  const exported = useMemo(() => exportColumns(cloudNames), [cloudNames]);
  const tested = open?.what === 'test' ? hosts.find(({ id }) => id === open.id) : undefined;

  if (clouds.length === 0)
    return (
      <div className="panel">
        <EmptyState
          title="Add a cloud first"
          actions={
            <Button kind="primary" onClick={() => go(settingsSectionPath('clouds'))}>
              Open Clouds
            </Button>
          }
        >
          A cloud holds the login; a host is one glance-api node in it.
        </EmptyState>
      </div>
    );
  return (
    <>
      <div className={classes.sectionHead}>
        <FilterField label="Filter hosts" value={filter} onChange={setFilter} />
        <span className="grow" />
        <ExportMenu what="hosts" columns={exported} shown={shown} chosen={chosen} />
        <Button onClick={() => openDialog({ kind: 'findHosts' })}>Find hosts…</Button>
        <Button onClick={() => setOpen({ what: 'paste' })}>Paste several…</Button>
        <Button kind="primary" onClick={() => setOpen({ what: 'add' })}>
          Add host…
        </Button>
      </div>
      <DataTable
        {...table.props}
        {...table.selectProps}
        label="Hosts"
        columns={columns}
        nameOf={({ name }) => name}
        onOpen={({ id }) => go(hostSettingsPath(id))}
        empty={
          hosts.length === 0 ? (
            <EmptyState
              title="No hosts yet"
              actions={
                <>
                  <Button onClick={() => openDialog({ kind: 'findHosts' })}>Find hosts…</Button>
                  <Button onClick={() => setOpen({ what: 'paste' })}>Paste several…</Button>
                  <Button kind="primary" onClick={() => setOpen({ what: 'add' })}>
                    Add host…
                  </Button>
                </>
              }
            >
              Add each glance-api host by its own address, not by a load balancer’s: every host has its own cache.
            </EmptyState>
          ) : (
            <EmptyState title="No matching hosts" actions={<Button onClick={() => setFilter('')}>Show all</Button>}>
              Nothing has “{filter.trim()}” in its name, address, cloud or note.
            </EmptyState>
          )
        }
      />
      <SelectionBar scope={scope} what={plural(chosen.length, 'host')} onDeselect={table.deselect}>
        <Button
          kind="danger"
          whyNot={scope.whyNot}
          onClick={() => setOpen({ what: 'remove', ids: chosen.map(({ id }) => id) })}
        >
          Remove…
        </Button>
      </SelectionBar>
      {open?.what === 'add' ? <HostDialog clouds={clouds} hosts={hosts} host={undefined} onClose={close} /> : null}
      {edited ? (
        <HostDialog
          key={edited.id}
          clouds={clouds}
          hosts={hosts}
          host={edited}
          onClose={() => go(settingsSectionPath('hosts'), { replace: true })}
        />
      ) : null}
      {tested ? (
        <Dialog title={`Test ${tested.name}`} size={600} onClose={close}>
          <HostTest cloudId={tested.cloudId} address={tested.address} atOnce />
        </Dialog>
      ) : null}
      {open?.what === 'paste' ? <PasteDialog clouds={clouds} onClose={close} /> : null}
      {open?.what === 'remove' ? (
        <RemoveHostsDialog hosts={hosts.filter(({ id }) => open.ids.includes(id))} onClose={close} />
      ) : null}
    </>
  );
}

/** Hosts that the dialog lists by name. */
const maxNamed = 100;

type RemoveProps = { hosts: readonly HostSettings[]; onClose: () => void };

/** Lists the hosts to remove, says that their caches stay, and asks once. */
function RemoveHostsDialog({ hosts, onClose }: RemoveProps) {
  const remove = useRemoveHosts();
  const what = plural(hosts.length, 'host');
  return (
    <ConfirmRemoval
      title={hosts.length === 1 ? `Remove ${hosts[0]?.name ?? 'host'}` : `Remove ${what}`}
      action={`Remove ${what}`}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          hosts.map(({ id }) => id),
          {
            onSuccess: onClose,
          },
        )
      }
    >
      <p>{hosts.length === 1 ? 'This host is removed' : 'These hosts are removed'} from the console:</p>
      <ul className={`${classes.list} ${classes.longList}`}>
        {hosts.slice(0, maxNamed).map((host) => (
          <li key={host.id}>
            <span className="name">{host.name}</span> <span className="faint mono">{host.address}</span>
          </li>
        ))}
        {hosts.length > maxNamed ? <li>and {plural(hosts.length - maxNamed, 'host')} more</li> : null}
      </ul>
      <p className="dim">
        {hosts.length === 1
          ? 'The host does not change: its cache and queue are kept.'
          : 'The hosts do not change: their caches and queues are kept.'}
      </p>
    </ConfirmRemoval>
  );
}
