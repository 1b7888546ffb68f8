import type { HostId } from '../contract/hosts.ts';
import { type RemoteAccess, remoteAccess } from '../contract/remote.ts';
import type { Inventory } from './inventory.ts';

/** How the programs of a host are run over ssh: as it says itself, else as its cloud says; null where neither does. */
export function remoteAccessOf(inventory: Inventory, hostId: HostId): RemoteAccess | null {
  const host = inventory.hosts.find(({ id }) => id === hostId);
  if (!host) return null;
  if (host.remote) return host.remote;
  const ofCloud = inventory.clouds.find(({ id }) => id === host.cloudId)?.remote ?? null;
  if (!ofCloud) return null;
  const { user, ...rest } = ofCloud;
  const name = new URL(host.address).hostname.replace(/^\[(.*)\]$/, '$1');
  const access = remoteAccess.safeParse({ ...rest, destination: user === null ? name : `${user}@${name}` });
  return access.success ? access.data : null;
}

/** The hosts for which an access over ssh is set up. */
export function overSsh(inventory: Inventory): ReadonlySet<HostId> {
  return new Set(inventory.hosts.flatMap(({ id }) => (remoteAccessOf(inventory, id) ? [id] : [])));
}
