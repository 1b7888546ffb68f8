import { useMutation } from '@tanstack/react-query';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { queries } from '../../bridge/queries.ts';
import { Confirm } from '../../components/forms/confirm.tsx';
import { plural } from '../../lib/format.ts';

type Props = { cloud: Cloud; hosts: readonly HostSummary[]; onClose: () => void };

/** Says what goes with a cloud, and what stays, before it goes. */
export function RemoveCloudDialog({ cloud, hosts, onClose }: Props) {
  const remove = useMutation(
    queries.clouds.remove.mutationOptions({
      onSuccess: onClose,
    }),
  );
  const named = hosts.slice(0, 6).map(({ name }) => name);
  const more = hosts.length - named.length;
  return (
    <Confirm
      title={`Remove ${cloud.name}`}
      action="Remove cloud"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ id: cloud.id })}
      onClose={onClose}
    >
      <p>This goes from the console:</p>
      <ul className="settings-goes">
        <li>the cloud {cloud.name}</li>
        {hosts.length > 0 ? (
          <li>
            its {plural(hosts.length, 'host')}: {named.join(', ')}
            {more > 0 ? ` and ${more} more` : ''}
          </li>
        ) : null}
        {cloud.secret === 'keychain' ? <li>its secret, from the keychain of this computer</li> : null}
        {cloud.secret === 'memory' ? <li>its secret, from memory</li> : null}
      </ul>
      <p className="dim">
        {cloud.source.kind === 'demo'
          ? 'The demo cloud can be opened again at any time.'
          : `Nothing changes on the hosts: their caches and queues stay as they are.${
              cloud.source.kind === 'cloudsYaml' ? ' clouds.yaml stays as it is, too.' : ''
            }`}
      </p>
    </Confirm>
  );
}
