import type { HostSettings } from '../../../electron/contract/hosts.ts';
import { Confirm } from '../../components/forms/confirm.tsx';
import { plural } from '../../lib/format.ts';
import { useRemoveHosts } from './host-queries.ts';

/** More names than one reads. */
const mostNamed = 100;

type Props = { hosts: readonly HostSettings[]; onClose: () => void };

/** Says which hosts go from the console, and that their caches stay. */
export function RemoveHostsDialog({ hosts, onClose }: Props) {
  const remove = useRemoveHosts();
  const what = plural(hosts.length, 'host');
  return (
    <Confirm
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
      <p>{hosts.length === 1 ? 'This host goes' : 'These hosts go'} from the console:</p>
      <ul className="settings-goes settings-goes-many">
        {hosts.slice(0, mostNamed).map((host) => (
          <li key={host.id}>
            <span className="name">{host.name}</span> <span className="faint mono">{host.address}</span>
          </li>
        ))}
        {hosts.length > mostNamed ? <li>and {plural(hosts.length - mostNamed, 'host')} more</li> : null}
      </ul>
      <p className="dim">
        Nothing changes on {hosts.length === 1 ? 'it: its cache and queue stay' : 'them: their caches and queues stay'}{' '}
        as they are.
      </p>
    </Confirm>
  );
}
